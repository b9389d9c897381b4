import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { KatalonClient } from './clients/katalon-client.js';
import { Api } from './support/api.js';
import { licenseServer, type Outcome } from './support/command.js';
import { Program } from './support/program.js';
import {
  emptyDatabase,
  freshServer,
  issue,
  readyServer,
  specification,
  type TestServer,
  usualSeats,
  vendor,
} from './support/test-server.js';
import { until } from './support/until.js';
import { verified, WebhookReceiver } from './support/network/webhook-receiver.js';

const password = 'four unrelated words';
const key = `lsk_${'aB3-'.repeat(10)}xyz`;
const webhookSecret = `whsec_${'aB3+'.repeat(8)}`;
const slackUrl = 'https://hooks.slack.example.com/services/T0/hush';
const secrets = {
  'administrator-password': password,
  'jenkins-key': key,
  'directory-password': 'bind me',
  smtp: 'mail me',
  'slack-url': slackUrl,
  'webhook-secret': webhookSecret,
};

const vendorKeys = vendor.publicKey.export({ type: 'spki', format: 'pem' }).toString();

let folder: string;
let server: TestServer | undefined;
/** One that several tests have, which change nothing in it. */
let kept: TestServer | undefined;

beforeEach(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'license-server-provisioning-'));
  mkdirSync(path.join(folder, 'secrets'));
  for (const [name, text] of Object.entries(secrets)) writeFileSync(path.join(folder, 'secrets', name), `${text}\n`);
  writeFileSync(path.join(folder, 'acme.lic'), await issue(specification(usualSeats)));
});
afterEach(async () => {
  await Program.endAll();
  if (server !== kept) await server?.close();
  server = undefined;
  rmSync(folder, { recursive: true });
});

function write(text: string, name = 'server.yaml'): void {
  writeFileSync(path.join(folder, name), text);
}

const env = (): Record<string, string> => ({ PROVISIONING_DIR: folder, SMTP_PASSWORD: 'mail me' });

async function start(): Promise<Api> {
  server = await freshServer(env());
  return server.api;
}

/** On a server that was set up by hand, and runs. */
async function startSetUp(): Promise<Api> {
  const ready = await readyServer(usualSeats, {}, env());
  server = ready;
  return ready.root;
}

function provision(...options: string[]): Promise<Outcome> {
  const { dataDir, databaseUrl } = server!;
  const settings = { DATA_DIR: dataDir, DATABASE_URL: databaseUrl, VENDOR_KEYS: vendorKeys, ...env() };
  return licenseServer(settings, ['provision', ...options]);
}

/** The audit log of the files: what they have changed, oldest first. */
async function audited(): Promise<string[]> {
  const rows = await server!.sql<{ action: string }>(
    `SELECT action FROM audit_event WHERE actor = 'configuration' AND actor_id IS NULL ORDER BY id`,
  );
  return rows.map(({ action }) => action);
}

const manual = readFileSync(path.join(import.meta.dirname, '..', 'docs', 'provisioning.md'), 'utf8');
const example = /^```yaml\n([\s\S]*?)^```$/m.exec(manual)?.[1] ?? '';

/** For servers that the tests start in a process that they share, which has no variables of its own. */
const inFiles = example.replace('passwordEnv: SMTP_PASSWORD', 'passwordFile: secrets/smtp');

const organization = (rest = ''): string => `organizations:\n  - name: Labs\n${rest}`;

