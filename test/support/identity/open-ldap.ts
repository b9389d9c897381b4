import { Attribute, Change, Client } from 'ldapts';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { freePort } from '../network/free-port.js';
import { privateAuthority } from '../network/private-authority.js';
import { until } from '../until.js';

export const base = 'dc=example,dc=test';
const manager = { dn: `cn=manager,${base}`, password: 'of the manager' };
/** The account that license servers search with. */
export const searcher = { dn: `cn=license-server,${base}`, password: 'of the searcher' };

/** A person, as an administrator enters one. */
export interface NewPerson {
  uid: string;
  mail?: string;
  password?: string;
  firstName?: string;
  lastName?: string;
  /** As Active Directory has them. */
  userPrincipalName?: string;
  userAccountControl?: string;
  accountExpires?: string;
}

/** Debian's OpenLDAP, with the attributes of Active Directory that matter here; LDAPS and StartTLS by a private authority. */
export class OpenLdap {
  readonly authority = privateAuthority();
  private process: ChildProcess | undefined;

  private constructor(
    private readonly folder: string,
    private readonly port: number,
    private readonly tlsPort: number,
  ) {}

  static async start(): Promise<OpenLdap> {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'license-server-ldap-'));
    const ldap = new OpenLdap(folder, await freePort(), await freePort());
    mkdirSync(path.join(folder, 'data'));
    const { ca, cert, key } = ldap.authority;
    for (const [name, text] of Object.entries({ ca, cert, key })) writeFileSync(path.join(folder, `${name}.pem`), text);
    writeFileSync(path.join(folder, 'slapd.conf'), configuration(folder));
    await ldap.run();
    await ldap.fill();
    return ldap;
  }

  /** Without encryption, unless a client asks for StartTLS. */
  get url(): string {
    return `ldap://localhost:${this.port}`;
  }

  get secureUrl(): string {
    return `ldaps://localhost:${this.tlsPort}`;
  }

  /** The fields of a provider that reaches it, encrypted. */
  get provider(): Record<string, unknown> {
    return {
      ...{ kind: 'ldap', name: 'Directory', url: this.secureUrl, caCertificate: this.authority.ca },
      ...{ bindDn: searcher.dn, bindPassword: searcher.password, userBase: `ou=people,${base}` },
      userFilter:
        '(&(objectClass=person)(|(mail={user})(uid={user})(userPrincipalName={user})(sAMAccountName={user})))',
      ...{ groupBase: `ou=groups,${base}`, groupFilter: '(member={dn})' },
    };
  }

  async run(): Promise<void> {
    const addresses = `ldap://127.0.0.1:${this.port} ldaps://127.0.0.1:${this.tlsPort}`;
    const args = ['-f', path.join(this.folder, 'slapd.conf'), '-h', addresses, '-d', '0'];
    this.process = spawn('/usr/sbin/slapd', args, { stdio: 'ignore' });
    await until(() => this.administered(() => Promise.resolve(true)).catch(() => false), 20, 'OpenLDAP');
  }

  async stop(): Promise<void> {
    const { process } = this;
    this.process = undefined;
    if (process?.exitCode !== null) return;
    process.kill('SIGTERM');
    await once(process, 'exit');
  }

  /** It holds connections open, and answers nothing. */
  hang(): void {
    this.process?.kill('SIGSTOP');
  }

  goOn(): void {
    this.process?.kill('SIGCONT');
  }

  async close(): Promise<void> {
    this.goOn();
    await this.stop();
    rmSync(this.folder, { recursive: true });
  }

  /** Does something as the administrator of the directory. */
  async administered<T>(work: (client: Client) => Promise<T>): Promise<T> {
    const client = new Client({ url: this.url, timeout: 10_000, connectTimeout: 2000 });
    try {
      await client.bind(manager.dn, manager.password);
      return await work(client);
    } finally {
      await client.unbind();
    }
  }

  dnOf(uid: string): string {
    return `uid=${uid},ou=people,${base}`;
  }

  add(...people: NewPerson[]): Promise<void> {
    return this.administered(async (client) => {
      for (const { uid, mail = `${uid}@example.test`, password, firstName, lastName, ...more } of people) {
        await client.add(this.dnOf(uid), {
          ...{ objectClass: ['inetOrgPerson', 'adPerson'], uid, cn: uid, sn: lastName ?? uid, mail },
          ...{ givenName: firstName ?? uid, userPassword: password ?? `${uid} password`, sAMAccountName: uid },
          ...more,
        });
      }
    });
  }

  set(uid: string, attributes: Record<string, string>): Promise<void> {
    return this.administered((client) =>
      client.modify(
        this.dnOf(uid),
        Object.entries(attributes).map(
          ([type, value]) =>
            new Change({ operation: 'replace', modification: new Attribute({ type, values: [value] }) }),
        ),
      ),
    );
  }

  remove(...uids: string[]): Promise<void> {
    return this.administered(async (client) => {
      for (const uid of uids) await client.del(this.dnOf(uid));
    });
  }

  /** So many groups of one person, which are there at once. */
  async addGroups(count: number, uid: string): Promise<void> {
    await this.stop();
    const entries = Array.from(
      { length: count },
      (_, index) =>
        `dn: cn=of-${uid}-${index},ou=groups,${base}\nobjectClass: groupOfNames\ncn: of-${uid}-${index}\nmember: ${this.dnOf(uid)}\n`,
    );
    const file = path.join(this.folder, 'groups.ldif');
    writeFileSync(file, entries.join('\n'));
    execFileSync('/usr/sbin/slapadd', ['-q', '-f', path.join(this.folder, 'slapd.conf'), '-l', file]);
    await this.run();
  }

  /** A group of these people; it takes the place of one with this name. */
  group(name: string, ...uids: string[]): Promise<void> {
    return this.administered(async (client) => {
      const dn = `cn=${name},ou=groups,${base}`;
      await client.del(dn).catch(() => undefined);
      if (uids.length === 0) return;
      await client.add(dn, { objectClass: ['groupOfNames'], cn: name, member: uids.map((uid) => this.dnOf(uid)) });
    });
  }

  private fill(): Promise<void> {
    return this.administered(async (client) => {
      await client.add(base, { objectClass: ['dcObject', 'organization'], dc: 'example', o: 'Example' });
      for (const ou of ['people', 'groups']) {
        await client.add(`ou=${ou},${base}`, { objectClass: ['organizationalUnit'], ou });
      }
      await client.add(searcher.dn, {
        ...{ objectClass: ['organizationalRole', 'simpleSecurityObject'], cn: 'license-server' },
        userPassword: searcher.password,
      });
    });
  }
}

