import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { makeBackup } from '../src/backup/backup.js';
import { ProvedBackup } from '../src/backup/restore.js';
import { readSettings } from '../src/config/settings.js';
import sql from 'sql-template-tag';
import { recordedEvents } from '../src/audit/evidence/event.queries.js';
import {
  blockHash,
  type BlockHeader,
  type ChainEvent,
  leafOf,
  pseudonymFor,
  saltAt,
  saltsOf,
} from '../src/audit/evidence/sealed-event.js';
import { type Api } from './support/api.js';
import { licenseServer } from './support/command.js';
import { machineIdOf } from './support/machine-id.js';
import { olderTransactionsOver } from './support/older-transactions.js';
import { ServerProcess } from './support/server-process.js';
import { emptyDatabase, member, readyServer, type ReadyServer, rootAccount, vendor } from './support/test-server.js';
import { until } from './support/until.js';

jest.setTimeout(240_000);

let server: ReadyServer;
afterEach(() => server.close());

interface Verification {
  events: number;
  intact: boolean;
  firstBroken: { problem: string; block: number | null; checkpoint: number | null; event: string | null } | null;
  notes: { kind: string; block: number; seconds: number; message: string }[];
  checkpoint: { number: number; block: number; count: number } | null;
}

/** Seals what is committed, and proves all. */
const verification = async (api: Api = server.root): Promise<Verification> => {
  await olderTransactionsOver(server);
  return api.get('/api/v1/audit-events/verification').expect<Verification>(200);
};

const lease = (name: string, api = server.root): Promise<{ id: string }> =>
  api
    .post('/api/v1/leases', {
      organizationId: server.organizationId,
      product: 'KSE',
      machineId: machineIdOf(name),
      sessionId: name,
    })
    .expect<{ id: string }>(201);

/** Access tokens last an hour. */
const signedInAgain = (): Promise<Api> => server.api.signedIn(rootAccount.email, rootAccount.password);

/** Three blocks and that of the start: the first days of a server, a seat that was given back, one that is still held. */
async function threeBlocks(): Promise<{ ended: string; held: string }> {
  server = await readyServer();
  await verification();
  const ended = await lease('first');
  await server.root.delete(`/api/v1/leases/${ended.id}`).expect(204);
  await verification();
  const held = await lease('second');
  await server.root.patch(`/api/v1/organizations/${server.organizationId}`, { name: 'Acme Ltd' }).expect(200);
  expect(await verification()).toMatchObject({ intact: true, firstBroken: null });
  return { ended: ended.id, held: held.id };
}

