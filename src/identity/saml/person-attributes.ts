import { SingleSignOnError } from '../single-sign-on/single-sign-on.errors.js';
import { type Arrival } from '../arrival.js';
import { type Assertion } from './assertion.js';
import { type SamlSettings } from './saml-settings.js';

/** More groups than this are not read. */
const maxGroups = 50_000;

const claims = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims';

/** What providers call the attributes of a person, unless they are told another name: Entra ID, AD FS, Keycloak, Okta, eduPerson. */
const usualNames: Readonly<Record<keyof SamlSettings['attributes'], readonly string[]>> = {
  email: [
    ...['email', 'mail', 'emailAddress', `${claims}/emailaddress`],
    ...['urn:oid:1.2.840.113549.1.9.1', 'urn:oid:0.9.2342.19200300.100.1.3'],
  ],
  firstName: ['firstName', 'givenName', 'given_name', `${claims}/givenname`, 'urn:oid:2.5.4.42'],
  lastName: ['lastName', 'surname', 'sn', 'family_name', `${claims}/surname`, 'urn:oid:2.5.4.4'],
};

const addressFormat = 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress';

/** Entra ID sends it instead of the groups of a person who is in more than 150. */
const groupsElsewhere = 'http://schemas.microsoft.com/claims/groups.link';

/**
 * What a provider's assertion says about a person.
 *
 * @throws SingleSignOnError when there are groups that the provider has left out
 */
export function personInAssertion(
  { nameId, attributes }: Pick<Assertion, 'nameId' | 'attributes'>,
  settings: SamlSettings,
): Arrival {
  const find = (field: keyof typeof usualNames): string | undefined => {
    const configured = settings.attributes[field];
    return firstOf(attributes, configured ? [configured] : usualNames[field]);
  };
  return {
    subject: nameId.value,
    email: find('email') ?? (nameId.format === addressFormat ? nameId.value : undefined),
    // SAML has no word for it: an address is good in the provider's own domains, and nowhere else.
    emailVerified: true,
    firstName: find('firstName'),
    lastName: find('lastName'),
    groups: settings.groupsAttribute === '' ? undefined : groupsIn(attributes, settings.groupsAttribute),
  };
}

/** Providers leave the attribute out for a person without groups. */
function groupsIn(attributes: Assertion['attributes'], name: string): string[] {
  if (attributes.has(groupsElsewhere)) {
    throw new SingleSignOnError('provider-too-many-groups', 'The groups are left out, because there are too many.');
  }
  const groups = valuesOf(attributes, name);
  if (groups.length > maxGroups) {
    throw new SingleSignOnError('provider-too-many-groups', `There are ${groups.length} groups.`);
  }
  return groups;
}

function firstOf(attributes: Assertion['attributes'], names: readonly string[]): string | undefined {
  for (const name of names) {
    const [value] = valuesOf(attributes, name);
    if (value !== undefined && value.length <= 1000) return value;
  }
  return undefined;
}

/** Administrators type names in another case than the provider has them. */
function valuesOf(attributes: Assertion['attributes'], name: string): string[] {
  const wanted = name.toLowerCase();
  return [...attributes].filter(([each]) => each.toLowerCase() === wanted).flatMap(([, values]) => values);
}
