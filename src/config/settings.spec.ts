import { afterAll, describe, expect, it } from '@jest/globals';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { hostsOf, hostAndPort, targetOf } from './database-address.js';
import { readSettings, SettingsError } from './settings.js';

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    readSettings(env);
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  return [];
}

function publicPem(key: KeyObject): string {
  return key.export({ type: 'spki', format: 'pem' }).toString();
}

describe('Without any setting', () => {
  it('the server listens on port 8080, keeps everything in ./data and trusts no vendor', () => {
    expect(readSettings({})).toEqual({
      port: 8080,
      host: '0.0.0.0',
      mailEhloName: 'localhost',
      mailLanguage: 'en',
      given: {},
      invitationHours: 24,
      sessionRetentionDays: 730,
      historyRetentionDays: 365,
      personalDataRetentionDays: undefined,
      auditArchiveDir: path.resolve('data', 'audit-archives'),
      backupDir: undefined,
      backupAt: { hours: 2, minutes: 30 },
      backupKeep: 14,
      backupPassphrase: undefined,
      backupS3Url: undefined,
      backupS3Region: 'us-east-1',
      backupS3AccessKey: undefined,
      backupS3SecretKey: undefined,
      backupS3Ca: undefined,
      sessionIdleMinutes: 480,
      sessionMaxHours: 24,
      apiKeyMaxDays: undefined,
      secondFactorGraceDays: 14,
      directoryRecheckMinutes: 15,
      serverUrl: 'http://localhost:8080',
      dataDir: path.resolve('data'),
      databaseUrl: undefined,
      databaseReportUrl: undefined,
      postgresBinDir: undefined,
      postgresOldBinDir: undefined,
      secretKeyFile: path.resolve('data', 'secret.key'),
      securityContact: undefined,
      vendorKeys: [],
      ignoredSettings: [],
      logLevel: 'info',
      pluginDir: path.resolve('data', 'plugins'),
      pluginMaxBytes: 512 * 1024 * 1024,
      drainSeconds: 0,
      slowQueryMillis: 1000,
      metricsToken: undefined,
      otlpEndpoint: undefined,
      otlpHeaders: undefined,
      otlpServiceName: 'license-server',
      otlpShare: 1,
      tlsCertFile: undefined,
      tlsKeyFile: undefined,
      tlsKeyPassphrase: undefined,
      httpRedirectPort: undefined,
      trustedProxies: [],
      mailAllowedNetworks: [],
      webhookAllowedNetworks: [],
      outgoingProxy: undefined,
      requestTimeoutSeconds: 30,
      maxConnections: 10_000,
      maxConnectionsPerAddress: 2000,
      clientHoldSeconds: 55,
      maxApiKeysPerUser: 20,
      maxClientPasswordsPerUser: 20,
      maxSessionsPerUser: 50,
      maxEventStreamsPerUser: 20,
      maxWaitingPerUser: 500,
      maxWaitingPerOrganization: 2000,
      maxLeasesPerUser: 0,
      maxOrganizationsPerUser: 100,
      maxTeamsPerOrganization: 1000,
      maxMembersPerOrganization: 50_000,
      maxServiceAccountsPerOrganization: 200,
      maxInvitationsPerDay: 2000,
      maxResendsPerDay: 2000,
      maxMailsPerDay: 10_000,
      pluginMaxTotalBytes: 10_240 * 1024 * 1024,
      maxHeldRequests: 5000,
    });
  });

  it('an empty setting counts as none', () => {
    const names = ['PORT', 'HOST', 'SERVER_URL', 'DATA_DIR', 'DATABASE_URL', 'SECRET_KEY_FILE', 'LOG_LEVEL'];
    expect(readSettings(Object.fromEntries(names.map((name) => [name, '  '])))).toEqual(readSettings({}));
  });
});