describe('The sealed audit log', () => {
  it('has every event once, and goes on verifying when a lease is renewed and ends', async () => {
    const { held } = await threeBlocks();
    await server.root.post(`/api/v1/leases/${held}/renew`).expect(200);
    expect((await verification()).intact).toBe(true);
    await server.root.delete(`/api/v1/leases/${held}`).expect(204);
    const { events, intact } = await verification();
    const [counted] = await server.sql<{ rows: number; sealed: number }>(
      `SELECT ((SELECT count(*) FROM audit_event) + 2 * (SELECT count(*) FROM ended_session))::int AS rows,
              (SELECT sum(cardinality(events) + cardinality(grants) + cardinality(ends)) FROM audit_block)::int AS sealed`,
    );
    expect({ intact, ...counted }).toEqual({ intact: true, rows: events, sealed: events });
  });

  it('reports a changed byte, wherever it is', async () => {
    const { ended, held } = await threeBlocks();
    const [first] = await server.sql<{ id: string }>('SELECT min(id)::text AS id FROM audit_event');
    const tries: [string, string, string][] = [
      ['audit_event', `details = details || '{"x": 1}'`, `event ${first!.id}`],
      ['audit_event', `actor = 'other@example.com'`, `event ${first!.id}`],
      ['audit_event', `occurred_at = occurred_at + interval '1 microsecond'`, `event ${first!.id}`],
      ['ended_session', `machine_id = 'f' || machine_id`, `grant ${ended}`],
      ['ended_session', `ended_at = ended_at + interval '1 microsecond'`, `end ${ended}`],
      ['lease', `granted_from = '10.0.0.1'`, `grant ${held}`],
    ];
    for (const [table, change, event] of tries) {
      const key = { audit_event: 'id', ended_session: 'lease_id', lease: 'id' }[table]!;
      const ref = event.split(' ')[1];
      await server.sql('DROP TABLE IF EXISTS kept');
      await server.sql(`CREATE TABLE kept AS SELECT * FROM ${table} WHERE ${key}::text = $1`, [ref]).catch(async () => {
        // The type of a parameter cannot be told in a CREATE.
        await server.sql(`CREATE TABLE kept AS SELECT * FROM ${table} WHERE ${key}::text = '${ref}'`);
      });
      await server.sql(`UPDATE ${table} SET ${change} WHERE ${key}::text = $1`, [ref]);
      expect(await verification()).toMatchObject({ intact: false, firstBroken: { problem: 'event-changed', event } });
      const column = change.split(' = ')[0];
      await server.sql(`UPDATE ${table} t SET ${column} = k.${column} FROM kept k WHERE t.${key} = k.${key}`);
      expect((await verification()).intact).toBe(true);
    }
  });

  it('reports a row that is deleted, at its place', async () => {
    const { ended } = await threeBlocks();
    const [granted] = await server.sql<{ block: number }>(
      'SELECT number::int AS block FROM audit_block WHERE $1 = ANY(grants)',
      [ended],
    );
    await server.sql('DELETE FROM ended_session WHERE lease_id = $1', [ended]);
    expect((await verification()).firstBroken).toMatchObject({
      problem: 'event-missing',
      block: granted!.block,
      event: `grant ${ended}`,
    });
    await server.sql('DELETE FROM audit_event WHERE id = (SELECT min(id) FROM audit_event)');
    expect((await verification()).firstBroken).toMatchObject({ problem: 'event-missing', block: 1 });
  });

  it('reports two rows that have changed places', async () => {
    await threeBlocks();
    const [[first, second]] = [await server.sql<{ id: string }>('SELECT id FROM audit_event ORDER BY id LIMIT 2')];
    await server.sql(
      `UPDATE audit_event e SET action = o.action, details = o.details FROM audit_event o
        WHERE e.id IN ($1, $2) AND o.id IN ($1, $2) AND o.id <> e.id`,
      [first!.id, second!.id],
    );
    expect((await verification()).firstBroken).toMatchObject({ problem: 'event-changed', event: `event ${first!.id}` });
  });

  it('reports a row that is put in: among the old ones, or with an old time', async () => {
    await threeBlocks();
    const insert = async (xid: string, time: string): Promise<string> => {
      const [row] = await server.sql<{ id: string }>(
        `INSERT INTO audit_event (occurred_at, action, actor, xid) VALUES (${time}, 'user.disabled', 'server', ${xid}) RETURNING id`,
      );
      return row!.id;
    };
    const among = await insert(`'3'::xid8`, 'now()');
    expect((await verification()).firstBroken).toMatchObject({ problem: 'event-inserted', event: `event ${among}` });
    await server.sql('DELETE FROM audit_event WHERE id = $1', [among]);
    const old = await insert('DEFAULT', `now() - interval '30 days'`);
    expect((await verification()).firstBroken).toMatchObject({ problem: 'event-inserted', event: `event ${old}` });
  });

  it('notes that the clock was set back, which breaks nothing, and still reports a row with an old time', async () => {
    await threeBlocks();
    await server.later({ days: 5 });
    server.root = await signedInAgain();
    await lease('ahead');
    await verification();
    await server.later({ days: -5 });
    server.root = await signedInAgain();
    await server.root.patch(`/api/v1/organizations/${server.organizationId}`, { name: 'Acme AG' }).expect(200);
    const { intact, notes } = await verification();
    expect(intact).toBe(true);
    expect(notes).toHaveLength(1);
    const [note] = notes;
    expect(note).toMatchObject({ kind: 'clock-set-back' });
    expect(note!.seconds).toBeGreaterThan(4.9 * 86_400);
    expect(note!.message).toMatch(
      /^Before block \d+ was sealed, the server's clock was set back, from .* UTC to .* UTC\.$/,
    );
    const { code, output } = await licenseServer({ DATA_DIR: server.dataDir, DATABASE_URL: server.databaseUrl }, [
      'audit',
      'verify',
    ]);
    expect(code).toBe(0);
    expect(output).toContain(note!.message);
    const [row] = await server.sql<{ id: string }>(
      `INSERT INTO audit_event (occurred_at, action, actor) VALUES (now() - interval '30 days', 'user.disabled', 'server')
       RETURNING id`,
    );
    expect((await verification()).firstBroken).toMatchObject({ problem: 'event-inserted', event: `event ${row!.id}` });
  });

  it('reports a tail that is cut off, with the rows that were in it', async () => {
    await threeBlocks();
    const [newest] = await server.sql<{ number: number }>('SELECT max(number)::int AS number FROM audit_block');
    await server.sql(
      `WITH cut AS (DELETE FROM audit_block WHERE number = (SELECT max(number) FROM audit_block) RETURNING events)
       DELETE FROM audit_event WHERE id IN (SELECT unnest(events) FROM cut)`,
    );
    await server.sql(
      'UPDATE audit_chain SET block = block - 1, hash = (SELECT hash FROM audit_block ORDER BY number DESC LIMIT 1)',
    );
    const { firstBroken } = await proved(server);
    expect(firstBroken).toMatchObject({ problem: 'block-missing', block: newest!.number });
  });

  it('reports that the newest checkpoint is gone', async () => {
    await threeBlocks();
    await server.later({ minutes: 61 });
    const before = (await verification(await signedInAgain())).checkpoint!.number;
    await server.sql('DELETE FROM audit_checkpoint WHERE number = $1', [before]);
    await server.sql('UPDATE audit_chain SET checkpoint = checkpoint - 1');
    expect((await proved(server)).firstBroken).toMatchObject({ problem: 'checkpoint-missing', checkpoint: before });
    // The next checkpoint does not take the place of the one that is gone.
    await server.later({ minutes: 61 });
    const next = await verification(await signedInAgain());
    expect(next.firstBroken).toMatchObject({ problem: 'checkpoint-missing', checkpoint: before });
    expect(next.checkpoint!.number).toBeGreaterThan(before);
  });

  it('does not make good a tail that is cut off, nor a position that nobody has signed', async () => {
    await threeBlocks();
    const [newest] = await server.sql<{ number: number }>('SELECT max(number)::int AS number FROM audit_block');
    await server.sql('DELETE FROM audit_block WHERE number = $1', [newest!.number]);
    await server.sql(
      'UPDATE audit_chain SET block = block - 1, hash = (SELECT hash FROM audit_block ORDER BY number DESC LIMIT 1)',
    );
    await server.root.patch(`/api/v1/organizations/${server.organizationId}`, { name: 'Acme AG' }).expect(200);
    expect((await verification()).firstBroken).toMatchObject({ problem: 'block-missing', block: newest!.number });
    await server.sql('UPDATE audit_chain SET signature = NULL');
    await server.root.patch(`/api/v1/organizations/${server.organizationId}`, { name: 'Acme SE' }).expect(200);
    const { firstBroken } = await verification();
    expect(firstBroken).toMatchObject({ problem: 'block-missing', block: newest!.number });
    const [gap] = await server.sql<{ blocks: number; newest: number }>(
      'SELECT count(*)::int AS blocks, max(number)::int AS newest FROM audit_block',
    );
    expect(gap!.newest - gap!.blocks).toBe(2);
  });

  it('reports a chain that was written anew without the key', async () => {
    await threeBlocks();
    await server.sql(`UPDATE audit_event SET details = '{"name": "Nothing"}' WHERE action = 'organization.renamed'`);
    const blocks = await server.sql<BlockHeader & { events: string[]; leaves: Buffer; salts: Buffer }>(
      `SELECT number::int, sealed_at AS "sealedAt", previous, total::int, checkpoint::int, history, events, leaves, salts
         FROM audit_block b
        WHERE number >= (SELECT number FROM audit_block
                          WHERE (SELECT id FROM audit_event WHERE action = 'organization.renamed') = ANY(events))
        ORDER BY number`,
    );
    const names = await server.sql<{ name: string; salt: Buffer }>('SELECT name, salt FROM audit_name');
    const pseudonyms = new Map(names.map(({ name, salt }) => [name, pseudonymFor(name, salt)]));
    let { previous } = blocks[0]!;
    for (const block of blocks) {
      const { text, values } = sql`${recordedEvents(sql`e.id = ANY (${block.events}::bigint[])`)} ORDER BY e.id`;
      const rows = await server.sql<ChainEvent>(text, values);
      const written = rows.map((row, index) =>
        leafOf(row, pseudonyms, saltAt(saltsOf(block.salts, rows.length), index)),
      );
      const leaves = Buffer.concat([...written, block.leaves.subarray(rows.length * 32)]);
      const hash = blockHash({ ...block, previous }, leaves);
      await server.sql('UPDATE audit_block SET leaves = $1, previous = $2, hash = $3 WHERE number = $4', [
        leaves,
        previous,
        hash,
        block.number,
      ]);
      previous = hash;
    }
    await server.sql('UPDATE audit_chain SET hash = $1', [previous]);
    expect((await proved(server)).firstBroken).toMatchObject({
      problem: 'block-changed',
      block: blocks.at(-1)!.number,
    });
  });

  it('forgets a person and still verifies: names stand outside of what is sealed', async () => {
    server = await readyServer();
    await (
      await member(server, 'gone@example.com', 'USER')
    )
      .post('/api/v1/users/me/api-keys', { name: 'CI' })
      .expect(201);
    const names = () =>
      server.sql<{ pseudonym: string }>(`SELECT pseudonym FROM audit_name WHERE name = 'gone@example.com'`);
    // An event is sealed as soon as no transaction that began before it is under way.
    await until(async () => (await verification()).intact && (await names()).length > 0, 60, 'the name to be sealed');
    const [{ pseudonym }] = (await names()) as [{ pseudonym: string }];
    await server.sql(
      `UPDATE audit_event SET actor = replace(actor, 'gone@example.com', $1), target_id = replace(target_id, 'gone@example.com', $1),
              details = replace(details::text, 'gone@example.com', $1)::jsonb`,
      [pseudonym],
    );
    await server.sql(`DELETE FROM audit_name WHERE name = 'gone@example.com'`);
    expect((await verification()).intact).toBe(true);
  });
});