describe('A new server with provisioning files', () => {
  /** As a service manager starts it. */
  async function program(): Promise<{ started: Program; drop: () => Promise<void> }> {
    const { url, drop } = await emptyDatabase();
    const place = { DATA_DIR: path.join(folder, 'data'), DATABASE_URL: url, VENDOR_KEYS: vendorKeys };
    return { started: new Program({ ...place, ...env() }), drop };
  }

  it('is set up without a click, as the example in the manual describes it, and gives seats', async () => {
    write(example);
    const { started, drop } = await program();
    const api = await started.ready();
    expect(await api.get('/info').expect(200)).toMatchObject({ setup: 'ready' });
    expect(started.output).not.toContain('setup token');
    expect(started.output).toContain('Provisioned: organization \\"Acme Labs\\"');
    const root = await api.signedIn('admin@example.com', password);
    const { content } = await root
      .get('/api/v1/organizations?sort=id')
      .expect<{ content: { id: number; name: string; role: string }[] }>(200);
    expect(content.map(({ name, role }) => [name, role])).toEqual([
      ['Acme', 'OWNER'],
      ['Acme Labs', 'OWNER'],
    ]);
    const acme = `/api/v1/organizations/${content[0]!.id}`;
    expect(await root.get(`${acme}/license-policy`).expect(200)).toMatchObject({
      ...{ leaseMinutes: 20, engineWaitSeconds: 30, deniedMachines: ['lab-*'] },
      reservations: [{ product: 'KSE', seats: 1 }],
      caps: [{ product: 'KRE', seats: 1 }],
    });
    expect(await root.get('/api/v1/mail-server').expect(200)).toMatchObject({
      host: 'smtp.example.com',
      hasPassword: true,
    });
    expect(await root.get('/api/v1/identity-providers').expect(200)).toMatchObject({
      content: [
        {
          name: 'Active Directory',
          hasBindPassword: true,
          groups: [{ root: true }, { group: 'testers', role: 'USER' }],
        },
      ],
    });
    expect(await root.get('/api/v1/webhooks').expect(200)).toMatchObject({
      content: [
        { url: 'https://monitoring.example.com/hooks/licenses', events: ['license.expiring', 'license.expired'] },
      ],
    });
    expect(await root.get(`${acme}/webhooks`).expect(200)).toMatchObject({
      content: [{ url: 'https://hooks.slack.example.com/…', format: 'slack', enabled: true }],
    });
    const engine = new KatalonClient({ serverUrl: api.url, package: 'FLOATING_ENGINE', apiKey: key });
    expect((await engine.activate()).organization.name).toBe('Acme');
    const studio = new KatalonClient({ serverUrl: api.url, package: 'KSE', email: 'admin@example.com', password });
    await studio.activate();
    expect(studio.mayRun()).toBe(true);
    await started.end('SIGTERM');
    await drop();
  });

  it('changes nothing at the next start, and needs the first password no longer', async () => {
    write(inFiles);
    await start();
    const before = await audited();
    expect(before).toEqual(
      expect.arrayContaining(['license.installed', 'setup.completed', 'identity-provider.created']),
    );
    const rows = (): Promise<unknown[]> =>
      server!
        .sql(`SELECT 'organization' AS of, id, xmin::text FROM organization UNION ALL SELECT 'provider', id, xmin::text FROM identity_provider
        UNION ALL SELECT 'mail', id, xmin::text FROM mail_server UNION ALL SELECT 'key', id, xmin::text FROM api_key
        UNION ALL SELECT 'webhook', id, xmin::text FROM webhook ORDER BY 1, 2`);
    const stored = await rows();
    rmSync(path.join(folder, 'secrets', 'administrator-password'));
    await server!.crash();
    expect(await audited()).toEqual(before);
    expect(await rows()).toEqual(stored);
  });

  it('shares the work with other servers that start at the same time', async () => {
    write(inFiles);
    await start();
    const before = await audited();
    write(inFiles.replace('leaseMinutes: 20', 'leaseMinutes: 25').replace('name: Web', 'name: Desktop'));
    await Promise.all([server!.second(), provision(), provision()]);
    expect((await audited()).slice(before.length).sort()).toEqual(['license-policy.changed', 'team.created']);
  });

  it('reads several files as one', async () => {
    write(
      'administrator:\n  email: admin@example.com\n  passwordFile: secrets/administrator-password\n',
      '20-people.yml',
    );
    write('licenseFile: acme.lic\n', '10-license.yaml');
    write(organization(), '30-labs.yaml');
    write('nothing: to see', '.hidden.yaml');
    write('nothing: to see', 'notes.txt');
    const api = await start();
    const root = await api.signedIn('admin@example.com', password);
    expect(await root.get('/api/v1/organizations').expect(200)).toMatchObject({ content: [{ name: 'Labs' }] });
  });

  it('does not start with a wrong file, and is as empty as before', async () => {
    write(example.replace('quantity: 2', 'quantity: 3'));
    const { started, drop } = await program();
    expect(await started.exit()).toBe(2);
    expect(started.output).toContain('The license server could not start. The provisioning files cannot be applied.');
    expect(started.output).toMatch(/server\.yaml:27:9: .*at most 2 can be allocated here/);
    write('# Nothing yet\n');
    const again = new Program({ ...started.env });
    const info = (await again.ready()).get('/info');
    expect(await info.expect(200)).toMatchObject({ setup: 'license-required' });
    await again.end('SIGTERM');
    await drop();
  });
});

