import { type KeyObject } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { databaseAddress } from './database-address.js';
import { type Language, languages } from './language.js';
import { type OtherSettings, setting, type SettingDeclaration } from './setting.js';
import {
  oneOf,
  parseCollectorUrl,
  parseBucketUrl,
  parseContact,
  parseHeaderPairs,
  parseHost,
  parseNetworks,
  parseProxyUrl,
  parseServerUrl,
  parseShare,
  parseSyslogUrl,
  parseTimeOfDay,
  readNamedFile,
  type SyslogServer,
  wholeNumber,
  ehloNameOf,
  parseEhloName,
} from './setting-parsers.js';
import { hasBuiltInKeys, trustAnchor, vendorKeySettings } from './trust-anchor.js';
import { parseVendorKeys } from './vendor-keys.js';

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/**
 * What an administrator can set: each setting once, with its name, its default, its meaning and how it is read. The type
 * {@link Settings} and docs/configuration.md follow from it.
 */
const declarations = {
  /** TCP port; 0 takes any free one. */
  port: setting('PORT', {
    group: 'Where it listens',
    description: 'TCP port; `0` takes any free one.',
    fallback: 8080,
    parse: wholeNumber('', 0, 65535),
  }),
  host: setting('HOST', {
    group: 'Where it listens',
    description: 'Address to listen on: `0.0.0.0` is all of IPv4, `::` is all of IPv6 and IPv4.',
    fallback: '0.0.0.0',
    parse: parseHost,
  }),
  /** Base of every link that is shown or mailed, without a trailing slash. Never taken from a request. */
  serverUrl: setting('SERVER_URL', {
    group: 'Where it listens',
    description: 'The address that users open. Every link that is shown or mailed begins with it.',
    fallback: ({ read, text }) => `${text('TLS_CERT_FILE') ? 'https' : 'http'}://localhost:${Number(read.port)}`,
    defaultText: '`http://localhost:PORT`',
    parse: parseServerUrl,
  }),
  tlsCertFile: setting<string | undefined>('TLS_CERT_FILE', {
    group: 'HTTPS and proxies',
    description:
      "File with the site's certificate and the intermediate ones after it (PEM). With it the server speaks HTTPS on `PORT`, " +
      'TLS 1.2 or newer. A new certificate is taken up when the file changes, without a restart.',
    fallback: undefined,
    parse: (text, others) => {
      if (!others.text('TLS_KEY_FILE')) throw new Error('needs a TLS_KEY_FILE');
      return path.resolve(text);
    },
  }),
  tlsKeyFile: setting<string | undefined>('TLS_KEY_FILE', {
    group: 'HTTPS and proxies',
    description: 'File with the key of that certificate (PEM).',
    fallback: undefined,
    parse: (text, others) => {
      if (!others.text('TLS_CERT_FILE')) throw new Error('needs a TLS_CERT_FILE');
      return path.resolve(text);
    },
  }),
  tlsKeyPassphrase: setting<string | undefined>('TLS_KEY_PASSPHRASE', {
    group: 'HTTPS and proxies',
    description: 'Passphrase of that key, if it is encrypted.',
    fallback: undefined,
    parse: (text) => text,
    secret: true,
  }),
  httpRedirectPort: setting<number | undefined>('HTTP_REDIRECT_PORT', {
    group: 'HTTPS and proxies',
    description: 'A second TCP port, for plain HTTP, which sends everybody to `SERVER_URL`.',
    fallback: undefined,
    parse: (text, others) => {
      if (!others.text('TLS_CERT_FILE')) throw new Error('needs a TLS_CERT_FILE');
      if (!String(others.read.serverUrl).startsWith('https:'))
        throw new Error('needs a SERVER_URL that begins with https');
      return wholeNumber('', 0, 65535)(text);
    },
  }),
  trustedProxies: setting<string[]>('TRUSTED_PROXIES', {
    group: 'HTTPS and proxies',
    description:
      'Addresses and networks of the reverse proxies in front of this server, separated by commas: `10.0.0.7, 192.168.0.0/16`. ' +
      'Only they are believed when they name the client they speak for (`X-Forwarded-For`); rate limits and the audit log use ' +
      "that client's address.",
    fallback: () => [],
    parse: parseNetworks,
  }),
  clientHoldSeconds: setting('CLIENT_HOLD_SECONDS', {
    group: 'HTTPS and proxies',
    description:
      'Seconds for which a request of Katalon Studio or Runtime Engine waits, instead of being refused, for something that passes. ' +
      'These clients do not recover from a refusal. Proxies in front of the server must allow answers that take longer than this.',
    fallback: 55,
    parse: wholeNumber('seconds', 0, 300),
  }),
  maxHeldRequests: setting('MAX_HELD_REQUESTS', {
    group: 'Limits',
    description:
      'Requests of Katalon Studio and Runtime Engine that wait for the database at the same time, see `CLIENT_HOLD_SECONDS`; ' +
      'each takes about 20 KiB. More of them are refused. As many throttled sign-ins of these clients may wait for their turn.',
    fallback: 5000,
    parse: wholeNumber('', 1, 1_000_000),
  }),
  /** Absolute path. */
  dataDir: setting('DATA_DIR', {
    group: 'Database and data folder',
    description: 'Folder of this one server: secret key, setup token, embedded database.',
    fallback: () => path.resolve('data'),
    defaultText: '`./data`',
    parse: (text) => path.resolve(text),
  }),
  /** `postgresql://…`, or undefined for the embedded database in the data folder. */
  databaseUrl: setting<string | undefined>('DATABASE_URL', {
    group: 'Database and data folder',
    description:
      'A PostgreSQL (13 or newer) of your own, `postgresql://user:password@host:5432/kit` or ' +
      '`jdbc:postgresql://host:5432/kit`. Several hosts, `postgresql://user@a:5432,b:5432/kit`, are a primary and its stand-bys: ' +
      'the server uses the one that accepts changes. Without the setting the server runs its own PostgreSQL in `DATA_DIR`.',
    fallback: undefined,
    parse: (text, others) => databaseAddress(text, databaseCredentials(others)),
    secret: true,
  }),
  databaseUser: setting<string | undefined>('DATABASE_USER', {
    group: 'Database and data folder',
    description: 'User of the database, instead of the one in `DATABASE_URL`.',
    fallback: undefined,
    parse: withDatabaseUrl,
  }),
  databasePassword: setting<string | undefined>('DATABASE_PASSWORD', {
    group: 'Database and data folder',
    description: 'Password of that user, instead of the one in `DATABASE_URL`.',
    fallback: undefined,
    parse: withDatabaseUrl,
    secret: true,
  }),
  /** Absolute path; undefined: the programs that come with the server. */
  postgresBinDir: setting<string | undefined>('POSTGRES_BIN_DIR', {
    group: 'Database and data folder',
    description:
      'Folder of the PostgreSQL programs (13 or newer) that run the embedded database, such as `/usr/lib/postgresql/17/bin`: those of the ' +
      'system get its security updates. With another major version, the next start upgrades the database files.',
    fallback: undefined,
    defaultText: 'those that come with the server',
    parse: (text) => path.resolve(text),
  }),
  /** Absolute path; undefined: looked for at the usual places. */
  postgresOldBinDir: setting<string | undefined>('POSTGRES_OLD_BIN_DIR', {
    group: 'Database and data folder',
    description:
      'Folder of the PostgreSQL programs of the former major version, which an upgrade of the embedded database needs once.',
    fallback: undefined,
    defaultText:
      'looked for in `/usr/lib/postgresql/VERSION/bin`, `/usr/pgsql-VERSION/bin` and the former release in `/opt/license-server.before`',
    parse: (text) => path.resolve(text),
  }),
  /** A read replica for reports; undefined: they are read from the database itself. */
  databaseReportUrl: setting<string | undefined>('DATABASE_REPORT_URL', {
    group: 'Database and data folder',
    description:
      'A stand-by of the database in `DATABASE_URL`, in the same form. Reports and audit logs are read there while it is at ' +
      'most 30 seconds behind. `DATABASE_USER` and `DATABASE_PASSWORD` apply when the address names no user.',
    fallback: undefined,
    parse: reportAddress,
    secret: true,
  }),
  /** File with the key that encrypts the secrets in the database; shared by all servers of one database. */
  secretKeyFile: setting('SECRET_KEY_FILE', {
    group: 'Database and data folder',
    description:
      'File with the key that encrypts the secrets in the database; it is made when it does not exist. Servers that share ' +
      'a database share this file.',
    fallback: ({ read }) => path.join(String(read.dataDir), 'secret.key'),
    defaultText: '`DATA_DIR/secret.key`',
    parse: (text) => path.resolve(text),
  }),
  /** Absolute path; undefined: nothing is provisioned. */
  provisioningDir: setting<string | undefined>('PROVISIONING_DIR', {
    group: 'Database and data folder',
    description:
      'Folder of the [provisioning files](provisioning.md): YAML files that describe organizations, teams, mail servers, identity ' +
      'providers and more, which every start applies.',
    fallback: ({ text }) => provisioningBeside(text('LICENSE_SERVER_CONFIG')),
    defaultText: 'the folder `provisioning` beside the configuration file, if it exists',
    parse: (text) => path.resolve(text),
  }),
  vendorKeyFiles: setting<KeyObject[]>('VENDOR_KEY_FILES', {
    group: 'Licenses',
    description:
      "Files with the vendor's public keys (PEM), separated by commas. Only license files that are signed with one of them " +
      'are accepted. A release with a built-in vendor key ignores this setting, and `VENDOR_KEYS`.',
    fallback: () => [],
    parse: (text) => text.split(',').flatMap((file) => parseVendorKeys(readNamedFile(file.trim()))),
  }),
  /** The trust root: public keys of the vendor whose license files are accepted. */
  vendorKeys: setting<KeyObject[]>('VENDOR_KEYS', {
    group: 'Licenses',
    description: 'The same keys themselves, where `\\n` may stand for the ends of lines.',
    fallback: () => [],
    parse: parseVendorKeys,
  }),
  /** Days for which sessions that are over, and refusals, are kept. */
  sessionRetentionDays: setting('SESSION_RETENTION_DAYS', {
    group: 'Licenses',
    description: 'Days for which the sessions and refusals that utilization is computed from are kept, up to 36500.',
    fallback: 730,
    parse: wholeNumber('days', 1, 36_500),
  }),
  /** Hours for which an invitation's link is good. */
  invitationHours: setting('INVITATION_HOURS', {
    group: 'Mail and people',
    description: "Hours for which an invitation's link works, up to 2160.",
    fallback: 24,
    parse: wholeNumber('hours', 1, 24 * 90),
  }),
  /** Undefined: as long as the data itself. */
  personalDataRetentionDays: setting<number | undefined>('PERSONAL_DATA_RETENTION_DAYS', {
    group: 'Mail and people',
    description:
      'Days after which sessions that are over, refusals and audit events lose the person, machine and address that they name, up to 36500. ' +
      'Sums stay exact, and the audit log goes on verifying. Without it they are kept as long as the data itself.',
    fallback: undefined,
    defaultText: 'as long as the data itself',
    parse: wholeNumber('days', 1, 36_500),
  }),
  /** Days for which mails, invitations and offline licenses stay in their lists after they are over. */
  historyRetentionDays: setting('HISTORY_RETENTION_DAYS', {
    group: 'Mail and people',
    description:
      'Days for which lists show what is over, up to 36500: mails that were sent or given up, invitations that were accepted, withdrawn or ' +
      'have expired, and offline licenses that have expired.',
    fallback: 365,
    parse: wholeNumber('days', 1, 36_500),
  }),
  securityContact: setting<string | undefined>('SECURITY_CONTACT', {
    group: 'Mail and people',
    description:
      'Whom to tell of a vulnerability: an e-mail address, or a `mailto:`, `https:` or `tel:` URI. `/.well-known/security.txt` names ' +
      'it (RFC 9116); without it there is no such file.',
    fallback: undefined,
    parse: parseContact,
  }),
  /** Minutes after which an unused session ends. */
  sessionIdleMinutes: setting('SESSION_IDLE_MINUTES', {
    group: 'Mail and people',
    description:
      'Minutes without use after which a console session ends, from 5 to 43200. A page that is only open does not ' +
      'count as use. The default, 8 hours, outlasts a long meeting but not a night.',
    fallback: 480,
    parse: wholeNumber('minutes', 5, 43_200),
  }),
  /** Days for which people may sign in without a second factor after it has become their duty. */
  secondFactorGraceDays: setting('SECOND_FACTOR_GRACE_DAYS', {
    group: 'Mail and people',
    description:
      'Where a second factor is required: days from the rule on in which people can set one up, from 0 to 90. ' +
      'After them, a session can do nothing else, and Katalon Studio needs a client password.',
    fallback: 14,
    parse: wholeNumber('days', 0, 90),
  }),
  /** Minutes after which a right password of a directory is checked again. */
  directoryRecheckMinutes: setting('DIRECTORY_RECHECK_MINUTES', {
    group: 'Mail and people',
    description:
      'Minutes for which a right password of a directory (LDAP, Active Directory) is right without asking the directory again, ' +
      'from 1 to 720. A new password, or an account that is locked there, takes effect here within this time.',
    fallback: 15,
    parse: wholeNumber('minutes', 1, 720),
  }),
  /** Hours that a session lasts however much it is used. */
  sessionMaxHours: setting('SESSION_MAX_HOURS', {
    group: 'Mail and people',
    description: 'Hours after which a session of the console ends, however much it is used, from 1 to 720.',
    fallback: 24,
    parse: wholeNumber('hours', 1, 720),
  }),
  /** Days that a new API key may live; undefined: for ever. */
  apiKeyMaxDays: setting<number | undefined>('API_KEY_MAX_DAYS', {
    group: 'Mail and people',
    description:
      'Days that a new API key or client password may live at most, up to 36500. Without it they may live for ever. Those that ' +
      'exist already keep their expiry.',
    fallback: undefined,
    parse: wholeNumber('days', 1, 36_500),
  }),
  /** How this server introduces itself to mail servers. */
  mailEhloName: setting('MAIL_EHLO_NAME', {
    group: 'Mail and people',
    description:
      'The name with which this server introduces itself to mail servers (EHLO). Some accept only a name that the name service knows.',
    fallback: ({ read }) => ehloNameOf(new URL(String(read.serverUrl)).hostname),
    defaultText: 'the host of `SERVER_URL`',
    parse: parseEhloName,
  }),
  /** In which mails are to readers who have not chosen one. */
  mailLanguage: setting<Language>('MAIL_LANGUAGE', {
    group: 'Mail and people',
    description:
      `The language of mails to readers who have not chosen one in their profile: ${languages.map((each) => `\`${each}\``).join(', ')}. Invitations are in the ` +
      'language that their sender has chosen.',
    fallback: 'en',
    parse: oneOf(languages),
  }),
  mailAllowedNetworks: setting<string[]>('MAIL_ALLOWED_NETWORKS', {
    group: 'Mail and people',
    description:
      'Addresses and networks, separated by commas, in which the mail servers of organizations may be although they are loopback, ' +
      "link-local or internal to a cloud: `127.0.0.1, ::1`. Private networks need no entry. The server's own mail server may be " +
      'anywhere.',
    fallback: () => [],
    parse: parseNetworks,
  }),
  webhookAllowedNetworks: setting<string[]>('WEBHOOK_ALLOWED_NETWORKS', {
    group: 'Webhooks',
    description:
      'Addresses and networks, separated by commas, in which the webhooks of organizations may be although they are internal: ' +
      "private, loopback, link-local or internal to a cloud: `10.20.0.0/16, 192.168.7.9`. The server's own webhooks may be anywhere.",
    fallback: () => [],
    parse: parseNetworks,
  }),
  outgoingProxy: setting<string | undefined>('OUTGOING_PROXY', {
    group: 'Webhooks',
    description:
      'HTTP proxy through which webhooks and requests to identity providers reach the Internet: `http://proxy.example.com:3128`, ' +
      'perhaps with a user name and password. Internal addresses are reached directly. The proxy must not lead back inside: it looks names up itself.',
    fallback: undefined,
    parse: parseProxyUrl,
    secret: true,
  }),
  /** Absolute path of the folder with the packages of the plugin library; shared by all servers of one database. */
  pluginDir: setting('PLUGIN_DIR', {
    group: 'Plugins',
    description: 'Folder of the plugin library. Servers that share a database share this folder.',
    fallback: ({ read }) => path.join(String(read.dataDir), 'plugins'),
    defaultText: '`DATA_DIR/plugins`',
    parse: (text) => path.resolve(text),
  }),
  /** Bytes of the largest plugin package. */
  pluginMaxBytes: setting('PLUGIN_MAX_MB', {
    group: 'Plugins',
    description: 'Megabytes that a plugin package may have, up to 10240.',
    fallback: 512 * 1024 * 1024,
    defaultText: '`512`',
    parse: (text) => wholeNumber('megabytes', 1, 10_240)(text) * 1024 * 1024,
  }),
  requestTimeoutSeconds: setting('REQUEST_TIMEOUT_SECONDS', {
    group: 'Limits',
    description:
      'Seconds in which the headers of a request must arrive, and then its body; an upload must bring 8 KB a second on average. ' +
      'Slower connections are closed.',
    fallback: 30,
    parse: wholeNumber('seconds', 1, 3600),
  }),
  maxConnections: setting('MAX_CONNECTIONS', {
    group: 'Limits',
    description: 'Connections that are served at once. More of them wait until others close.',
    fallback: 10_000,
    parse: wholeNumber('', 1, 1_000_000),
  }),
  maxConnectionsPerAddress: setting('MAX_CONNECTIONS_PER_ADDRESS', {
    group: 'Limits',
    description:
      'Connections from one address that are served at once. More of them wait until others close. An office is often one ' +
      'address. `TRUSTED_PROXIES` may have any number.',
    fallback: 2000,
    parse: wholeNumber('', 1, 1_000_000),
  }),
  maxApiKeysPerUser: setting('MAX_API_KEYS_PER_USER', {
    group: 'Limits',
    description: 'API keys that an account may have.',
    fallback: 20,
    parse: wholeNumber('', 1, 10_000),
  }),
  maxClientPasswordsPerUser: setting('MAX_CLIENT_PASSWORDS_PER_USER', {
    group: 'Limits',
    description: 'Client passwords (for Katalon Studio) that an account may have.',
    fallback: 20,
    parse: wholeNumber('', 1, 10_000),
  }),
  maxSessionsPerUser: setting('MAX_SESSIONS_PER_USER', {
    group: 'Limits',
    description: 'Console sessions that an account may have. One more sign-in ends the oldest session.',
    fallback: 50,
    parse: wholeNumber('', 1, 10_000),
  }),
  maxEventStreamsPerUser: setting('MAX_EVENT_STREAMS_PER_USER', {
    group: 'Limits',
    description: 'Event streams that an account may have open on each server.',
    fallback: 20,
    parse: wholeNumber('', 1, 10_000),
  }),
  maxWaitingPerUser: setting('MAX_WAITING_PER_USER', {
    group: 'Limits',
    description: 'Check-outs of an account that may wait for a seat of an organization at once.',
    fallback: 500,
    parse: wholeNumber('', 1, 100_000),
  }),
  maxWaitingPerOrganization: setting('MAX_WAITING_PER_ORGANIZATION', {
    group: 'Limits',
    description: 'Check-outs that may wait for the seats of an organization at once.',
    fallback: 2000,
    parse: wholeNumber('', 1, 100_000),
  }),
  /** 0: any number. */
  maxLeasesPerUser: setting('MAX_LEASES_PER_USER', {
    group: 'Limits',
    description: 'Seats that an account may hold at once, in all organizations; `0`: any number.',
    fallback: 0,
    parse: wholeNumber('', 0, 1_000_000),
  }),
  maxOrganizationsPerUser: setting('MAX_ORGANIZATIONS_PER_USER', {
    group: 'Limits',
    description: 'Organizations that an account may own. Root administrators may own any number.',
    fallback: 100,
    parse: wholeNumber('', 1, 100_000),
  }),
  maxTeamsPerOrganization: setting('MAX_TEAMS_PER_ORGANIZATION', {
    group: 'Limits',
    description: 'Teams that an organization may have.',
    fallback: 1000,
    parse: wholeNumber('', 1, 100_000),
  }),
  maxMembersPerOrganization: setting('MAX_MEMBERS_PER_ORGANIZATION', {
    group: 'Limits',
    description: 'Members that an organization may have.',
    fallback: 50_000,
    parse: wholeNumber('', 1, 1_000_000),
  }),
  maxServiceAccountsPerOrganization: setting('MAX_SERVICE_ACCOUNTS_PER_ORGANIZATION', {
    group: 'Limits',
    description: 'Service accounts that an organization may have. They are members, too.',
    fallback: 200,
    parse: wholeNumber('', 0, 100_000),
  }),
  maxInvitationsPerDay: setting('MAX_INVITATIONS_PER_DAY', {
    group: 'Limits',
    description: 'Invitations that an organization may create a day (UTC).',
    fallback: 2000,
    parse: wholeNumber('', 1, 1_000_000),
  }),
  maxResendsPerDay: setting('MAX_RESENDS_PER_DAY', {
    group: 'Limits',
    description: 'Invitations that an organization may send again a day (UTC).',
    fallback: 2000,
    parse: wholeNumber('', 1, 1_000_000),
  }),
  maxMailsPerDay: setting('MAX_MAILS_PER_DAY', {
    group: 'Limits',
    description:
      'Mails that an organization may send a day (UTC). After that, invitations and execution notifications are refused, and notices about ' +
      'changes of members and teams are not sent. Mails about accounts and licenses do not count.',
    fallback: 10_000,
    parse: wholeNumber('', 1, 10_000_000),
  }),
  /** Bytes of all private plugins of an organization. */
  pluginMaxTotalBytes: setting('PLUGIN_MAX_TOTAL_MB', {
    group: 'Limits',
    description: 'Megabytes that the private plugins of an organization may have together.',
    fallback: 10_240 * 1024 * 1024,
    defaultText: '`10240`',
    parse: (text) => wholeNumber('megabytes', 1, 10_240_000)(text) * 1024 * 1024,
  }),
  logLevel: setting<LogLevel>('LOG_LEVEL', {
    group: 'Log and metrics',
    description: `${logLevels.map((level) => `\`${level}\``).join(', ')}: from the least to the most, or nothing.`,
    fallback: 'info',
    parse: oneOf(logLevels),
  }),
  /** 0: no query is slow. */
  slowQueryMillis: setting('SLOW_QUERY_MS', {
    group: 'Log and metrics',
    description:
      'Database queries that take at least this many milliseconds are logged, without their parameters. `0` turns this off.',
    fallback: 1000,
    parse: wholeNumber('milliseconds', 0, 3_600_000),
  }),
  metricsToken: setting<string | undefined>('METRICS_TOKEN', {
    group: 'Log and metrics',
    description:
      'What Prometheus sends as its bearer token to `GET /metrics`, at least 16 characters. Without it only API keys of root ' +
      'administrators open that page.',
    fallback: undefined,
    parse: (text) => {
      if (!/^[\w.~+/=-]{16,4096}$/.test(text))
        throw new Error('must have 16 characters or more, of letters, digits and . _ ~ + / = -');
      return text;
    },
    secret: true,
  }),
  /** Without a slash at its end. */
  otlpEndpoint: setting<string | undefined>('OTEL_EXPORTER_OTLP_ENDPOINT', {
    group: 'Log and metrics',
    description:
      'An OpenTelemetry collector that gets a trace of each request, with its statements in the database and what it asks of other servers: ' +
      '`http://collector:4318` (OTLP over HTTP, JSON; `/v1/traces` is added). Without it nothing is recorded.',
    fallback: undefined,
    parse: parseCollectorUrl,
  }),
  otlpHeaders: setting<string | undefined>('OTEL_EXPORTER_OTLP_HEADERS', {
    group: 'Log and metrics',
    description: 'Headers for the collector, such as its key: `name=value,other=value`, values encoded as in URLs.',
    fallback: undefined,
    parse: parseHeaderPairs,
    secret: true,
  }),
  otlpServiceName: setting('OTEL_SERVICE_NAME', {
    group: 'Log and metrics',
    description: 'The name of this server in traces.',
    fallback: 'license-server',
    parse: (text) => text.slice(0, 200),
  }),
  /** From 0 to 1. */
  otlpShare: setting('OTEL_TRACES_SAMPLER_ARG', {
    group: 'Log and metrics',
    description:
      'How many of the traces that begin here are recorded, from `0` to `1`. A caller that sends a `traceparent` decides for its own.',
    fallback: 1,
    parse: parseShare,
  }),
  auditSyslog: setting<SyslogServer | undefined>('AUDIT_SYSLOG_URL', {
    group: 'Audit log',
    description:
      'A syslog server that gets every sealed audit event and checkpoint (RFC 5424): `tls://host:6514`, `tcp://host:601` or ' +
      '`udp://host:514`. Over TLS and TCP an outage of it loses nothing; UDP loses what the network loses.',
    fallback: undefined,
    parse: parseSyslogUrl,
  }),
  auditSyslogCa: setting<string | undefined>('AUDIT_SYSLOG_CA_FILE', {
    group: 'Audit log',
    description: "File with the certificates (PEM) that vouch for the syslog server's, if no public authority does.",
    fallback: undefined,
    parse: (text, others) => {
      if ((others.read.auditSyslog as SyslogServer | undefined)?.protocol !== 'tls')
        throw new Error('needs an AUDIT_SYSLOG_URL that begins with tls://');
      return readNamedFile(text);
    },
  }),
  /** Absolute path. */
  auditFile: setting<string | undefined>('AUDIT_FILE', {
    group: 'Audit log',
    description:
      'A file that every sealed audit event and checkpoint is appended to, as lines of JSON. It may be renamed at any time ' +
      '(log rotation). Servers that share a database each have a file of their own.',
    fallback: undefined,
    parse: (text) => path.resolve(text),
  }),
  /** Undefined: for ever. */
  auditRetentionDays: setting<number | undefined>('AUDIT_RETENTION_DAYS', {
    group: 'Audit log',
    description:
      'Days for which audit events are kept, up to 36500; then they are removed in whole blocks, once their month is in a signed archive (`AUDIT_ARCHIVE_DIR`), and the rest still verifies. ' +
      'Nothing is removed that has not left through `AUDIT_SYSLOG_URL` or `AUDIT_FILE` yet, where they are set.',
    fallback: undefined,
    defaultText: 'for ever',
    parse: wholeNumber('days', 1, 36_500),
  }),
  /** Absolute path. */
  auditArchiveDir: setting('AUDIT_ARCHIVE_DIR', {
    group: 'Audit log',
    description:
      'Folder for the signed archives that are made of each month of the audit log, once it is over, where `AUDIT_RETENTION_DAYS` is set. ' +
      'An event is removed from the database only when its month is in such a file.',
    fallback: ({ read }) => path.join(String(read.dataDir), 'audit-archives'),
    defaultText: '`DATA_DIR/audit-archives`',
    parse: (text) => path.resolve(text),
  }),
  /** Absolute path; undefined: the server makes no backups itself. */
  backupDir: setting<string | undefined>('BACKUP_DIR', {
    group: 'Backups',
    description:
      'Folder in which the server writes a backup every day at `BACKUP_AT`, on another disk or machine. Set it on one of several servers.',
    fallback: undefined,
    defaultText: 'no daily backup',
    parse: (text) => path.resolve(text),
  }),
  backupAt: setting('BACKUP_AT', {
    group: 'Backups',
    description: 'When the daily backup begins, in the time zone of the server, such as `02:30`.',
    fallback: { hours: 2, minutes: 30 },
    defaultText: '`02:30`',
    parse: parseTimeOfDay,
  }),
  backupKeep: setting('BACKUP_KEEP', {
    group: 'Backups',
    description:
      'Daily backups that are kept in `BACKUP_DIR`, and in the storage; older ones are deleted. Other files there are never touched.',
    fallback: 14,
    parse: wholeNumber('backups', 1, 10_000),
  }),
  backupPassphrase: setting<string | undefined>('BACKUP_PASSPHRASE', {
    group: 'Backups',
    description:
      'Encrypts backups. Keep a copy elsewhere: without it no backup can be restored. A backup without one holds the secret key in the clear.',
    fallback: undefined,
    parse: (text) => text,
    secret: true,
  }),
  /** Without a slash at its end; undefined: backups stay in their folder. */
  backupS3Url: setting<string | undefined>('BACKUP_S3_URL', {
    group: 'Backups',
    description:
      'Bucket of an S3-compatible storage to which the backups in `BACKUP_DIR` are copied: `https://s3.example.com/BUCKET/FOLDER`. Each installation needs ' +
      'a folder of its own. Needs `BACKUP_DIR` and `BACKUP_PASSPHRASE`.',
    fallback: undefined,
    defaultText: 'no copies',
    parse: (text, others) => {
      const needed = ['BACKUP_DIR', 'BACKUP_PASSPHRASE', 'BACKUP_S3_ACCESS_KEY', 'BACKUP_S3_SECRET_KEY'];
      const missing = needed.filter((name) => !others.text(name));
      if (missing.length > 0) throw new Error(`needs ${missing.join(', ')}`);
      return parseBucketUrl(text);
    },
  }),
  backupS3Region: setting('BACKUP_S3_REGION', {
    group: 'Backups',
    description: 'Region of this storage; most that are not of Amazon do not mind.',
    fallback: 'us-east-1',
    parse: (text) => text,
  }),
  backupS3AccessKey: setting<string | undefined>('BACKUP_S3_ACCESS_KEY', {
    group: 'Backups',
    description: 'Access key of this storage. It may list, read, write and delete in the folder of the bucket.',
    fallback: undefined,
    parse: (text) => text,
  }),
  backupS3SecretKey: setting<string | undefined>('BACKUP_S3_SECRET_KEY', {
    group: 'Backups',
    description: 'Secret key that belongs to it.',
    fallback: undefined,
    parse: (text) => text,
    secret: true,
  }),
  backupS3Ca: setting<string | undefined>('BACKUP_S3_CA_FILE', {
    group: 'Backups',
    description: "File with the certificates (PEM) that vouch for the storage's, if no public authority does.",
    fallback: undefined,
    parse: readNamedFile,
  }),
  /** Seconds; 0: it stops at once. */
  drainSeconds: setting('DRAIN_SECONDS', {
    group: 'Stopping and several servers',
    description:
      'Seconds for which a server that is told to stop (SIGTERM) goes on answering while `GET /health/ready` is 503, so that a ' +
      'balancer sends the next ones elsewhere: a little more than the balancer takes to notice.',
    fallback: ({ text }) => (text('DATABASE_URL') ? 2 : 0),
    defaultText: '`2`, or `0` with the embedded database, where no other server could take over',
    parse: wholeNumber('seconds', 0, 300),
  }),
};