/** What the command says of a server, which seals nothing. */
async function proved({ dataDir, databaseUrl }: Pick<ReadyServer, 'dataDir' | 'databaseUrl'>): Promise<Verification> {
  const env = { DATA_DIR: dataDir, DATABASE_URL: databaseUrl };
  const { code, output } = await licenseServer(env, ['audit', 'verify', '--json']);
  const result = JSON.parse(output) as Verification;
  expect(code).toBe(result.intact ? 0 : 1);
  return result;
}

describe('Checkpoints', () => {
  it('are signed every hour and at the stop', async () => {
    server = await readyServer();
    const first = (await verification()).checkpoint!;
    expect((await verification()).checkpoint).toEqual(first);
    await server.later({ minutes: 61 });
    const { checkpoint } = await verification(await signedInAgain());
    expect(checkpoint).toMatchObject({ number: first.number + 1 });
    const env = { DATA_DIR: server.dataDir, DATABASE_URL: server.databaseUrl };
    expect((await licenseServer(env, ['audit', 'verify'])).output).toContain('The audit log is intact');
  });
});

describe('An exported audit log', () => {
  it('is proved without the server, and so is that somebody changed it', async () => {
    await threeBlocks();
    const folder = mkdtempSync(path.join(os.tmpdir(), 'license-server-audit-'));
    const file = path.join(folder, 'audit.jsonl');
    const env = { DATA_DIR: server.dataDir, DATABASE_URL: server.databaseUrl };
    expect((await licenseServer(env, ['audit', 'export', file])).code).toBe(0);
    const whole = await licenseServer({}, ['audit', 'verify', '--file', file]);
    expect(whole).toMatchObject({ code: 0, output: expect.stringContaining('intact') });
    writeFileSync(file, readFileSync(file, 'utf8').replace('"organization.renamed"', '"organization.created"'));
    const changed = await licenseServer({}, ['audit', 'verify', '--file', file, '--json']);
    expect(changed.code).toBe(1);
    expect(changed.output).toContain('"problem":"event-changed"');
    rmSync(folder, { recursive: true });
  });
});