describe('Wrong settings', () => {
  it('are reported all at once, each by its name', () => {
    const problems = problemsOf({
      PORT: '80800',
      HOST: 'not a host',
      SERVER_URL: 'licenses.example.com',
      DATABASE_URL: 'mysql://db/kit',
      VENDOR_KEYS: 'nothing',
      VENDOR_KEY_FILES: '/no/such/file.pem',
      LOG_LEVEL: 'loud',
      SESSION_RETENTION_DAYS: '0',
      PLUGIN_MAX_MB: '0',
    });
    expect(problems.map((problem) => problem.split(' ')[0]).sort()).toEqual([
      'DATABASE_URL',
      'HOST',
      'LOG_LEVEL',
      'PLUGIN_MAX_MB',
      'PORT',
      'SERVER_URL',
      'SESSION_RETENTION_DAYS',
      'VENDOR_KEYS',
      'VENDOR_KEY_FILES',
    ]);
  });

  it('are one message, a line each', () => {
    expect(() => readSettings({ PORT: 'x', LOG_LEVEL: 'y' })).toThrow(/not valid:\n {2}- PORT .*"x"\n {2}- LOG_LEVEL/);
  });
});

describe('PORT', () => {
  it('is a whole number from 0, which takes a free one, to 65535', () => {
    for (const port of ['0', '80', '65535']) expect(readSettings({ PORT: port }).port).toBe(Number(port));
    for (const port of ['-1', '65536', '80.5', '0x50', '1e3', 'http'])
      expect(problemsOf({ PORT: port })).toHaveLength(1);
  });

  it('is the port of the server URL, unless that is set', () => {
    expect(readSettings({ PORT: '9000' }).serverUrl).toBe('http://localhost:9000');
  });
});

describe('MAIL_EHLO_NAME', () => {
  it('is the host of SERVER_URL, an address in the brackets that mail servers expect', () => {
    const nameOf = (SERVER_URL: string): string => readSettings({ SERVER_URL }).mailEhloName;
    expect(nameOf('https://licenses.example.com:8443/path')).toBe('licenses.example.com');
    expect(nameOf('http://10.0.0.20:8080')).toBe('[10.0.0.20]');
    expect(nameOf('http://[fd00::20]:8080')).toBe('[IPv6:fd00::20]');
  });
});

describe('SERVER_URL', () => {
  it('may have a path, and loses its trailing slash', () => {
    expect(readSettings({ SERVER_URL: 'https://example.com/licenses/' }).serverUrl).toBe(
      'https://example.com/licenses',
    );
  });

  it('is http or https, without a password, query or fragment', () => {
    const wrong = [
      'ftp://example.com',
      'http://user:secret@example.com',
      'http://example.com/?a=1',
      'http://example.com/#a',
    ];
    for (const url of wrong) expect(problemsOf({ SERVER_URL: url })).toHaveLength(1);
  });

  it('with a password in it is not repeated in the message', () => {
    expect(problemsOf({ SERVER_URL: 'http://user:secret@example.com' }).join()).not.toContain('secret');
  });
});

describe('TRUSTED_PROXIES', () => {
  it('is a list of addresses and networks', () => {
    expect(readSettings({ TRUSTED_PROXIES: '10.0.0.7, 192.168.0.0/16,fd00::/8, ::1' }).trustedProxies).toEqual([
      '10.0.0.7',
      '192.168.0.0/16',
      'fd00::/8',
      '::1',
    ]);
    for (const wrong of ['proxy.test', '10.0.0.0/33', '10.0.0.7;10.0.0.8', '10.0.0.0/8/8', ',', '::/129', '*']) {
      expect(problemsOf({ TRUSTED_PROXIES: wrong })).toEqual([expect.stringMatching(/^TRUSTED_PROXIES must be/)]);
    }
  });
});

