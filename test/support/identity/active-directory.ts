import { Attribute, Change, Client } from 'ldapts';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { privateAuthority } from '../network/private-authority.js';
import { until } from '../until.js';

export const base = 'DC=example,DC=test';
const administrator = { name: 'Administrator@example.test', password: 'Passw0rd.of.the.administrator' };
/** The account that license servers search with. */
const searcher = { name: 'license-server', password: 'Passw0rd.of.the.searcher' };

/** A person; the password is "Passw0rd of NAME". */
export interface NewPerson {
  name: string;
  mail?: string;
  userPrincipalName?: string;
  /** 512 when absent: an account that may sign in. */
  userAccountControl?: string;
  accountExpires?: string;
  /** "0": the password has to be changed first. */
  pwdLastSet?: string;
}

export const passwordOf = (name: string): string => `Passw0rd of ${name}`;

/**
 * Samba as a domain controller of Active Directory, of which only its LDAP runs. Its ports cannot be chosen, so it listens on an
 * address of its own of this machine, which needs root.
 */
export class ActiveDirectory {
  private readonly address = `127.${80 + (process.pid % 100)}.${(process.pid >> 8) % 250}.${1 + (process.pid % 250)}`;
  readonly authority = privateAuthority(`IP:${this.address}`);
  private process: ChildProcess | undefined;

  private constructor(private readonly folder: string) {}

  static async start(): Promise<ActiveDirectory> {
    const directory = new ActiveDirectory(mkdtempSync(path.join(os.tmpdir(), 'license-server-domain-')));
    await directory.provision();
    await directory.run();
    await directory.add({ name: searcher.name }, searcher.password);
    return directory;
  }

  /** The fields of a provider that reaches it over LDAPS, with the filters of docs/identity.md. */
  get provider(): Record<string, unknown> {
    return {
      ...{ kind: 'ldap', name: 'Domain', url: `ldaps://${this.address}`, caCertificate: this.authority.ca },
      ...{ bindDn: `${searcher.name}@example.test`, bindPassword: searcher.password, userBase: base },
      userFilter:
        '(&(objectCategory=person)(objectClass=user)(|(mail={user})(userPrincipalName={user})(sAMAccountName={user})))',
      ...{ groupBase: base, groupFilter: '(member:1.2.840.113556.1.4.1941:={dn})' },
    };
  }

  /** Without encryption at first. */
  get plainUrl(): string {
    return `ldap://${this.address}`;
  }

  async close(): Promise<void> {
    if (this.process?.exitCode === null) {
      this.process.kill('SIGTERM');
      await once(this.process, 'exit');
    }
    rmSync(this.folder, { recursive: true });
  }

  dnOf(name: string): string {
    return `CN=${name},CN=Users,${base}`;
  }

  add({ name, mail, ...more }: NewPerson, password = passwordOf(name)): Promise<void> {
    return this.administered(async (client) => {
      await client.add(this.dnOf(name), {
        ...{ objectClass: 'user', sAMAccountName: name, userPrincipalName: `${name}@example.test` },
        ...{ mail: mail ?? `${name}@example.test`, givenName: name, sn: 'of the domain' },
        unicodePwd: Buffer.from(`"${password}"`, 'utf16le') as unknown as string,
        ...{ userAccountControl: '512', ...more },
      });
    });
  }

  /** People who may not sign in, quickly. */
  addMany(names: readonly string[]): Promise<void> {
    return this.administered(async (client) => {
      for (const name of names) await client.add(this.dnOf(name), { objectClass: 'user', sAMAccountName: name });
    });
  }

  /** A group with these members: people, or other groups. */
  group(name: string, ...members: string[]): Promise<void> {
    const member = members.map((each) => this.dnOf(each));
    return this.administered((client) =>
      client.add(this.dnOf(name), { objectClass: 'group', sAMAccountName: name, ...(member.length > 0 && { member }) }),
    );
  }

  set(name: string, attributes: Record<string, string>): Promise<void> {
    return this.administered((client) =>
      client.modify(
        this.dnOf(name),
        Object.entries(attributes).map(
          ([type, value]) =>
            new Change({ operation: 'replace', modification: new Attribute({ type, values: [value] }) }),
        ),
      ),
    );
  }

  remove(name: string): Promise<void> {
    return this.administered((client) => client.del(this.dnOf(name)));
  }

  private async provision(): Promise<void> {
    const target = path.join(this.folder, 'domain');
    await samba('domain', 'provision', '--realm=EXAMPLE.TEST', '--domain=EXAMPLE', '--server-role=dc', {
      ...{
        '--dns-backend': 'NONE',
        '--host-name': 'dc1',
        '--adminpass': administrator.password,
        '--targetdir': target,
      },
    });
    for (const [name, text] of Object.entries(this.authority)) {
      writeFileSync(path.join(this.folder, `${name}.pem`), text, { mode: 0o600 });
    }
    mkdirSync(path.join(this.folder, 'ncalrpc'));
    writeFileSync(this.settings, settingsOf(this.folder, this.address));
    const limits = { '--account-lockout-threshold': '3', '--account-lockout-duration': '30', '-s': this.settings };
    await samba('domain', 'passwordsettings', 'set', limits);
  }

  private get settings(): string {
    return path.join(this.folder, 'smb.conf');
  }

  private async run(): Promise<void> {
    const args = ['--interactive', '--model=single', '-s', this.settings];
    this.process = spawn('/usr/sbin/samba', args, { stdio: 'ignore' });
    await until(() => this.administered(() => Promise.resolve(true)).catch(() => false), 60, 'Samba');
  }

  /** Does something as the administrator of the domain. */
  private async administered<T>(work: (client: Client) => Promise<T>): Promise<T> {
    const client = new Client({
      ...{ url: `ldaps://${this.address}`, timeout: 30_000, connectTimeout: 5000 },
      tlsOptions: { ca: [this.authority.ca] },
    });
    try {
      await client.bind(administrator.name, administrator.password);
      return await work(client);
    } finally {
      await client.unbind();
    }
  }
}

async function samba(...options: (string | Record<string, string>)[]): Promise<void> {
  const args = options.flatMap((word) =>
    typeof word === 'string'
      ? [word]
      : Object.entries(word).flatMap(([name, value]) => (name.startsWith('--') ? [`${name}=${value}`] : [name, value])),
  );
  await promisify(execFile)('samba-tool', args);
}

function settingsOf(folder: string, address: string): string {
  const domain = path.join(folder, 'domain');
  return `[global]
netbios name = DC1
realm = EXAMPLE.TEST
workgroup = EXAMPLE
server role = active directory domain controller
server services = ldap
interfaces = ${address}/8
bind interfaces only = yes
private dir = ${domain}/private
state directory = ${domain}/state
cache directory = ${domain}/cache
lock directory = ${domain}
binddns dir = ${domain}/bind-dns
pid directory = ${folder}
ncalrpc dir = ${folder}/ncalrpc
log file = ${folder}/log
tls enabled = yes
tls keyfile = ${folder}/key.pem
tls certfile = ${folder}/cert.pem
tls cafile = ${folder}/ca.pem
`;
}
