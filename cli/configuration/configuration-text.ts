import { hasBuiltInKeys } from '../../src/config/trust-anchor.js';
import { configurationLine } from './configuration-file.js';

/** What `license-server setup` has found out; empty text: not set. */
export interface SetupAnswers {
  /** Absolute. */
  dataDir: string;
  port: string;
  host: string;
  databaseUrl: string;
  databaseUser: string;
  databasePassword: string;
  serverUrl: string;
  /** Absolute paths of PEM files. */
  vendorKeys: string[];
}

function set(name: string, value: string, example: string): string {
  return value === '' ? `# ${name}=${example}` : configurationLine(name, value);
}

function vendorKeys(files: readonly string[]): string {
  return `
# The vendor's public keys (PEM), separated by commas: only license files that are signed with one of them are accepted.
# Without it there is the evaluation license only.
${set('VENDOR_KEY_FILES', files.join(','), '/etc/license-server/vendor.public.pem')}
`;
}

/** The configuration file with these answers, each explained; what was left out stands there as a comment. */
export function configurationText(answers: SetupAnswers): string {
  return `# Settings of the license server: \`license-server start --config THIS-FILE\`. What the environment sets wins.
# After a change start the server again; \`license-server doctor\` says what is wrong. It may hold a password, so only the
# user of the server should be able to read it. There are more settings: docs/configuration.md tells of all.

# The address that users open. Every link that is shown or mailed begins with it.
${set('SERVER_URL', answers.serverUrl, 'https://licenses.example.com')}

# TCP port, and the address to listen on (without it all of this machine).
${set('PORT', answers.port, '8080')}
${set('HOST', answers.host, '127.0.0.1')}

# Folder of this one server: secret key, setup token, plugins, embedded database. Back it up with \`license-server backup\`.
${set('DATA_DIR', answers.dataDir, '/var/lib/license-server')}

# A PostgreSQL (13 or newer) of your own, also as jdbc:postgresql://host:5432/kit. Without it the server runs its own in
# DATA_DIR. User and password may stand in the URL or here.
${set('DATABASE_URL', answers.databaseUrl, 'postgresql://kit:password@localhost:5432/kit')}
${set('DATABASE_USER', answers.databaseUser, 'kit')}
${set('DATABASE_PASSWORD', answers.databasePassword, 'password')}
${hasBuiltInKeys ? '' : vendorKeys(answers.vendorKeys)}
# fatal, error, warn, info, debug, trace or silent.
# LOG_LEVEL=info
`;
}
