import { attribute, type Document, isDocument, schemas } from './scim-document.js';
import { parsedFilter } from './scim-filter.js';
import { ScimError } from './scim.error.js';

/** Operations in one request; a person corrects no more at once, and neither do Entra ID and Okta. */
const maxOperations = 100;

/** Attributes of a person that a client may change, by their names in lower case. */
const userAttributes = new Map(
  ['userName', 'externalId', 'displayName', 'active', 'name', 'emails'].map((name) => [name.toLowerCase(), name]),
);
const nameParts = new Map(['givenName', 'familyName', 'formatted'].map((name) => [name.toLowerCase(), name]));

/** Characters of a path: longer conditions keep other requests waiting while they are read. */
const maxPath = 1000;

interface Operation {
  op: 'add' | 'replace' | 'remove';
  /** Empty: the value names the attributes. */
  path: string;
  value: unknown;
}

/** What a path points to: `name.givenName`, `emails[type eq "work"].value`, `members[value eq "7"]`. */
interface Target {
  /** In lower case. */
  attribute: string;
  filter: string | undefined;
  /** In lower case. */
  part: string | undefined;
}

/** Reads the body of a `PATCH` (RFC 7644, 3.5.2). @throws ScimError */
export function operationsOf(body: Document): Operation[] {
  const declared = attribute(body, 'schemas');
  const operations = attribute(body, 'Operations');
  if (!Array.isArray(declared) || !declared.includes(schemas.patch) || !Array.isArray(operations)) {
    throw new ScimError('invalidSyntax', `The body needs schemas ["${schemas.patch}"] and a list of Operations.`);
  }
  if (operations.length === 0 || operations.length > maxOperations) {
    throw new ScimError('invalidSyntax', `A request must have 1 to ${maxOperations} operations.`);
  }
  return operations.map(operationOf);
}

function operationOf(each: unknown): Operation {
  const document = isDocument(each) ? each : {};
  const given = attribute(document, 'op');
  const op = typeof given === 'string' ? given.toLowerCase() : undefined;
  const path = attribute(document, 'path') ?? '';
  const value = attribute(document, 'value');
  if (op !== 'add' && op !== 'replace' && op !== 'remove') {
    throw new ScimError('invalidSyntax', 'The op of an operation must be add, replace or remove.');
  }
  if (typeof path !== 'string') throw new ScimError('invalidPath', 'path must be text.');
  if (path.length > maxPath) throw new ScimError('invalidPath', `A path has at most ${maxPath} characters.`);
  if (op === 'remove' && path === '') throw new ScimError('noTarget', 'An operation that removes needs a path.');
  if (op !== 'remove' && path === '' && !isDocument(value)) {
    throw new ScimError('invalidValue', 'Without a path, the value must be an object of attributes.');
  }
  return { op, path, value };
}

/** @throws ScimError */
function targetOf(path: string): Target {
  // A path may begin with the schema that its attribute is of.
  const plain = path.replace(/^urn:ietf:params:scim:schemas:core:2\.0:(User|Group):/i, '');
  const parts = /^([A-Za-z][\w$-]*)(?:\[(.+)\])?(?:\.([A-Za-z][\w$-]*))?$/s.exec(plain);
  if (!parts) {
    // Of another schema, none of whose attributes are kept here.
    if (/^urn:/i.test(path)) return { attribute: path.toLowerCase(), filter: undefined, part: undefined };
    throw new ScimError('invalidPath', `${path.slice(0, 100)} is not a path of an attribute.`);
  }
  return { attribute: parts[1]?.toLowerCase() ?? '', filter: parts[2], part: parts[3]?.toLowerCase() };
}

/** Applies the operations to a user resource. Attributes that this server does not keep are passed over. @throws ScimError */
export function patchedUser(user: Document, operations: readonly Operation[]): Document {
  let patched: Record<string, unknown> = { ...user };
  for (const { op, path, value } of operations) {
    if (path !== '') patched = patchedAt(patched, targetOf(path), op === 'remove' ? undefined : value, op);
    else {
      for (const [key, inner] of Object.entries(value as Document)) {
        patched = patchedAt(patched, targetOf(key), inner, op);
      }
    }
  }
  return patched;
}