describe('A server that is set up', () => {
  it('is changed by a command while it runs, and keeps what the files do not name', async () => {
    const root = await startSetUp();
    write(organization('    policy: { leaseMinutes: 30 }\n    teams: [{ name: Web }]\n'));
    const { output, code } = await provision();
    expect(output).toMatch(/^\+ organization "Labs" {2}\(.*server\.yaml:2\)$/m);
    expect(output).toContain('    leaseMinutes: 15 -> 30\n');
    expect(code).toBe(0);
    const { content } = await root
      .get('/api/v1/organizations?sort=id')
      .expect<{ content: { id: number; name: string }[] }>(200);
    expect(content.map(({ name }) => name)).toEqual(['Acme', 'Labs']);
    const labs = `/api/v1/organizations/${content[1]!.id}`;
    await root.post(`${labs}/teams`, { name: 'Mobile' }).expect(201);
    await root.patch(`${labs}/license-policy`, { leaseMinutes: 45, idleMinutes: 10 }).expect(200);
    expect((await provision()).output).toContain('leaseMinutes: 45 -> 30');
    expect(await root.get(`${labs}/license-policy`).expect(200)).toMatchObject({ leaseMinutes: 30, idleMinutes: 10 });
    const teams = await root.get(`${labs}/teams?sort=name`).expect<{ content: { name: string }[] }>(200);
    expect(teams.content.map(({ name }) => name)).toEqual(['Mobile', 'Web']);
    expect((await provision()).output).toBe('Everything is as the files say.\n');
  });

  it('moves seats from one organization to another, whichever the file names first', async () => {
    const root = await startSetUp();
    const described = (labs: number, acme: number): string =>
      organization(`    seats: [{ product: KSE, model: floating, quantity: ${labs} }]\n`) +
      `  - name: Acme\n    seats: [{ product: KSE, model: floating, quantity: ${acme} }]\n`;
    write(described(0, 2));
    expect((await provision()).code).toBe(0);
    write(described(2, 0));
    expect((await provision()).output).toContain('quantity: 0 -> 2');
    const { content } = await root.get('/api/v1/organizations?sort=id').expect<{ content: { id: number }[] }>(200);
    const quotas = await Promise.all(
      content.map(({ id }) =>
        root
          .get(`/api/v1/organizations/${id}/allocations`)
          .expect<{ product: string; model: string; quota: number }[]>(200),
      ),
    );
    const floating = quotas.map(
      (all) => all.find(({ product, model }) => product === 'KSE' && model === 'floating')?.quota,
    );
    expect(floating).toEqual([0, 2]);
  });

  it('gives way to a transaction that has the rows, and is applied after it', async () => {
    await startSetUp();
    write('organizations:\n  - name: Acme\n    teams: [{ name: Web }]\n    policy: { leaseMinutes: 30 }\n');
    const other = new pg.Client({ connectionString: server!.databaseUrl });
    await other.connect();
    await other.query('BEGIN');
    await other.query('SELECT FROM organization FOR UPDATE');
    const applied = provision();
    const waiting = async (): Promise<boolean> => {
      const [row] = await server!.sql<{ waiting: boolean }>(`SELECT EXISTS (SELECT FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock') AS waiting`);
      return row?.waiting ?? false;
    };
    await until(waiting, 60, 'the lock that it waits for');
    await until(async () => !(await waiting()), 60, 'its giving way');
    await other.query('COMMIT');
    await other.end();
    expect((await applied).output).toContain('1 created, 1 changed.');
    expect(await audited()).toEqual(['team.created', 'license-policy.changed']);
  });

  it('replaces a key when its file holds another one', async () => {
    await startSetUp();
    write(
      organization('    serviceAccounts: [{ name: CI, keys: [{ name: Nightly, keyFile: secrets/jenkins-key }] }]\n'),
    );
    expect((await provision()).code).toBe(0);
    const status = (bearer: string): Promise<number> =>
      server!.api.get('/api/v1/users/me', { authorization: `Bearer ${bearer}` }).status();
    expect(await status(key)).toBe(200);
    const other = `lsk_${'Zy9_'.repeat(10)}abc`;
    writeFileSync(path.join(folder, 'secrets', 'jenkins-key'), other);
    const { output } = await provision();
    expect(output).toContain('~ key "Nightly" of service account "CI"');
    expect(output).not.toContain(other.slice(0, 8));
    expect([await status(key), await status(other)]).toEqual([401, 200]);
  });

  it('takes another password of a mail server and of a directory, and never tells it', async () => {
    await startSetUp();
    write(example.replace(/^administrator:[\s\S]*?^licenseFile: .*$/m, ''));
    expect((await provision()).code).toBe(0);
    writeFileSync(path.join(folder, 'secrets', 'directory-password'), 'another secret');
    const { output } = await provision();
    expect(output).toMatch(
      /^~ identity provider "Active Directory" .*\n {4}secret: another one\n0 created, 1 changed\.\n$/,
    );
    const [event] = await server!.sql<{ details: { changed: string[] } }>(
      `SELECT details FROM audit_event WHERE action = 'identity-provider.changed'`,
    );
    expect(event?.details.changed).toEqual(['bindPassword']);
  });

  it('changes webhooks, which sign with the secret of the file and for a day with the one before', async () => {
    const root = await startSetUp();
    const receiver = await WebhookReceiver.open();
    try {
      const described = (events: string): string =>
        `webhooks:\n  - { url: '${receiver.url}', secretFile: secrets/webhook-secret, events: [${events}] }\n`;
      write(described('license.expired, license.expiring'));
      expect((await provision()).output).toContain('+ webhook to localhost:');
      const { content } = await root.get('/api/v1/webhooks').expect<{ content: { id: number }[] }>(200);
      const webhook = `/api/v1/webhooks/${content[0]!.id}`;
      await root.post(`${webhook}/test`, {}).expect(200);
      verified(webhookSecret, (await receiver.arrived(1))[0]!);
      write(described('license.expiring, license.expired'));
      expect((await provision()).output).toBe('Everything is as the files say.\n');
      const other = `whsec_${'Zy9/'.repeat(8)}`;
      writeFileSync(path.join(folder, 'secrets', 'webhook-secret'), other);
      write(described('mail.failed').replace(' }\n', ', enabled: false }\n'));
      const dryRun = await provision('--dry-run');
      const { output } = await provision();
      expect(output).toContain('    events: ["license.expiring","license.expired"] -> ["mail.failed"]');
      expect(output).toMatch(/ {4}enabled: true -> false\n {4}secret: another one\n0 created, 1 changed\.\n$/);
      expect(dryRun.output).toContain(output.replace(/0 created[^]*/, ''));
      expect(output).not.toContain(other);
      await root.post(`${webhook}/test`, {}).expect(200);
      const both = (await receiver.arrived(2))[1]!;
      for (const secret of [webhookSecret, other]) verified(secret, both);
      expect(await audited()).toEqual(['webhook.created', 'webhook.changed', 'webhook.secret-rotated']);
    } finally {
      receiver.close();
    }
  });

  it('starts with an old license file although a newer issue is installed, and after the file has expired', async () => {
    const root = await startSetUp();
    write('licenseFile: acme.lic\n');
    const newer = await issue(specification(usualSeats), undefined, new Date(Date.now() + 1000));
    await root.post('/api/v1/licenses', { license: newer }).expect(201);
    const { output, code } = await provision();
    expect([output, code]).toEqual(['Everything is as the files say.\n', 0]);
    await server!.later({ days: 500 });
    expect((await provision('--dry-run')).code).toBe(0);
  });
});