describe('HTTPS', () => {
  it('needs a certificate and its key, and makes the server URL one of https', () => {
    expect(problemsOf({ TLS_CERT_FILE: 'a.pem' })).toEqual(['TLS_CERT_FILE needs a TLS_KEY_FILE']);
    expect(problemsOf({ TLS_KEY_FILE: 'a.key' })).toEqual(['TLS_KEY_FILE needs a TLS_CERT_FILE']);
    expect(problemsOf({ HTTP_REDIRECT_PORT: '80' })).toEqual(['HTTP_REDIRECT_PORT needs a TLS_CERT_FILE']);
    const tls = { TLS_CERT_FILE: 'a.pem', TLS_KEY_FILE: 'a.key' };
    expect(readSettings({ ...tls, PORT: '8443', HTTP_REDIRECT_PORT: '8080' })).toMatchObject({
      serverUrl: 'https://localhost:8443',
      httpRedirectPort: 8080,
      tlsCertFile: path.resolve('a.pem'),
    });
    expect(problemsOf({ ...tls, HTTP_REDIRECT_PORT: '80', SERVER_URL: 'http://example.test' })).toHaveLength(1);
  });
});

describe('BACKUP_S3_URL', () => {
  const others = {
    ...{ BACKUP_DIR: '/mnt', BACKUP_PASSPHRASE: 'a long one' },
    ...{ BACKUP_S3_ACCESS_KEY: 'key', BACKUP_S3_SECRET_KEY: 'secret' },
  };

  it('names a bucket, and a folder in it', () => {
    const url = 'https://s3.example.com/backups/site-1';
    expect(readSettings({ ...others, BACKUP_S3_URL: `${url}/` }).backupS3Url).toBe(url);
    for (const text of ['s3://backups', 'https://s3.example.com/', 'https://key:secret@s3.example.com/backups']) {
      expect(problemsOf({ ...others, BACKUP_S3_URL: text }).join()).toContain(
        'BACKUP_S3_URL must be the URL of a bucket',
      );
    }
  });

  it('takes encrypted backups only', () => {
    const url = { BACKUP_S3_URL: 'https://s3.example.com/backups' };
    expect(problemsOf({ ...others, ...url, BACKUP_PASSPHRASE: '' })).toEqual(['BACKUP_S3_URL needs BACKUP_PASSPHRASE']);
  });
});

describe('BACKUP_AT', () => {
  it('is a time of day', () => {
    expect(readSettings({ BACKUP_AT: '23:05' }).backupAt).toEqual({ hours: 23, minutes: 5 });
    for (const text of ['24:00', '7', '2:60', '02:30:00']) {
      expect(problemsOf({ BACKUP_AT: text })).toEqual([`BACKUP_AT must be a time of day such as 02:30, not "${text}"`]);
    }
  });
});

describe('DATABASE_REPORT_URL', () => {
  it('has a user of its own, or the one of the database', () => {
    const env = { DATABASE_URL: 'postgresql://db/kit', DATABASE_USER: 'kit', DATABASE_PASSWORD: 'secret' };
    const replicaOf = (url: string) => readSettings({ ...env, DATABASE_REPORT_URL: url }).databaseReportUrl;
    expect(replicaOf('jdbc:postgresql://replica:5433/kit')).toBe('postgresql://kit:secret@replica:5433/kit');
    expect(replicaOf('postgresql://reader:other@replica/kit')).toBe('postgresql://reader:other@replica/kit');
  });

  it('may name several hosts, of which a stand-by is preferred', () => {
    const env = { DATABASE_URL: 'postgresql://a,b/kit', DATABASE_REPORT_URL: 'postgresql://a,b/kit' };
    expect(targetOf(readSettings(env).databaseReportUrl ?? '')).toBe('prefer-standby');
  });

  it('is refused beside the embedded database', () => {
    expect(problemsOf({ DATABASE_REPORT_URL: 'postgresql://replica/kit' })).toEqual([
      'DATABASE_REPORT_URL needs a DATABASE_URL',
    ]);
  });
});