describe('Four servers of one database', () => {
  it('seal every event once, also when one of them is killed', async () => {
    server = await readyServer();
    const others = [await server.second(), await server.second(), await server.second()];
    const apis = [server.root, ...others.map((api) => server.root.at(api.url))];
    for (let round = 0; round < 5; round++) {
      await Promise.all(
        apis.map(async (api, index) => {
          const { id } = await api
            .post('/api/v1/users/me/api-keys', { name: `key ${round} ${index}` })
            .expect<{ id: number }>(201);
          await api.delete(`/api/v1/users/me/api-keys/${id}`).expect(204);
          await verification(api);
        }),
      );
      if (round === 2) {
        const dying = lease('dying').catch(() => undefined);
        await server.stop();
        await dying;
        apis.shift();
      }
    }
    const [{ rows }] = (await server.sql<{ rows: number }>(
      `SELECT ((SELECT count(*) FROM audit_event) + (SELECT count(*) FROM lease))::int AS rows`,
    )) as [{ rows: number }];
    // Another of the servers may be sealing at this moment, and have looked before the last events.
    await until(async () => (await verification(apis[0])).events === rows, 60, 'everything to be sealed');
    const { intact, events } = await verification(apis[0]);
    expect({ intact, events }).toEqual({ intact: true, events: rows });
    await server.crash();
  });
});

