import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { compactVerify, createLocalJWKSet, decodeProtectedHeader, importSPKI, type JSONWebKeySet } from 'jose';
import { KatalonClient } from './clients/katalon-client.js';
import { type Api } from './support/api.js';
import { licenseServer, type Outcome } from './support/command.js';
import {
  freshServer,
  gui,
  member,
  type ReadyServer,
  readyServer,
  rootAccount,
  withinASecond,
} from './support/test-server.js';

jest.setTimeout(300_000);

let server: ReadyServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const offlineSeats = [{ product: 'KSE', model: 'floating', quantity: 5, features: [gui], offline: true }];

function rotate({ databaseUrl, dataDir }: ReadyServer, ...args: string[]): Promise<Outcome> {
  return licenseServer({ DATABASE_URL: databaseUrl, DATA_DIR: dataDir }, ['rotate-keys', ...args]);
}

const keySetOf = async (api: Api): Promise<JSONWebKeySet> =>
  (await (await fetch(`${api.url}/.well-known/jwks.json`)).json()) as JSONWebKeySet;

const kidsOf = async (api: Api): Promise<string[]> => (await keySetOf(api)).keys.map(({ kid }) => kid ?? '').sort();

/** As Studio does: signed in with the password, and every answer checked with the key that comes with it. */
async function studio(ready: ReadyServer, email: string): Promise<KatalonClient> {
  await member(ready, email, 'USER');
  return new KatalonClient({ serverUrl: ready.url, package: 'KSE', email, password: `${email} password` });
}

describe('rotate-keys signing', () => {
  it('gives clients a new key at their next renewal, on every server, and what was signed before stays good', async () => {
    server = await readyServer(offlineSeats);
    const other = await server.second();
    const client = await studio(server, 'studio@example.com');
    const before = await client.activate();
    const former = await kidsOf(server.api);
    const lease = await server.root
      .post('/api/v1/leases', {
        organizationId: server.organizationId,
        product: 'KSE',
        machineId: 'a'.repeat(32),
        sessionId: 's',
      })
      .expect<{ id: string; token: string }>(201);

    const { code, output } = await rotate(server, 'signing');
    expect(output).toMatch(/^native: .* signs from now on.*\nstudio: .* signs from now on.*accepted until .*\n$/);
    expect(code).toBe(0);

    for (const api of [server.api, other]) {
      const both = async (): Promise<boolean> => (await kidsOf(api)).length === 4;
      expect(await withinASecond(both, true)).toBe(true);
      const keySet = await keySetOf(api);
      for (const token of [before.value, lease.token]) await compactVerify(token, createLocalJWKSet(keySet));
      for (const kid of former) expect(keySet.keys.map((key) => key.kid)).toContain(kid);
      // Renewed with a token that the retired key has signed.
      const renewed = await server.root
        .at(api.url)
        .post(`/api/v1/leases/${lease.id}/renew`, { token: lease.token })
        .expect<{ token: string }>(200);
      expect(former).not.toContain(decodeProtectedHeader(renewed.token).kid);
    }

    await server.later({ minutes: 6 });
    expect(await client.heartbeat(new Date(client.license!.renewTime * 1000))).toBe('renewed');
    expect(client.activation!.publicKey).not.toBe(before.publicKey);
    expect(client.activation!.publicKey).toBe(await server.api.get('/api/v1/signing-key.pem').expect<string>(200));
    // And the retired one is still to be had, for files that it has signed.
    const kid = decodeProtectedHeader(before.value).kid ?? '';
    expect(await server.api.get(`/api/v1/signing-key.pem?kid=${kid}`).expect<string>(200)).toBe(before.publicKey);
    const all = await server.api.get('/api/v1/signing-key.pem?kid=all').expect<string>(200);
    expect(all.match(/BEGIN PUBLIC KEY/g)).toHaveLength(4);
    expect(all).toContain(`kid: ${kid}\npurpose: studio\nstate: retired`);
    await server.api.get('/api/v1/signing-key.pem?kid=unknown').refused(404);
  });

  it('publishes the old key until the last token that it has signed has expired, and no longer', async () => {
    server = await readyServer(offlineSeats);
    const expiresAt = new Date(Date.now() + 40 * 86_400_000).toISOString();
    const path = `/api/v1/organizations/${server.organizationId}/offline-licenses`;
    const { id } = await server.root
      .post(path, { product: 'KSE', machineId: '0cc175b9c0f1b6a831c399e269772661', expiresAt })
      .expect<{ id: number }>(201);
    const file = await server.root.get(`${path}/${id}/file`).expect<string>(200);
    expect(await rotate(server, 'signing')).toMatchObject({ code: 0 });
    expect(await rotate(server, 'signing')).toMatchObject({ code: 0 });
    expect(await withinASecond(async () => (await kidsOf(server!.api)).length, 6)).toBe(6);

    await server.later({ days: 39 });
    await compactVerify(file, createLocalJWKSet(await keySetOf(server.api)));
    await server.later({ days: 2 });
    expect(await kidsOf(server.api)).toHaveLength(2);
    const kid = decodeProtectedHeader(file).kid ?? '';
    const pem = await server.api.get(`/api/v1/signing-key.pem?kid=${kid}`).expect<string>(200);
    await compactVerify(file, await importSPKI(pem, 'RS256'));
  });

  it('leaves nothing of the old private keys, and tells the audit log', async () => {
    server = await readyServer();
    const former = await kidsOf(server.api);
    expect(await rotate(server, 'signing')).toMatchObject({ code: 0 });
    const events = await server.sql<{ actor: string; details: { retired: string } }>(
      `SELECT actor, details FROM audit_event WHERE action = 'signing-key.rotated'`,
    );
    expect(events.map(({ actor, details }) => [actor, details.retired]).sort()).toEqual(
      former.map((kid) => ['command line', kid]),
    );
    expect(await server.sql('SELECT FROM signing_key')).toHaveLength(2);
    const columns = await server.sql<{ name: string }>(
      `SELECT column_name AS name FROM information_schema.columns WHERE table_name = 'retired_signing_key'`,
    );
    expect(columns.map(({ name }) => name).filter((name) => /private|sealed/.test(name))).toEqual([]);
  });

  it('leaves an evaluation and the audit log as good as before, also for a server that starts later', async () => {
    const fresh = await freshServer();
    const headers = { 'x-setup-token': fresh.setupToken ?? '' };
    await fresh.api.post('/api/v1/setup/evaluation', undefined, headers).expect(200);
    await fresh.api.post('/api/v1/setup/account', rootAccount, headers).expect(200);
    server = { ...fresh, root: fresh.api, organizationId: 0 };
    expect(await rotate(server, 'signing')).toMatchObject({ code: 0 });
    // With nothing of it in memory.
    const api = await server.crash();
    const root = await api.signedIn(rootAccount.email, rootAccount.password);
    const [license] = await root.get('/api/v1/licenses').expect<{ problem: string | null }[]>(200);
    expect(license).toMatchObject({ evaluation: true, problem: null });
    expect(await root.get('/api/v1/audit-events/verification').expect(200)).toMatchObject({ intact: true });
  });
});