describe('license-server provision --dry-run', () => {
  it('finds the folder beside the configuration file', async () => {
    await startSetUp();
    write(organization());
    renameSync(folder, `${folder}.moved`);
    mkdirSync(folder);
    renameSync(`${folder}.moved`, path.join(folder, 'provisioning'));
    const file = path.join(folder, 'license-server.conf');
    writeFileSync(file, `DATA_DIR=${server!.dataDir}\nDATABASE_URL=${server!.databaseUrl}\n`);
    const { output, code } = await licenseServer({}, ['provision', '--dry-run', '--config', file]);
    expect(output).toContain(`+ organization "Labs"  (${path.join(folder, 'provisioning', 'server.yaml')}:2)`);
    expect(code).toBe(3);
  });

  it('tells what would be created and changed, and changes nothing', async () => {
    await startSetUp();
    write(`settings: { organizationCreation: everybody }\n${organization('    teams: [{ name: Web }]\n')}`);
    const { output, code } = await provision('--dry-run');
    expect(output).toContain('~ settings of the server');
    expect(output).toContain('    organizationCreation: "root" -> "everybody"');
    expect(output).toContain('+ team "Web" of "Labs"');
    expect(output).toContain('Nothing was changed; it would be: 2 created, 1 changed.');
    expect(code).toBe(3);
    expect(await audited()).toEqual([]);
    const json = await provision('--dry-run', '--json');
    expect(JSON.parse(json.output)).toMatchObject([
      { kind: 'change' },
      { kind: 'create', what: 'organization "Labs"', line: 3 },
      {},
    ]);
    expect((await provision()).code).toBe(0);
    expect((await provision('--dry-run')).code).toBe(0);
  });

  it('leaves the setup token of a server that it could set up', async () => {
    await start();
    write(example);
    expect((await provision('--dry-run')).code).toBe(3);
    expect(readFileSync(path.join(server!.dataDir, 'setup-token'), 'utf8').trim()).toBe(server!.setupToken);
    expect(await server!.api.get('/info').expect(200)).toMatchObject({ setup: 'license-required' });
    const { output, code } = await provision();
    expect(output).toContain('+ administrator admin@example.com');
    expect(code).toBe(0);
    await server!.api.signedIn('admin@example.com', password);
  });

  it('leaves a database without a schema as it is, and says what comes first', async () => {
    const { url, drop } = await emptyDatabase();
    write(organization());
    const { output, code } = await licenseServer({ DATA_DIR: path.join(folder, 'data'), DATABASE_URL: url, ...env() }, [
      'provision',
      '--dry-run',
    ]);
    expect([code, output]).toEqual([1, expect.stringContaining('run `license-server migrate`')]);
    await drop();
  });

  it('asks for a folder when there is none', async () => {
    await startSetUp();
    const { output, code } = await licenseServer({ DATA_DIR: server!.dataDir, DATABASE_URL: server!.databaseUrl }, [
      'provision',
    ]);
    expect([code, output]).toEqual([2, expect.stringContaining('There is no folder with provisioning files.')]);
  });
});