describe('DATABASE_URL', () => {
  const address = (url: string, more: Record<string, string> = {}): string | undefined =>
    readSettings({ DATABASE_URL: url, ...more }).databaseUrl;

  it('is a PostgreSQL URL', () => {
    const url = 'postgresql://kit:secret@db.example.com:5433/licenses?sslmode=require';
    expect(address(url)).toBe(url);
    expect(address('postgres://db/licenses')).toBe('postgres://db/licenses');
  });

  it('may be spelled as JDBC does, with user and password in the query', () => {
    expect(address('jdbc:postgresql://db.example.com:5432/licenses?user=kit&password=secret')).toBe(
      'postgresql://kit:secret@db.example.com:5432/licenses',
    );
  });

  it('may be spelled as JDBC does, with user and password in settings of their own', () => {
    const credentials = { DATABASE_USER: 'kit', DATABASE_PASSWORD: 'p@ss/w:rd?' };
    expect(address('jdbc:postgresql://db/licenses', credentials)).toBe(
      'postgresql://kit:p%40ss%2Fw%3Ard%3F@db/licenses',
    );
  });

  it('gives way to DATABASE_USER and DATABASE_PASSWORD', () => {
    const credentials = { DATABASE_USER: 'kit', DATABASE_PASSWORD: 'new' };
    expect(address('jdbc:postgresql://db/licenses?user=other&password=old', credentials)).toBe(
      'postgresql://kit:new@db/licenses',
    );
    expect(address('postgresql://other:old@db/licenses', credentials)).toBe('postgresql://kit:new@db/licenses');
  });

  it('keeps special characters of a password in the query', () => {
    expect(address('jdbc:postgresql://db/licenses?user=kit&password=a%26b%3Dc%20d')).toBe(
      'postgresql://kit:a%26b%3Dc%20d@db/licenses',
    );
  });

  it('understands ssl=true, which only JDBC knows, and leaves sslmode alone', () => {
    expect(address('jdbc:postgresql://db/licenses?ssl=true')).toBe('postgresql://db/licenses?sslmode=verify-full');
    expect(address('jdbc:postgresql://db/licenses?ssl=true&sslmode=require')).toBe(
      'postgresql://db/licenses?sslmode=require',
    );
    expect(address('jdbc:postgresql://db/licenses?ssl=false')).toBe('postgresql://db/licenses');
  });

  it('means the database kit when it names none', () => {
    expect(address('jdbc:postgresql://db:5432')).toBe('postgresql://db:5432/kit');
    expect(address('postgresql://db/')).toBe('postgresql://db/kit');
  });

  it('takes an IPv6 address', () => {
    expect(address('jdbc:postgresql://[::1]:5432/licenses')).toBe('postgresql://[::1]:5432/licenses');
  });

  it('may name a primary and its stand-bys, in the order in which they are tried', () => {
    const url = 'postgresql://kit:secret@a:5433,b.example.com,[::1]:5434/licenses';
    const several = address(url);
    expect(several && hostsOf(several)).toEqual([
      { host: 'a', port: 5433 },
      { host: 'b.example.com', port: 5432 },
      { host: '::1', port: 5434 },
    ]);
    expect(several && targetOf(several)).toBe('read-write');
    expect(new URL(several ?? '')).toMatchObject({ username: 'kit', password: 'secret', pathname: '/licenses' });
    const libpq = address('postgresql://kit@a/licenses?host=a,b&port=5433&target_session_attrs=primary') ?? '';
    expect(hostsOf(libpq)).toEqual(['a', 'b'].map((host) => ({ host, port: 5433 })));
    expect(targetOf(libpq)).toBe('read-write');
    const jdbc = address('jdbc:postgresql://a,b:5433/licenses?targetServerType=primary&user=kit') ?? '';
    expect(hostsOf(jdbc).map(hostAndPort)).toEqual(['a:5432', 'b:5433']);
  });

  it('cannot ask for a stand-by, which accepts no changes', () => {
    expect(problemsOf({ DATABASE_URL: 'postgresql://a,b/kit?target_session_attrs=standby' })).toEqual([
      'DATABASE_URL has target_session_attrs=standby, expected read-write',
    ]);
    expect(problemsOf({ DATABASE_URL: 'postgresql://a:5432,:5433/kit' })).toEqual([
      'DATABASE_URL names a host that is not host:port: ":5433"',
    ]);
  });

  it('of another database, or of none, is refused', () => {
    const wrong = [
      'jdbc:oracle:thin:@db:1521/kit',
      'mysql://db/kit',
      'db.example.com',
      'jdbc:postgresql:kit',
      'postgresql://',
    ];
    for (const url of wrong) {
      expect(problemsOf({ DATABASE_URL: url })).toEqual([expect.stringMatching(/^DATABASE_URL /)]);
    }
  });

  it('is missing when there is only a user or a password', () => {
    expect(problemsOf({ DATABASE_PASSWORD: 'secret' })).toEqual(['DATABASE_PASSWORD needs a DATABASE_URL']);
  });

  it('may stand in a file, as all secrets may', () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'secrets-'));
    const file = (name: string, text: string): string => {
      writeFileSync(path.join(folder, name), text);
      return path.join(folder, name);
    };
    const env = {
      DATABASE_URL_FILE: file('url', 'postgresql://kit@db/licenses\n'),
      DATABASE_PASSWORD_FILE: file('password', 'secret\n'),
    };
    expect(readSettings(env).databaseUrl).toBe('postgresql://kit:secret@db/licenses');
    expect(readSettings({ ...env, DATABASE_URL: 'postgresql://db/other' }).databaseUrl).toBe(
      'postgresql://:secret@db/other',
    );
    rmSync(folder, { recursive: true });
    expect(problemsOf(env)).toEqual([
      expect.stringMatching(/^DATABASE_URL_FILE names a file that cannot be read: .*url \(ENOENT\)$/),
      expect.stringMatching(/^DATABASE_PASSWORD_FILE names a file that cannot be read: .*password \(ENOENT\)$/),
    ]);
  });
});

