import { SingleSignOnError } from '../single-sign-on/single-sign-on.errors.js';
import { isUsableName } from '../single-sign-on/usable-name.js';
import { type OpenidAnswer } from './openid-client.js';

/** More groups than this are not read. */
const maxGroups = 50_000;

/** What a provider's claims say about a person. */
export interface PersonClaims {
  subject: string;
  email: string | undefined;
  emailVerified: boolean;
  firstName: string | undefined;
  lastName: string | undefined;
  groups: string[] | undefined;
  /** What the provider calls its own session. */
  sid: string | undefined;
}

/**
 * @param groupsClaim the claim that lists groups; empty: the provider does not decide about roles
 * @throws SingleSignOnError when the person has no name, or there are groups that the provider has left out
 */
export function personInClaims({ subject, claims }: OpenidAnswer, groupsClaim: string): PersonClaims {
  if (!isUsableName(subject)) {
    throw new SingleSignOnError('provider-answer-invalid', 'The subject (sub) is empty, too long or not plain text.');
  }
  return {
    subject,
    email: textIn(claims.email),
    // Entra ID does not send the standard's claim. This one says that the owner of the domain is the person's own tenant.
    emailVerified: isTrue(claims.email_verified) || isTrue(claims.xms_edov),
    firstName: textIn(claims.given_name),
    lastName: textIn(claims.family_name),
    groups: groupsClaim === '' ? undefined : groupsIn(claims, groupsClaim),
    sid: textIn(claims.sid),
  };
}

/** Providers leave the claim out for a person without groups, and some for a person with very many. */
function groupsIn(claims: OpenidAnswer['claims'], name: string): string[] {
  const elsewhere = claims._claim_names as Record<string, unknown> | undefined;
  if (claims.hasgroups !== undefined || elsewhere?.[name] !== undefined) {
    throw new SingleSignOnError(
      'provider-too-many-groups',
      `The claim ${name} is left out, because there are too many groups.`,
    );
  }
  const value = claims[name] ?? [];
  const list = Array.isArray(value) ? (value as unknown[]) : [value];
  if (list.length > maxGroups)
    throw new SingleSignOnError('provider-too-many-groups', `There are ${list.length} groups.`);
  return list.filter((each) => typeof each === 'string');
}

function textIn(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= 1000 ? value : undefined;
}

/** Some providers write it as text, and Entra ID as a number. */
function isTrue(value: unknown): boolean {
  return value === true || value === 'true' || value === 1 || value === '1';
}