function patchedAt(
  user: Record<string, unknown>,
  target: Target,
  value: unknown,
  op: Operation['op'],
): Record<string, unknown> {
  const name = userAttributes.get(target.attribute);
  if (name === undefined) return user;
  if (name === 'name') return { ...user, name: patchedName(user.name, target, value) };
  if (name === 'emails') return { ...user, emails: patchedEmails(user.emails, target, value, op) };
  if (target.filter !== undefined || target.part !== undefined) {
    throw new ScimError('invalidPath', `${name} has no parts.`);
  }
  return { ...user, [name]: value };
}

function patchedName(current: unknown, { filter: condition, part }: Target, value: unknown): Document {
  if (condition !== undefined) throw new ScimError('invalidPath', 'name has no entries to choose from.');
  const name = isDocument(current) ? current : {};
  if (part !== undefined) {
    const key = nameParts.get(part);
    return key === undefined ? name : { ...name, [key]: value };
  }
  if (value === undefined || value === null) return {};
  if (!isDocument(value)) throw new ScimError('invalidValue', 'name must be an object.');
  const given = [...nameParts.values()].map((key) => [key, attribute(value, key)] as const);
  return { ...name, ...Object.fromEntries(given.filter(([, inner]) => inner !== undefined)) };
}

/** An account has one address, so whatever is set last is the address. */
function patchedEmails(
  current: unknown,
  { filter: condition, part }: Target,
  value: unknown,
  op: Operation['op'],
): unknown[] {
  const emails = Array.isArray(current) ? (current as unknown[]) : [];
  if (condition === undefined && part === undefined) {
    const given = value === undefined ? [] : Array.isArray(value) ? (value as unknown[]) : [value];
    return op === 'add' && given.length === 0 ? emails : given;
  }
  if (condition !== undefined) parsedFilter(condition);
  if (part === undefined) return op === 'remove' ? [] : [value];
  if (part !== 'value') return emails;
  return op === 'remove' ? [] : [{ value, primary: true }];
}

/** How the members of a group change. */
export interface MemberChange {
  kind: 'add' | 'remove' | 'replace';
  ids: readonly string[];
}

/** What a `PATCH` changes of a group. */
export interface GroupPatch {
  displayName?: unknown;
  externalId?: unknown;
  members: MemberChange[];
}

/** @param ids reads ids of members. @throws ScimError */
export function groupPatchOf(operations: readonly Operation[], ids: (values: unknown) => string[]): GroupPatch {
  const patch: GroupPatch = { members: [] };
  for (const { op, path, value } of operations) {
    const changes = path === '' ? Object.entries(value as Document) : [[path, value] as const];
    for (const [key, inner] of changes) applyToGroup(patch, { op, target: targetOf(key), value: inner, ids });
  }
  return patch;
}

function applyToGroup(
  patch: GroupPatch,
  {
    op,
    target,
    value,
    ids,
  }: { op: Operation['op']; target: Target; value: unknown; ids: (values: unknown) => string[] },
): void {
  const { attribute: name, filter: condition } = target;
  if (name === 'displayname') patch.displayName = op === 'remove' ? undefined : value;
  else if (name === 'externalid') patch.externalId = op === 'remove' ? null : value;
  else if (name === 'members') {
    if (condition !== undefined) patch.members.push({ kind: memberKind(op), ids: [memberOf(condition)] });
    else if (op === 'remove' && value === undefined) patch.members.push({ kind: 'replace', ids: [] });
    else patch.members.push({ kind: op, ids: ids(value ?? []) });
  }
}

function memberKind(op: Operation['op']): 'add' | 'remove' {
  if (op !== 'remove') throw new ScimError('invalidPath', 'Members are added without a condition.');
  return 'remove';
}

/** The id in `value eq "7"`. */
function memberOf(condition: string): string {
  const parsed = parsedFilter(condition);
  if (parsed.op === 'eq' && parsed.attrPath.toLowerCase() === 'value' && typeof parsed.compValue === 'string') {
    return parsed.compValue;
  }
  throw new ScimError('invalidFilter', 'Members are chosen by members[value eq "ID"].');
}
