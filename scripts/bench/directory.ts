import { performance } from 'node:perf_hooks';
import { Directory } from '../../src/identity/ldap/directory.js';
import { type LdapSettings } from '../../src/identity/provider-settings.js';
import { type ThrowAwayServer } from '../sample/throw-away-server.js';
import { type Cluster } from './cluster.js';
import { inOwnProcess } from './load.js';
import { OpenLdap } from './open-ldap.js';
import { median } from './percentile.js';
import { type Figure, millis } from './report.js';

/** People of the directory, and seconds in which all of them come on a Monday. */
const monday = {
  clients: Number(process.env.BENCH_MORNING_CLIENTS ?? 10_000),
  seconds: Number(process.env.BENCH_DIRECTORY_SECONDS ?? 90),
};
/** People who sign in again and again. */
const warm = 200;
const domain = 'directory.example.com';
const password = 'correct horse battery';

interface Subject {
  server: ThrowAwayServer;
  cluster: Cluster;
  database: string;
  organizationId: number;
  /** Of an administrator of the server. */
  headers: Record<string, string>;
  seconds: number;
}

interface Arrivals {
  served: number;
  took: number;
  errors: Record<string, number>;
  signIn: { p50: number; p99: number };
}

/** People who sign in with the passwords of a directory on the same machine, beside people with passwords of the server. */
export async function measureDirectory(subject: Subject): Promise<Figure[]> {
  const { server, organizationId, headers } = subject;
  if (!OpenLdap.isInstalled) {
    console.log('Without OpenLDAP (apt-get install --no-install-recommends slapd) no directory is measured');
    return [];
  }
  const ldap = await OpenLdap.start(monday.clients, domain, password);
  try {
    const groups = [{ group: 'testers', organizationId, role: 'USER' }];
    const own = { kind: 'ldap', name: 'Directory', provisioning: 'create', domains: [domain], groups };
    await server.call('POST', '/api/v1/identity-providers', { ...own, ...ldap.fields }, headers);
    return [await pages(ldap), await mondayMorning(subject), ...(await remembered(subject))];
  } finally {
    await ldap.stop();
  }
}

/** The whole directory, page by page, as it is compared with the accounts. */
async function pages(ldap: OpenLdap): Promise<Figure> {
  const attributes = { email: 'mail', firstName: 'givenName', lastName: 'sn' };
  const settings: LdapSettings = { ...ldap.fields, startTls: false, caCertificate: '', attributes };
  const directory = new Directory('bench', settings, ldap.fields.bindPassword, () => new Date());
  const begin = performance.now();
  let people = 0;
  try {
    await directory.eachPerson((page) => (people += page.length));
  } finally {
    directory.close();
  }
  const rate = people / ((performance.now() - begin) / 1000);
  return {
    name: 'people of the directory, read page by page',
    rate,
    compared: `${people.toLocaleString('en')} people`,
  };
}

/** Nobody has an account yet: it is made at the first sign-in. */
async function mondayMorning({ server }: Subject): Promise<Figure> {
  const arrivals = { url: server.url, ...monday, password, domain, packageName: 'KSE' };
  const { served, took, errors, signIn } = await inOwnProcess<Arrivals>('morning', arrivals);
  const failed = Object.values(errors).reduce((sum, count) => sum + count, 0);
  return {
    name: `Monday morning, ${monday.clients.toLocaleString('en')} people of a directory, none seen before`,
    load: { rate: served / took, ...signIn },
    compared: `${served.toLocaleString('en')} served in ${Math.round(took)} s, ${failed} errors`,
    ...{ aim: `all in ${monday.seconds} s, no error`, reached: served === monday.clients && failed === 0 },
  };
}

/** Sign-ins with passwords that were right before, of the directory and of the server, in turns. */
async function remembered({ server, cluster, database, seconds }: Subject): Promise<Figure[]> {
  cluster.sql(
    `INSERT INTO user_account (email, password, created_at)
       SELECT 'tester-' || n || '@local.example.com', (SELECT password FROM user_account WHERE email = 'bench@example.com'), now()
         FROM generate_series(1, ${warm}) AS n; ANALYZE user_account`,
    database,
  );
  const rates: Record<'local' | 'directory', number[]> = { local: [], directory: [] };
  const latencies: string[] = [];
  for (let turn = 0; turn < 3; turn++) {
    for (const [kind, its] of [
      ['local', 'local.example.com'],
      ['directory', domain],
    ] as const) {
      const job = { url: server.url, people: warm, domain: its, password, seconds: Math.ceil(seconds / 2) };
      const { rate, errors, p99 } = await inOwnProcess<{ rate: number; errors: number; p99: number }>('signIns', job);
      if (errors > 0) throw new Error(`${errors} sign-ins of ${its} have failed`);
      rates[kind].push(rate);
      latencies.push(`${kind} ${millis(p99)}`);
    }
  }
  const [local, directory] = [median(rates.local), median(rates.directory)];
  return [
    { name: 'sign-ins with a remembered password of the server', rate: local },
    {
      name: 'sign-ins with a remembered password of the directory',
      rate: directory,
      compared: `${(directory / local).toFixed(2)} × those of the server; p99 ${latencies.slice(-2).join(', ')}`,
      ...{ aim: '0.95 ×', reached: directory >= 0.95 * local },
    },
  ];
}