describe('The keys of the vendor', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'vendor-keys-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const ed25519 = generateKeyPairSync('ed25519');
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });

  const typesOf = (env: Record<string, string>): (string | undefined)[] =>
    readSettings(env).vendorKeys.map(({ asymmetricKeyType }) => asymmetricKeyType);

  it('are PEM in VENDOR_KEYS, several of them one after another', () => {
    const pem = publicPem(ed25519.publicKey) + publicPem(rsa.publicKey);
    expect(typesOf({ VENDOR_KEYS: pem })).toEqual(['ed25519', 'rsa']);
  });

  it('may have \\n in place of line ends, as in an env file', () => {
    expect(typesOf({ VENDOR_KEYS: publicPem(rsa.publicKey).replaceAll('\n', '\\n') })).toEqual(['rsa']);
  });

  it('may stand in files, beside those in VENDOR_KEYS', () => {
    const files = { first: path.join(folder, 'first.pem'), second: path.join(folder, 'second.pem') };
    writeFileSync(files.first, publicPem(ed25519.publicKey));
    writeFileSync(files.second, publicPem(rsa.publicKey));
    const env = { VENDOR_KEYS: publicPem(rsa.publicKey), VENDOR_KEY_FILES: `${files.first}, ${files.second}` };
    expect(typesOf(env)).toEqual(['rsa', 'ed25519', 'rsa']);
  });

  it('are never private ones, which the message does not repeat', () => {
    const pem = ed25519.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const [problem, ...more] = problemsOf({ VENDOR_KEYS: pem });
    expect(more).toEqual([]);
    expect(problem).toContain('holds a private key');
    expect(problem).not.toContain(pem.split('\n')[1]);
  });

  it('are strong enough: Ed25519, or RSA of at least 2048 bits', () => {
    const weak = [
      generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey,
      generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey,
      generateKeyPairSync('x25519').publicKey,
    ];
    for (const key of weak) {
      expect(problemsOf({ VENDOR_KEYS: publicPem(key) }).join()).toContain('neither Ed25519 nor RSA');
    }
  });

  it('must be readable', () => {
    const damaged = publicPem(ed25519.publicKey).replace(/\nM/, '\nX');
    expect(problemsOf({ VENDOR_KEYS: damaged }).join()).toContain('cannot be read');
    const file = path.join(folder, 'missing.pem');
    expect(problemsOf({ VENDOR_KEY_FILES: file }).join()).toContain(`${file} (ENOENT)`);
  });
});
