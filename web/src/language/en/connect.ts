/** How a client takes a seat of this server. */
export const connect = {
  open: 'Connect a client',
  title: 'Connect a client to this server',
  studio: 'Katalon Studio Enterprise',
  studioText: 'Start it, choose Activate, and enter:',
  serverUrl: 'Server URL',
  onlyHere:
    'Clients on other machines cannot reach this address. The server’s administrator sets another one: SERVER_URL, then a restart.',
  email: 'E-mail',
  password:
    'The password is the one with which you sign in here. With single sign-on or a second factor, use a client password instead:',
  clientPassword: 'Create one in your profile',
  engine: 'Runtime Engine and other programs',
  engineText: 'They use an API key instead of a password. Create one that acts for you, and it is filled in below.',
  service:
    'For pipelines, use a key of a service account instead, which does not hang on a person. docs/ci.md has steps to copy for Jenkins, GitHub Actions, GitLab and Azure DevOps.',
  serviceAccounts: 'Open service accounts',
  keyPlaceholder: 'YOUR-API-KEY',
  arguments: 'Arguments for Runtime Engine',
  command: 'To try it in a terminal: takes a seat of {{product}} for a few minutes',
} as const;