describe('Files that cannot be applied', () => {
  beforeAll(async () => {
    kept = await readyServer();
  });
  beforeEach(() => {
    server = kept;
  });
  afterAll(async () => {
    await kept?.close();
    kept = undefined;
  });

  it.each<[string, string, string]>([
    ['an unknown key', organization('    colour: red\n'), '3:5: there is no such key: colour'],
    [
      'a team that is not there',
      organization('    policy:\n      reservations:\n        - { product: KSE, team: Web, seats: 1 }\n'),
      '5:27: there is no team "Web"',
    ],
    [
      'more seats than there are',
      organization('    seats:\n      - { product: KSE, model: floating, quantity: 99 }\n'),
      '4:9: ',
    ],
    ['a lease that no license allows', organization('    policy:\n      leaseMinutes: 40000\n'), '3:5: '],
    [
      'an organization of a group that is not there',
      'identityProviders:\n  - name: AD\n    kind: ldap\n    url: ldaps://dc\n    userBase: dc=x\n    groups:\n      - group: g\n        organization: Nowhere\n',
      '8:9: there is no organization "Nowhere"',
    ],
    [
      'a field of another kind',
      'identityProviders:\n  - name: AD\n    kind: oidc\n    userBase: dc=x\n',
      '4:5: userBase is not a field of the kind oidc',
    ],
    [
      'a webhook whose secret nobody knows',
      'webhooks:\n  - url: https://ci.example.com\n    events: [mail.failed]\n',
      '2:5: secretFile or secretEnv is missing',
    ],
    [
      'an address for Slack that all may read',
      'webhooks:\n  - format: slack\n    url: https://hooks.slack.com/hunter2\n    events: [mail.failed]\n',
      '3:5: give urlFile or urlEnv: the address of a slack webhook is a secret',
    ],
    [
      'an organization’s webhook to what is inside the network',
      organization(
        '    webhooks:\n      - { events: [mail.failed], url: http://10.0.0.1, secretFile: secrets/webhook-secret }\n',
      ),
      '4:34: url is internal',
    ],
    ['a license of somebody else', 'licenseFile: secrets/jenkins-key\n', '1:1: '],
  ])('name the place: %s', async (_, text, message) => {
    write(text);
    const { output, code } = await provision('--dry-run');
    expect(output).toContain(path.join(folder, 'server.yaml'));
    expect(output).toContain(message);
    expect(output).toContain('Nothing was changed.');
    expect(output).not.toContain('hunter2');
    expect(code).toBe(1);
  });

  it('leave nothing behind of what came before the mistake', async () => {
    write(
      `${organization('    teams: [{ name: Web }]\n')}  - name: Acme\n    seats: [{ product: KSE, model: floating, quantity: 99 }]\n`,
    );
    expect((await provision()).code).toBe(1);
    expect(await audited()).toEqual([]);
    expect(await server!.sql('SELECT name FROM organization')).toEqual([{ name: 'Acme' }]);
  });

  it('are found by doctor, too', async () => {
    write(organization('    colour: red\n'));
    const settings = { DATA_DIR: server!.dataDir, DATABASE_URL: server!.databaseUrl, ...env() };
    const { output, code } = await licenseServer(settings, ['doctor']);
    expect(output).toMatch(/^WRONG {2}provisioning .*server\.yaml:3:5: there is no such key: colour$/m);
    expect(code).toBe(1);
    write(organization());
    expect((await licenseServer(settings, ['doctor'])).output).toMatch(/^ok {5}provisioning /m);
  });
});