function configuration(folder: string): string {
  const schemas = ['core', 'cosine', 'inetorgperson'].map((name) => `include /etc/ldap/schema/${name}.schema`);
  const text =
    'EQUALITY caseIgnoreMatch SUBSTR caseIgnoreSubstringsMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 SINGLE-VALUE';
  const names = ['sAMAccountName', 'userPrincipalName', 'userAccountControl', 'accountExpires'];
  return `${schemas.join('\n')}
${names.map((name, index) => `attributetype ( 1.3.6.1.4.1.99999.1.${index + 1} NAME '${name}' ${text} )`).join('\n')}
objectclass ( 1.3.6.1.4.1.99999.2.1 NAME 'adPerson' SUP top AUXILIARY MAY ( ${names.join(' $ ')} ) )
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload memberof
pidfile ${folder}/pid
argsfile ${folder}/args
TLSCACertificateFile ${folder}/ca.pem
TLSCertificateFile ${folder}/cert.pem
TLSCertificateKeyFile ${folder}/key.pem
disallow bind_anon
database mdb
suffix "${base}"
rootdn "${manager.dn}"
rootpw "${manager.password}"
directory ${folder}/data
maxsize 1073741824
dbnosync
index objectClass,uid,mail,sAMAccountName,userPrincipalName,member,entryUUID eq
# As Active Directory: no more than so many in one answer, all of them page by page.
limits * size.soft=100 size.hard=1000 size.prtotal=unlimited
access to attrs=userPassword by anonymous auth by * none
access to * by dn.base="${searcher.dn}" read by * none
overlay memberof
memberof-group-oc groupOfNames
memberof-member-ad member
memberof-memberof-ad memberOf
`;
}
