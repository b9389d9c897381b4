const certificate = '-----BEGIN CERTIFICATE-----\nMIIB…\n-----END CERTIFICATE-----\n';
const hash = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
const jwt = 'eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl';

/**
 * Examples of fields of answers, by their names: a name means the same everywhere. Where it does not, the schema stands before it.
 * Fields of requests have theirs at the DTO.
 */
export const fieldExamples: Record<string, unknown> = {
  // Who and what.
  ...{
    id: 1,
    name: 'Nightly tests',
    organizationId: 1,
    userId: 2,
    teamId: 1,
    providerId: 1,
    invitationId: 1,
    version: 3,
  },
  ...{ email: 'grace@example.com', firstName: 'Grace', lastName: 'Hopper', newEmail: 'grace.hopper@example.com' },
  ...{ user: 'grace@example.com', actor: 'ada@example.com', by: 'ada@example.com', createdBy: 'ada@example.com' },
  ...{ invitedBy: 'ada@example.com', removedBy: 'ada@example.com', uploadedBy: 'ada@example.com' },
  ...{ registeredBy: 'grace@example.com', registeredById: 2, recipient: 'grace@example.com', customer: 'Acme' },
  ...{
    team: 'Mobile',
    teams: ['Mobile', 'Web'],
    members: 4,
    role: 'USER',
    group: 'testers',
    provider: 'Active Directory',
  },
  ...{ 'SentNotification.to': ['grace@example.com'], 'LicensePreview.issuer': 'Katalon' },
  // Lists.
  ...{ totalElements: 42, totalPages: 3, page: 0, size: 20, next: 'eyJpZCI6NDJ9' },
  // Refusals and warnings.
  ...{ detail: 'All seats are in use.', message: 'All seats are in use.', warning: 'The license ends in 7 days.' },
  ...{
    warnings: ['The license ends in 7 days.'],
    problem: 'The directory did not answer.',
    problemCode: 'license-expired',
  },
  ...{ failure: 'The disk is full.', lastError: '550 No such user here', errorMessage: 'All seats are in use.' },
  ...{ 'ClockNote.message': 'The clock was set back by 90 seconds.', error: 'connect ECONNREFUSED 203.0.113.1:443' },
  // Keys, tokens, certificates.
  ...{
    key: 'lsk_2Q7mDk0V',
    access_token: jwt,
    refresh_token: 'Yk3uPzq0',
    token: jwt,
    value: jwt,
    secret: 'JBSWY3DPEHPK3PXP',
  },
  ...{
    recoveryCodes: ['4f7k-9m2p', 'x8q3-c6wd'],
    left: 9,
    kid: 'a1b2c3d4',
    hash,
    signature: 'c2lnbmF0dXJl',
    proof: jwt,
  },
  ...{
    publicKey: '-----BEGIN PUBLIC KEY-----\nMCow…\n-----END PUBLIC KEY-----\n',
    certificate,
    caCertificate: certificate,
  },
  ...{ certificateAuthority: certificate, sha256: hash, fingerprint: hash, keyCount: 2 },
  ...{ keys: [{ kty: 'OKP', crv: 'Ed25519', kid: 'a1b2c3d4', use: 'sig', x: 'EXAMPLE' }], 'FeatureView.key': 'KSE' },
  // Where from.
  ...{
    address: '192.0.2.10',
    userAgent: 'Mozilla/5.0',
    hostname: 'DESK-7',
    machineId: '0cc175b9c0f1b6a831c399e269772661',
  },
  ...{ sessionId: 'run-1', jobId: 'pipeline-4711', 'OnlineLicenseView.version': '11.3.0' },
  ...{
    host: 'smtp.example.com',
    port: 587,
    username: 'licenses@example.com',
    scope: 'https://outlook.office365.com/.default',
  },
  ...{ tokenUrl: 'https://login.example.com/oauth2/token', sender: 'License server <licenses@example.com>' },
  ...{
    url: 'https://login.example.com',
    link: 'https://licenses.example.com/invitations/TOKEN',
    subject: 'Your invitation',
  },
  ...{ 'WebhookView.url': 'https://ci.example.com/hook', 'WebhookWithSecret.url': 'https://ci.example.com/hook' },
  ...{ 'IdentityProviderView.url': 'ldaps://dc1.example.com', 'BackupCopiesView.url': 's3://backups/licenses' },
  ...{ serverUrl: 'https://licenses.example.com', siteName: 'Acme Licenses', 'InfoView.version': '1.0.0' },
  // Seats.
  ...{
    quantity: 10,
    subscribed: 10,
    available: 4,
    online: 5,
    offline: 1,
    borrowed: 1,
    held: 0,
    seats: 10,
    seatsTooMany: 2,
  },
  ...{ quota: 10, withheld: 0, granted: 20, allocatedElsewhere: 5, machineQuota: 2, machines: 6, features: ['gui'] },
  ...{ maxLeaseMinutes: 60, maxOveragePercent: 10, offlineMaxDays: 30, offlineMaxShare: 0.2, borrowMaxDays: 14 },
  ...{ freeOnReleaseMinutes: 5, clockOffsetSeconds: 2, released: 1, jti: '6d1f5a0e-2c55-4b5f-9f0e-7f6d5f0b8f11' },
  ...{ startsAt: '2027-01-01T00:00:00Z', expiresAt: '2027-12-31T23:59:59Z', claims: { customer: 'Acme' } },
  // Use.
  ...{ peak: 9, p95: 8, p99: 9, denials: 3, deniedUsers: 2, suggestedSeats: 12, people: 14, users: 14, sessions: 120 },
  ...{ seconds: 5400, duration: 5400 },
  // The audit log and its seals.
  ...{
    action: 'member.removed',
    targetType: 'member',
    targetId: '2',
    details: { role: 'USER' },
    events: 1200,
    erased: 3,
  },
  ...{ block: 12, checkpoint: 4, number: 4, count: 300, rows: { lease: 2 } },
  ...{
    at: '2027-01-31T08:00:00Z',
    from: '2027-01-31T08:01:30Z',
    to: '2027-01-31T08:00:00Z',
    'PersonChange.from': 'Web',
  },
  // Identity providers.
  ...{ linked: 40, removed: 2, accounts: 40, domains: ['example.com'], bindDn: 'cn=license-server,dc=example,dc=com' },
  ...{ userBase: 'ou=people,dc=example,dc=com', userFilter: '(mail={user})', groupBase: 'ou=groups,dc=example,dc=com' },
  ...{ groupFilter: '(member={dn})', issuer: 'https://login.example.com', clientId: 'license-server', metadata: '' },
  ...{ scopes: 'openid email profile', groupsClaim: 'groups', groupsAttribute: 'groups' },
  ...{ metadataUrl: 'https://login.example.com/federationmetadata.xml' },
  // Mails, webhooks, plugins.
  ...{ attempts: 1, retried: 3, status: 204, durationMillis: 35, request: '{"type":"lease.granted"}', response: 'OK' },
  ...{ line: 2, description: 'Keywords for our shop', jars: ['shop-keywords.jar'] },
  // Backups and storage.
  ...{ file: 'license-server-2027-01-31.backup', folder: '/var/backups/license-server', keep: 14, bytes: 52_428_800 },
  ...{ databaseBytes: 524_288_000, dataFolderBytes: 734_003_200, archiveBytes: 104_857_600, growthPerDay: 1_048_576 },
  freeBytes: 53_687_091_200,
};
