import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const base = 'dc=example,dc=com';
const manager = { dn: `cn=manager,${base}`, password: 'of the manager' };

/** Debian's OpenLDAP with people `tester-1` and so on, all of them in the group `testers`, for as long as the bench runs. */
export class OpenLdap {
  private process: ChildProcess | undefined;

  private constructor(
    private readonly folder: string,
    private readonly port: number,
  ) {}

  static get isInstalled(): boolean {
    return existsSync('/usr/sbin/slapd');
  }

  static async start(people: number, domain: string, password: string): Promise<OpenLdap> {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'license-server-bench-ldap-'));
    const ldap = new OpenLdap(folder, await freePort());
    mkdirSync(path.join(folder, 'data'));
    writeFileSync(ldap.settings, settingsOf(folder));
    writeFileSync(path.join(folder, 'people.ldif'), entriesOf(people, domain, password));
    execFileSync('/usr/sbin/slapadd', ['-q', '-f', ldap.settings, '-l', path.join(folder, 'people.ldif')]);
    await ldap.run();
    return ldap;
  }

  /** The fields of an identity provider that reaches it. */
  get fields(): Record<
    'url' | 'bindDn' | 'bindPassword' | 'userBase' | 'userFilter' | 'groupBase' | 'groupFilter',
    string
  > {
    return {
      ...{ url: `ldap://127.0.0.1:${this.port}`, bindDn: manager.dn, bindPassword: manager.password },
      ...{ userBase: `ou=people,${base}`, userFilter: '(|(mail={user})(uid={user}))' },
      ...{ groupBase: `ou=groups,${base}`, groupFilter: '(member={dn})' },
    };
  }

  async stop(): Promise<void> {
    if (this.process?.exitCode === null) {
      this.process.kill('SIGTERM');
      await once(this.process, 'exit');
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  private get settings(): string {
    return path.join(this.folder, 'slapd.conf');
  }

  private async run(): Promise<void> {
    const args = ['-f', this.settings, '-h', `ldap://127.0.0.1:${this.port}`, '-d', '0'];
    this.process = spawn('/usr/sbin/slapd', args, { stdio: 'ignore' });
    while (!(await accepts(this.port))) {
      if (this.process.exitCode !== null) throw new Error('OpenLDAP has not started');
      await pause(50);
    }
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  server.close();
  return port;
}

function settingsOf(folder: string): string {
  return `include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile ${folder}/pid
argsfile ${folder}/args
database mdb
suffix "${base}"
rootdn "${manager.dn}"
rootpw "${manager.password}"
directory ${folder}/data
maxsize 1073741824
index objectClass,uid,mail,member eq
limits * size.soft=100 size.hard=1000 size.prtotal=unlimited
access to attrs=userPassword by anonymous auth by * none
access to * by * read
`;
}

function entriesOf(people: number, domain: string, password: string): string {
  const dnOf = (index: number): string => `uid=tester-${index},ou=people,${base}`;
  const indices = Array.from({ length: people }, (_, index) => index + 1);
  const entries = [
    `dn: ${base}\nobjectClass: domain\ndc: example`,
    `dn: ou=people,${base}\nobjectClass: organizationalUnit\nou: people`,
    `dn: ou=groups,${base}\nobjectClass: organizationalUnit\nou: groups`,
    ...indices.map(
      (index) =>
        `dn: ${dnOf(index)}\nobjectClass: inetOrgPerson\nuid: tester-${index}\ncn: Tester ${index}\nsn: ${index}\n` +
        `givenName: Tester\nmail: tester-${index}@${domain}\nuserPassword: ${password}`,
    ),
    `dn: cn=testers,ou=groups,${base}\nobjectClass: groupOfNames\ncn: testers\n${indices
      .map((index) => `member: ${dnOf(index)}`)
      .join('\n')}`,
  ];
  return `${entries.join('\n\n')}\n`;
}
