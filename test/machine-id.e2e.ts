import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Answer } from './support/api.js';
import { machineIdOf } from './support/machine-id.js';
import { gui, readyServer, type ReadyServer } from './support/test-server.js';

let server: ReadyServer;
let path: string;

beforeAll(async () => {
  server = await readyServer([
    { product: 'KSE', model: 'floating', quantity: 3, features: [gui], offline: true },
    { product: 'KSE', model: 'node-locked', quantity: 3, features: [gui], offline: true },
  ]);
  path = `/api/v1/organizations/${server.organizationId}`;
});
afterAll(() => server.close());

/** The id of every machine whose id could not be read. */
const shared = '382b0f5185773fa0f67a8ed8056c7759';
const tomorrow = () => new Date(Date.now() + 86_400_000).toISOString();

const activate = (machineKey: string, clientPackage = 'KSE') =>
  server.root.post(
    `/api/v1/license-keys/activate?${new URLSearchParams({ machineKey, sessionId: 's', package: clientPackage }).toString()}`,
  );
const offline = (machineId: string) =>
  server.root.post(`${path}/offline-licenses`, { product: 'KSE', machineId, expiresAt: tomorrow() });
const lease = (machineId: string, more: object = {}) =>
  server.root.post('/api/v1/leases', {
    organizationId: server.organizationId,
    product: 'KSE',
    machineId,
    sessionId: 's',
    ...more,
  });
const fingerprint = (text: string) => lease('builder-1', { fingerprint: text });
const transfer = (to: string) => server.root.post(`${path}/machines/desk-1/transfer`, { to });

async function codeOf(answer: Answer, status: number): Promise<string> {
  return (await answer.expect<{ code: string }>(status)).code;
}

const everyMachine = [
  'a',
  'ami',
  'on-am',
  '-',
  'katalon-ami',
  'katalon-special-license',
  '*',
  'KATALON',
  'ａｍｉ',
  'a\u200bmi',
];

describe('No token is for every machine:', () => {
  it.each<[string, (id: string) => Answer]>([
    ['an activation', activate],
    ['an offline license', offline],
    ['a native lease', lease],
    ['a fingerprint', fingerprint],
    ['a transfer', transfer],
  ])('%s with one of the clients’ words for it is refused', async (_, ask) => {
    for (const id of everyMachine) {
      expect([id, await codeOf(ask(id), 400)]).toEqual([id, 'wildcard-machine-id']);
    }
    expect(await server.sql('SELECT FROM lease')).toEqual([]);
  });
});

describe('A machine id', () => {
  it('of the clients, and in offline licenses, is hexadecimal and taken to the letter', async () => {
    for (const ask of [activate, offline]) {
      for (const id of ['host-1', ` ${machineIdOf('x')}`, `${machineIdOf('x')}\n`, '0'.repeat(15), '0'.repeat(129)]) {
        expect([id, await codeOf(ask(id), 400)]).toEqual([id, 'machine-id-not-accepted']);
      }
    }
    expect(await activate('host-1').refused(400)).toContain('16 to 128 hexadecimal digits');
  });

  it('is stored as it is used: nothing invisible is in it, and no blanks are around it', async () => {
    for (const ask of [lease, fingerprint, transfer]) {
      for (const id of ['desk-2 ', '\u00a0desk-2', 'desk\n2', '\u202edesk-2', 'desk\u200b-2']) {
        expect([id, await codeOf(ask(id), 400)]).toEqual([id, 'machine-id-not-accepted']);
      }
    }
  });

  it('that was granted before it was refused can still be given back', async () => {
    await server.root.post('/api/v1/license-keys/release?machineKey=host-1&sessionId=s&package=KSE').expect(204);
    await server.root.delete('/api/v1/machine?machineKey=host-1&package=KSE').expect(204);
  });
});

describe('The id of every machine whose id could not be read', () => {
  it('gets floating seats, and never one that is bound to it', async () => {
    await activate(shared).expect(200);
    const { model } = await lease(shared, { sessionId: 'native' }).expect<{ model: string }>(201);
    expect(model).toBe('floating');
    expect(await server.sql('SELECT FROM machine')).toEqual([]);
    expect(await codeOf(offline(shared), 400)).toBe('shared-machine-id');
    await lease('desk-1').expect(201);
    expect(await codeOf(transfer(shared.toUpperCase()), 400)).toBe('shared-machine-id');
    await server.root.delete(`/api/v1/machine?machineKey=${shared}&package=KSE`).expect(204);
    await server.root.put(`${path}/allocations`, [{ product: 'KSE', model: 'floating', quantity: 0 }]).expect(200);
    expect(await codeOf(activate(shared), 403)).toBe('machine-unidentified');
  });
});
