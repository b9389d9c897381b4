const scimUser = {
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
  userName: 'grace@example.com',
  name: { givenName: 'Grace', familyName: 'Hopper' },
  emails: [{ value: 'grace@example.com', type: 'work', primary: true }],
  active: true,
};

/**
 * Bodies written by hand, by route or schema: where fields exclude each other, or what matters has no example of its own. A test
 * sends them to a server.
 */
export const sampleBodies: Record<string, unknown> = {
  'patch /scim/v2/Groups/{id}': scimPatch('displayName', 'Testers'),
  'patch /scim/v2/Users/{id}': scimPatch('active', false),
  'post /scim/v2/Users': scimUser,
  'put /scim/v2/Users/{id}': scimUser,
  AccountChange: { disabled: true },
  Acceptance: { password: 'correct horse battery', firstName: 'Grace', lastName: 'Hopper' },
  'put /api/v1/organizations/{organizationId}/allocations': [
    { product: 'KSE', model: 'floating', quantity: 2 },
    { product: 'KRE', model: 'floating', quantity: 2 },
  ],
  ChangePassword: { currentPassword: 'correct horse battery', newPassword: 'quiet paper boat under trees' },
  Confirmation: { password: 'correct horse battery' },
  IdentityProviderChange: { name: 'Active Directory, Berlin' },
  LeaseRelease: {},
  LeaseRenewal: {},
  LicensePolicy: { leaseMinutes: 30, idleMinutes: 120 },
  LicenseText: { license: 'eyJhbGciOiJFZERTQSJ9.eyJpc3MiOiJLYXRhbG9uIn0.c2lnbmF0dXJl' },
  LogoutForm: { SAMLRequest: 'REQUEST' },
  MachineTransfer: { to: 'desk-8', product: 'KSE', hostname: 'DESK-8' },
  MailPreferenceChange: { muted: ['seats-exhausted'], language: 'en' },
  MailServerSettings: {
    host: 'smtp.example.com',
    port: 587,
    protocol: 'SMTP + STARTTLS',
    username: 'licenses@example.com',
    password: 'correct horse battery',
    sender: 'License server <licenses@example.com>',
  },
  NewApiKey: { name: 'Jenkins', scopes: ['seats', 'read'] },
  NewIdentityProvider: {
    kind: 'ldap',
    name: 'Active Directory',
    url: 'ldaps://dc1.example.com',
    bindDn: 'cn=license-server,ou=services,dc=example,dc=com',
    bindPassword: 'correct horse battery',
    userBase: 'ou=people,dc=example,dc=com',
    userFilter: '(&(objectClass=person)(mail={user}))',
  },
  NewInvitations: { emails: ['grace@example.com', 'alan@example.com'], role: 'USER' },
  NewLease: { organizationId: 1, product: 'KRE', machineId: 'ci-agent-7', sessionId: 'run-1', jobId: 'pipeline-4711' },
  NewLicensedUser: { product: 'KSE', model: 'per-user', userId: 2 },
  NewOfflineLicense: {
    product: 'KSE',
    machineId: '0cc175b9c0f1b6a831c399e269772661',
    expiresAt: '2027-06-30T23:59:59Z',
  },
  NewPasskey: {
    id: 'CREDENTIAL',
    rawId: 'CREDENTIAL',
    type: 'public-key',
    name: 'Laptop',
    response: { clientDataJSON: 'CLIENT_DATA', attestationObject: 'ATTESTATION' },
  },
  NewServiceAccountKey: { name: 'Jenkins', scopes: ['seats'] },
  PasskeyAnswer: {
    id: 'CREDENTIAL',
    rawId: 'CREDENTIAL',
    type: 'public-key',
    response: { clientDataJSON: 'CLIENT_DATA', authenticatorData: 'DATA', signature: 'SIGNATURE' },
  },
  ProviderTestRequest: { user: 'ada@example.com', password: 'correct horse battery' },
  SecondStep: { code: '123456' },
  ServiceAccountChange: { name: 'Weekly tests' },
  SignIn: { email: 'ada@example.com', password: 'correct horse battery' },
  Terminations: { leaseIds: ['0b5e8f7c-6d0e-4e7a-8f64-2f5d1c0a9b3e'], deny: false },
  TokenRequest: { grant_type: 'password', username: 'ada@example.com', password: 'correct horse battery' },
  TrackedSession: { organizationId: 1, machineId: '0cc175b9c0f1b6a831c399e269772661', sessionId: 'run-1' },
  WebhookChange: { enabled: false },
  WebhookTestRequest: {},
};

function scimPatch(path: string, value: unknown): object {
  return { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: [{ op: 'replace', path, value }] };
}