describe('A restored backup', () => {
  it('verifies, and is sealed on from where it was', async () => {
    await threeBlocks();
    // Not sealed yet when the backup is made.
    await server.root.patch(`/api/v1/organizations/${server.organizationId}`, { name: 'Acme Inc' }).expect(200);
    const settings = readSettings({ DATA_DIR: server.dataDir, DATABASE_URL: server.databaseUrl });
    const folder = mkdtempSync(path.join(os.tmpdir(), 'license-server-audit-'));
    const file = path.join(folder, 'backup.lsb');
    await makeBackup({
      settings,
      databaseUrl: server.databaseUrl,
      configuration: undefined,
      file,
      passphrase: undefined,
    });
    const database = await emptyDatabase();
    const dataDir = path.join(folder, 'data');
    const backup = await ProvedBackup.open(file, () => Promise.resolve(''));
    await backup.restore(readSettings({ DATA_DIR: dataDir, DATABASE_URL: database.url }), database.url);
    const restored = await ServerProcess.start({
      PORT: '0',
      HOST: '127.0.0.1',
      LOG_LEVEL: 'silent',
      DATA_DIR: dataDir,
      DATABASE_URL: database.url,
      VENDOR_KEYS: vendor.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    });
    const root = await server.api.at(restored.url).signedIn(rootAccount.email, rootAccount.password);
    await root.patch(`/api/v1/organizations/${server.organizationId}`, { name: 'Acme GmbH' }).expect(200);
    const before = await verification();
    const { intact, events } = await verification(root);
    await verification(root);
    expect(intact).toBe(true);
    expect(events).toBeGreaterThanOrEqual(before.events);
    await restored.tell({ close: true });
    await database.drop();
    rmSync(folder, { recursive: true });
  });
});