/** All settings, to list, check or write them. */
export const settingDeclarations: readonly SettingDeclaration[] = Object.values(declarations);

type Declared = {
  [Key in keyof typeof declarations]: (typeof declarations)[Key] extends SettingDeclaration<infer T> ? T : never;
};

/** The settings as the program uses them, read once at start from environment variables. */
export type Settings = Omit<Declared, 'databaseUser' | 'databasePassword' | 'vendorKeyFiles'> & {
  /** Names of settings that this release ignores because the vendor's keys are built in. */
  ignoredSettings: readonly string[];
  /** The texts of the settings that are set, by their names, secrets included. */
  given: Readonly<Record<string, string>>;
};

/** Every wrong setting at once, each in a sentence of its own. */
export class SettingsError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`The configuration is not valid:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'SettingsError';
  }
}

/**
 * Reads and checks the settings. An empty one counts as none. A secret may stand in a file: `NAME_FILE` is its path.
 *
 * @param env the environment variables
 * @throws SettingsError that lists all problems, not just the first
 */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const problems = new Set<string>();
  const read: Record<string, unknown> = {};
  const attempt = <T>(name: string, work: () => T): T | undefined => {
    try {
      return work();
    } catch (error) {
      problems.add(`${name} ${(error as Error).message}`);
      return undefined;
    }
  };
  const ignored = hasBuiltInKeys ? vendorKeySettings.filter((name) => env[name]?.trim()) : [];
  const text = (name: string): string | undefined => {
    if (ignored.some((each) => each === name)) return undefined;
    const value = env[name]?.trim();
    const file = secretNames.has(name) ? env[`${name}_FILE`]?.trim() : undefined;
    if (value || !file) return value || undefined;
    return attempt(`${name}_FILE`, () => readNamedFile(file).trim()) || undefined;
  };
  const others: OtherSettings = { text, read };
  const texts: Record<string, string> = {};
  for (const [key, { name, fallback, parse }] of Object.entries(declarations)) {
    const given = text(name);
    if (given !== undefined) texts[name] = given;
    const value = given === undefined ? undefined : attempt(name, () => parse(given, others));
    read[key] = value ?? fallback(others);
  }
  if (problems.size > 0) throw new SettingsError([...problems]);
  const { databaseUser: _user, databasePassword: _password, vendorKeyFiles, ...settings } = read as Declared;
  const vendorKeys =
    trustAnchor.vendorKeys === undefined
      ? [...settings.vendorKeys, ...vendorKeyFiles]
      : parseVendorKeys(trustAnchor.vendorKeys);
  return { ...settings, vendorKeys, ignoredSettings: ignored, given: texts };
}

const secretNames = new Set(settingDeclarations.filter(({ secret }) => secret).map(({ name }) => name));

function reportAddress(text: string, others: OtherSettings): string {
  if (!others.text('DATABASE_URL')) throw new Error('needs a DATABASE_URL');
  const targets = ['prefer-standby', 'standby', 'any'] as const;
  const address = databaseAddress(text, { targets });
  if (new URL(address).username !== '') return address;
  return databaseAddress(text, { ...databaseCredentials(others), targets });
}

/** @param file of the configuration; undefined: there is none */
function provisioningBeside(file: string | undefined): string | undefined {
  const folder = file && path.join(path.dirname(path.resolve(file)), 'provisioning');
  return folder && existsSync(folder) ? folder : undefined;
}

function databaseCredentials(others: OtherSettings): { user: string | undefined; password: string | undefined } {
  return { user: others.text('DATABASE_USER'), password: others.text('DATABASE_PASSWORD') };
}

/** The address takes it in. */
function withDatabaseUrl(text: string, others: OtherSettings): string {
  if (!others.text('DATABASE_URL')) throw new Error('needs a DATABASE_URL');
  return text;
}
