import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Answer, type Api } from './support/api.js';
import { machineIdOf } from './support/machine-id.js';
import { gui, member, readyServer, type ReadyServer, userId } from './support/test-server.js';

const extra = { key: 'katalon_gui_extra', name: 'Extra' };
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();

let server: ReadyServer;
let path: string;
let user: Api;

beforeAll(async () => {
  server = await readyServer([
    { product: 'KSE', model: 'floating', quantity: 1, features: [gui, extra], offline: true, expiresAt: inDays(100) },
    { product: 'KSE', model: 'floating', quantity: 2, features: [gui] },
  ]);
  path = `/api/v1/organizations/${server.organizationId}`;
  user = await member(server, 'user@example.com', 'USER');
});
afterAll(() => server.close());

function create(machine: string, expiresAt = inDays(10)): Answer {
  const license = { product: 'KSE', machineId: machineIdOf(machine), expiresAt };
  return server.root.post(`${path}/offline-licenses`, license);
}

function take(session: string): Answer {
  const seat = { organizationId: server.organizationId, product: 'KSE', machineId: session, sessionId: session };
  return user.post('/api/v1/leases', seat);
}

const policy = (change: object) => server.root.patch(`${path}/license-policy`, change).expect(200);
const featuresOf = (token: string) =>
  (
    JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { features: { key: string }[] }
  ).features.map(({ key }) => key);

describe('An offline license', () => {
  it('takes no seat that is reserved, and is for no machine that is denied', async () => {
    const reservation = { product: 'KSE', seats: 3, userId: await userId(server, 'user@example.com') };
    await policy({
      reservations: [reservation],
      deniedMachines: [`${machineIdOf('laptop-1').slice(0, 20).toUpperCase()}*`],
    });
    expect(await create('off-1').refused(409)).toContain('are reserved for users or teams');
    expect(await create('laptop-1').refused(403)).toContain('denies this machine');
  });

  it('takes no reserved seat either while the dead lease of its user is still there', async () => {
    await take('s-1').expect(201);
    await server.later({ minutes: 16 });
    expect(await create('off-1').refused(409)).toContain('are reserved for users or teams');
    const reservation = { product: 'KSE', seats: 3, userId: await userId(server, 'user@example.com') };
    await policy({ reservations: [{ ...reservation, seats: 2 }] });
  });

  it('is what its entitlement allows: as long, as many, and with those features', async () => {
    expect(await create('off-1', inDays(200)).refused(400)).toContain('must not be after the license');
    const { id } = await create('off-1').expect<{ id: number }>(201);
    const file = await server.root.get(`${path}/offline-licenses/${id}/file`).expect<string>(200);
    expect(featuresOf(file)).toEqual(['katalon_gui', 'katalon_gui_extra', 'offline']);
    await policy({ reservations: [] });
    // Two seats are free, but they are of an entitlement that allows no offline use.
    expect(await create('off-2').refused(409)).toContain('No Katalon Studio Enterprise seat is free');
    await create('off-1', inDays(20)).expect(201);
  });

  it('leaves the other seats, with their own features, to the sessions', async () => {
    const leases = [await take('s-1').expect<{ token: string }>(201), await take('s-2').expect<{ token: string }>(201)];
    expect(leases.map(({ token }) => featuresOf(token))).toEqual([['katalon_gui'], ['katalon_gui']]);
    expect(await take('s-3').refused(409)).toContain('one is held by an offline license');
  });
});
