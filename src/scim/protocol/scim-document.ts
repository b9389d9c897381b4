import { canonicalEmail, isEmailAddress } from '../../text/email-address.js';
import { asRead } from '../../text/invisible.js';
import { activeOf } from './scim-value.js';
import { ScimError } from './scim.error.js';

export const schemas = {
  user: 'urn:ietf:params:scim:schemas:core:2.0:User',
  group: 'urn:ietf:params:scim:schemas:core:2.0:Group',
  list: 'urn:ietf:params:scim:api:messages:2.0:ListResponse',
  patch: 'urn:ietf:params:scim:api:messages:2.0:PatchOp',
  error: 'urn:ietf:params:scim:api:messages:2.0:Error',
} as const;

/** A JSON object of a client; RFC 7643 (2.1) compares the names of attributes without case. */
export type Document = Readonly<Record<string, unknown>>;

/** What this server keeps of a person. */
export interface ScimPerson {
  userName: string;
  externalId: string | null;
  /** Canonical. */
  email: string;
  firstName: string;
  lastName: string;
  active: boolean;
}

/** What this server keeps of a group. */
export interface GroupDocument {
  displayName: string;
  externalId: string | null;
  /** Ids of people; undefined: not said. */
  members: readonly string[] | undefined;
}

const maxText = 255;
const maxName = 100;

/** @returns the value of an attribute, whatever the case of its name; undefined for null too */
export function attribute(document: Document, name: string): unknown {
  const key = Object.keys(document).find((each) => each.toLowerCase() === name.toLowerCase());
  return (key === undefined ? undefined : document[key]) ?? undefined;
}

export function isDocument(value: unknown): value is Document {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reads a user resource. @throws ScimError */
export function scimPersonOf(document: Document): ScimPerson {
  const userName = textOf(attribute(document, 'userName'), 'userName');
  if (!userName) throw new ScimError('invalidValue', 'userName is missing.');
  const name = attribute(document, 'name') ?? {};
  if (!isDocument(name)) throw new ScimError('invalidValue', 'name must be an object.');
  const part = (key: string): string => (textOf(attribute(name, key), `name.${key}`) ?? '').slice(0, maxName);
  return {
    userName,
    externalId: textOf(attribute(document, 'externalId'), 'externalId') ?? null,
    email: emailOf(attribute(document, 'emails'), userName),
    firstName: part('givenName'),
    lastName: part('familyName'),
    active: activeOf(attribute(document, 'active')),
  };
}

/** Reads a group resource. @throws ScimError */
export function groupOf(document: Document): GroupDocument {
  const displayName = textOf(attribute(document, 'displayName'), 'displayName');
  if (!displayName) throw new ScimError('invalidValue', 'displayName is missing.');
  const members = attribute(document, 'members');
  return {
    displayName,
    externalId: textOf(attribute(document, 'externalId'), 'externalId') ?? null,
    members: members === undefined ? undefined : memberIdsOf(members),
  };
}

/** The ids in a list of members, each once. @throws ScimError */
export function memberIdsOf(members: unknown): string[] {
  const ids = (Array.isArray(members) ? members : [members]).map((member: unknown) => {
    const id = isDocument(member) ? attribute(member, 'value') : member;
    if (typeof id !== 'string' && typeof id !== 'number') {
      throw new ScimError('invalidValue', 'Each member needs the id of a user as its value.');
    }
    return String(id);
  });
  return [...new Set(ids)];
}

/** The primary address, or else the first, or else the user name. */
function emailOf(emails: unknown, userName: string): string {
  const list = emails === undefined ? [] : Array.isArray(emails) ? (emails as unknown[]) : [emails];
  const documents = list.map((each) => (isDocument(each) ? each : { value: each }));
  const isPrimary = (each: Document): boolean => isTrue(attribute(each, 'primary'));
  const chosen = documents.find(isPrimary) ?? documents[0];
  const text = chosen && textOf(attribute(chosen, 'value'), 'emails.value');
  const email = canonicalEmail(text ?? userName);
  if (isEmailAddress(email)) return email;
  throw new ScimError(
    'invalidValue',
    text === undefined
      ? 'The user has no e-mail address: send emails, or an address as userName.'
      : `${email} is not an e-mail address that this server can use.`,
  );
}

/** Also as text: Microsoft Entra ID sends "True". */
function isTrue(value: unknown): boolean {
  return value === true || (typeof value === 'string' && value.toLowerCase() === 'true');
}

/** @returns one line of text; undefined when there is none */
function textOf(value: unknown, name: string): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'string') throw new ScimError('invalidValue', `${name} must be text.`);
  const text = asRead(value.replace(/[\p{Cc}\u2028\u2029]+/gu, ' '));
  if (text.length > maxText) throw new ScimError('invalidValue', `${name} has more than ${maxText} characters.`);
  return text === '' ? undefined : text;
}
