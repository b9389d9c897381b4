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
  password: 'The password is the one with which you sign in here.',
  engine: 'Runtime Engine and other programs',
  engineText: 'They act for you with an API key instead of a password. Create one, and it is filled in below.',
  keyPlaceholder: 'YOUR-API-KEY',
  arguments: 'Arguments for Runtime Engine',
  command: 'To try it in a terminal: takes a seat of {{product}} for a few minutes',
} as const;
