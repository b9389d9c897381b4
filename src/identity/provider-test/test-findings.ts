import { counted } from '../../errors/counted.js';

/** What a finding is about. */
export type FindingDetails = Readonly<Record<string, string | number>>;

/** What a test of a provider finds, in English. The console says it in other languages by the code. */
const findingTexts = {
  // Of any kind.
  failed: ({ reason }) => `${reason}`,
  'metadata-entered': ({ entity }) => `The entered metadata describes ${entity}.`,
  'metadata-fetched': ({ url, entity }) => `${url} describes ${entity}.`,
  'signing-keys': ({ count }) => `The provider signs with ${counted(Number(count), 'key')}.`,
  'signs-out': () => 'Signing out here signs out there, too.',
  'does-not-sign-out': () => 'It has no address for signing out.',
  // OpenID Connect.
  'scopes-not-listed': ({ scopes }) => `It does not list the scope ${scopes}.`,
  'claim-not-listed': ({ claim }) => `It does not list the claim ${claim}: make sure that it sends the groups.`,
  'pkce-not-listed': () => 'It does not list PKCE with S256.',
  'ends-sessions': () => 'Signing out there ends sessions here.',
  'does-not-end-sessions': () => 'It does not list back-channel logout.',
  'client-accepted': ({ method }) => `The provider accepts the client ID and the secret (${method}).`,
  'client-refused': ({ method, reason }) => `The provider does not accept this client (${method}): ${reason}`,
  'redirect-uri': ({ url }) => `Register this redirect URI at the provider: ${url}`,
  'logout-uris': ({ signIn, logout }) =>
    `For signing out, register ${signIn} as the post-logout redirect URI and ${logout} as the back-channel logout URI.`,
  // SAML.
  'certificates-end': ({ days }) => `Its certificates are valid until ${days}.`,
  'sign-on': ({ url }) => `Browsers sign in at ${url}.`,
  'requests-signed': () => 'This server signs its requests, as the provider wants.',
  'requests-not-signed': () => 'Requests are not signed.',
  'own-metadata': ({ url }) => `Give the provider this server's metadata, ${url}, which is its entity ID too.`,
  'own-certificate-ends': ({ day }) => `This server's certificate for it is valid until ${day}.`,
  'answer-address': ({ url }) =>
    `Where it asks for an address for answers (ACS), enter ${url}. It has to sign its assertions.`,
  // Directories.
  connected: ({ url }) => `${url} accepts connections.`,
  encrypted: ({ url }) => `The connection to ${url} is encrypted, and its certificate is good.`,
  bound: ({ dn }) => `The directory accepts ${dn} and its password.`,
  'server-failed': ({ url, reason }) => `${url}: ${reason}`,
  'people-found': ({ base }) => `There are people under ${base}.`,
  'nobody-found': ({ base }) => `No person is found under ${base}.`,
  'person-found': ({ dn }) => `Found ${dn}.`,
  'person-not-found': ({ user }) => `No person matches ${user}.`,
  'person-ambiguous': ({ user }) => `Several people match ${user}, so none of them can sign in.`,
  attributes: ({ email, name }) => `E-mail address ${email}, name ${name}.`,
  'address-missing': () => 'The person has no e-mail address in the directory.',
  'address-foreign': ({ email }) => `${email} is not of a domain of this provider.`,
  'account-disabled': () => 'The account in the directory is disabled.',
  'account-expired': () => 'The account in the directory has expired.',
  'in-no-group': () => 'The person is in no group.',
  'in-groups': ({ count, groups }) => `In ${counted(Number(count), 'group')}: ${groups}`,
  'nothing-given': () => 'The groups give nothing here.',
  'root-given': () => 'The groups make the person an administrator of the server.',
  'role-given': ({ role, organization }) => `The groups give: ${role} in ${organization}.`,
  'team-given': ({ team }) => `The groups give: member of the team ${team}.`,
  'password-empty': () => 'An empty password is never sent to a directory.',
  'password-right': () => 'The directory accepts the password.',
  'password-wrong': () => 'The directory does not accept the password.',
  'password-of-disabled': () => 'The password is right, but the account in the directory is disabled.',
  'password-of-expired': () => 'The password is right, but the account in the directory has expired.',
  'password-expired': () => 'The password is right, but it has expired in the directory.',
} satisfies Record<string, (details: FindingDetails) => string>;

export type FindingCode = keyof typeof findingTexts;

export const findingCodes = Object.keys(findingTexts) as FindingCode[];

export const textsOfFindings: Readonly<Record<FindingCode, (details: FindingDetails) => string>> = findingTexts;
