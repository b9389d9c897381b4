import { afterEach, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { decodeJwt } from 'jose';
import { type Api } from './support/api.js';
import { machineIdOf } from './support/machine-id.js';
import {
  freshServer,
  issue,
  readyServer,
  type ReadyServer,
  rootAccount,
  specification,
} from './support/test-server.js';

let server: ReadyServer;
afterEach(() => server.close());

const seats = (product: string, ...keys: string[]) => ({
  product,
  model: 'floating',
  quantity: 2,
  features: keys.map((key) => ({ key, name: key })),
});
const activate = (clientPackage: string, name = 'm', api: Api = server.root) =>
  api.post(
    `/api/v1/license-keys/activate?${new URLSearchParams({ machineKey: machineIdOf(name), sessionId: name, package: clientPackage }).toString()}`,
  );
const held = async (): Promise<number> => (await server.sql('SELECT FROM lease')).length;

describe('A seat whose features the client would not accept', () => {
  it('is not given to Studio without a key that contains gui, and the answer says what is missing', async () => {
    server = await readyServer([seats('KSE', 'studio', 'private_plugin')]);
    const refused = await activate('KSE').expect<{ code: string; message: string }>(403);
    expect(refused).toMatchObject({
      code: 'features-not-accepted',
      message:
        'The license of Acme lacks a feature whose key contains "gui", so Katalon Studio would not accept a Katalon Studio Enterprise seat of it. Ask your administrator to get a corrected license from the vendor.',
    });
    expect(await held()).toBe(0);
    expect(await server.sql('SELECT code FROM denial')).toEqual([{ code: 'features-not-accepted' }]);
  });

  it.each(['ENGINE', 'FLOATING_ENGINE'])('is not given to Runtime Engine (%s) without the very key cli', async (as) => {
    server = await readyServer([seats('KRE', 'katalon_cli')]);
    const refused = await activate(as).expect<{ code: string; message: string }>(403);
    expect(refused.code).toBe('features-not-accepted');
    expect(refused.message).toContain('a feature with the key "cli"');
    expect(await held()).toBe(0);
  });

  it('is passed over for one that it accepts', async () => {
    server = await readyServer([seats('KRE', 'cli'), { ...seats('KRE', 'other'), model: 'node-locked' }]);
    const { value } = await activate('ENGINE').expect<{ value: string }>(200);
    expect(decodeJwt(value).features).toEqual([{ id: 1, name: 'cli', key: 'cli' }]);
    expect(await server.sql('SELECT model FROM seat_pool p JOIN lease l ON l.pool_id = p.id')).toEqual([
      { model: 'floating' },
    ]);
  });

  it('is given to native programs, which look at no such key', async () => {
    server = await readyServer([seats('KSE', 'anything')]);
    const lease = { organizationId: server.organizationId, product: 'KSE', machineId: 'm-1', sessionId: 's' };
    await server.root.post('/api/v1/leases', lease).expect(201);
  });
});

describe('An evaluation', () => {
  it('is for native programs, and tells Studio and Runtime Engine why', async () => {
    const fresh = await freshServer({ VENDOR_KEYS: '' });
    const headers = { 'x-setup-token': fresh.setupToken ?? '' };
    await fresh.api.post('/api/v1/setup/evaluation', {}, headers).expect(200);
    await fresh.api.post('/api/v1/setup/account', rootAccount, headers).expect(200);
    const root = await fresh.api.signedIn(rootAccount.email, rootAccount.password);
    const { id } = await root.post('/api/v1/organizations', { name: 'Acme' }).expect<{ id: number }>(201);
    server = { ...fresh, root, organizationId: id };
    for (const clientPackage of ['KSE', 'FLOATING_ENGINE']) {
      const refused = await activate(clientPackage).expect<{ code: string; message: string }>(403);
      expect(refused.code).toBe('features-not-accepted');
      expect(refused.message).toMatch(/for an evaluation: native programs .* Ask your administrator/);
    }
    const lease = { organizationId: id, product: 'KSE', machineId: 'm-1', sessionId: 's' };
    await root.post('/api/v1/leases', lease).expect(201);
  });
});

describe('The license file', () => {
  it('is previewed and installed with a warning about keys that the clients do not accept', async () => {
    server = await readyServer([seats('KSE', 'gui')]);
    const license = await issue(
      specification([seats('KRE', 'katalon_cli'), seats('KSE', 'katalon_gui')], { id: 'other' }),
    );
    const warnings = [
      'The floating seats of Katalon Runtime Engine lack a feature with the key "cli": Katalon Runtime Engine will not accept them. Ask the vendor for a corrected license.',
    ];
    expect(await server.root.post('/api/v1/licenses/preview', { license }).expect(200)).toMatchObject({ warnings });
    expect(await server.root.post('/api/v1/licenses', { license }).expect(201)).toMatchObject({ warnings });
    const installed = await server.root.get('/api/v1/licenses').expect<{ warnings: string[] }[]>(200);
    expect(installed.map((each) => each.warnings)).toEqual(expect.arrayContaining([[], warnings]));
  });

  it('is issued and inspected with the same warning, and a missing field is called missing', async () => {
    server = await readyServer([seats('KSE', 'gui')]);
    const folder = mkdtempSync(path.join(os.tmpdir(), 'license-server-vendor-'));
    try {
      const file = (name: string): string => path.join(folder, name);
      const key = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });
      writeFileSync(file('key.pem'), key);
      const run = (...args: string[]) =>
        spawnSync(process.execPath, ['dist/cli/vendor-tool.js', ...args], { encoding: 'utf8' });
      writeFileSync(file('good.json'), JSON.stringify(specification([seats('KRE', 'katalon_cli')])));
      const issued = run('issue', file('good.json'), '--key', file('key.pem'), '-o', file('a.lic'));
      expect([issued.status, issued.stderr]).toEqual([0, expect.stringContaining('the key "cli"')]);
      const inspected = run('inspect', file('a.lic'));
      expect([inspected.status, inspected.stderr]).toEqual([0, expect.stringContaining('the key "cli"')]);
      const { features: _, ...incomplete } = seats('KSE');
      writeFileSync(file('bad.json'), JSON.stringify(specification([incomplete])));
      const refused = run('issue', file('bad.json'), '--key', file('key.pem'));
      expect(refused.status).not.toBe(0);
      expect(refused.stderr).toContain('entitlements.0: features is missing');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
