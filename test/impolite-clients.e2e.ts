import { afterEach, describe, expect, it } from '@jest/globals';
import { KatalonClient, type ClientOptions } from './clients/katalon-client.js';
import { type Api } from './support/api.js';
import { machineIdOf } from './support/machine-id.js';
import { gui, member, readyServer, type ReadyServer } from './support/test-server.js';

let server: ReadyServer;
let path: string;
afterEach(() => server.close());

async function withSeats(quantity: number): Promise<void> {
  server = await readyServer([{ product: 'KSE', model: 'floating', quantity, features: [gui] }]);
  path = `/api/v1/organizations/${server.organizationId}`;
}

/** Studio of a member who is named so. */
async function studio(name: string, more: Partial<ClientOptions> = {}): Promise<KatalonClient> {
  const email = `${name}@example.com`;
  await member(server, email, 'USER');
  const password = `${email} password`;
  return new KatalonClient({ serverUrl: server.url, package: 'KSE', email, password, ...more });
}

const online = async (): Promise<{ email: string; sessionId: string; startedAt: string }[]> =>
  (
    await server.root
      .get(`${path}/online-licenses`)
      .expect<{ content: { email: string; sessionId: string; startedAt: string }[] }>(200)
  ).content;

describe('A client that asks every second', () => {
  it('is served as any other, and never told to wait', async () => {
    await withSeats(1);
    const client = await studio('ann');
    await client.activate();
    const { id } = client.activation!;
    for (let second = 0; second < 60; second++) {
      await server.later({ seconds: 1 });
      expect(await client.heartbeat(new Date(client.license!.renewTime * 1000))).toBe('renewed');
    }
    expect(client.activation!.id).toBe(id);
    expect(await online()).toHaveLength(1);
  });

  it('hears each time that all seats are in use, and gets the first one that is free', async () => {
    await withSeats(1);
    const holder = await studio('ann');
    await holder.activate();
    const client = await studio('ben');
    for (let second = 0; second < 60; second++) {
      await server.later({ seconds: 1 });
      await expect(client.activate()).rejects.toMatchObject({
        status: 409,
        message: expect.stringMatching(/^The only Katalon Studio Enterprise seat of Acme is in use: ann@example\.com/),
      });
    }
    await holder.release();
    await client.activate();
    expect(await online()).toMatchObject([{ email: 'ben@example.com' }]);
  });
});

describe('The session id of another user', () => {
  /** Two who say that they are the same session on the same machine. */
  const same = { machineKey: machineIdOf('m'), sessionId: 's' };

  it('gives a seat of its own, and takes nothing from the other one', async () => {
    await withSeats(2);
    const [ann, ben] = [await studio('ann', same), await studio('ben', same)];
    await ann.activate();
    await ben.activate();
    expect(ben.activation!.id).not.toBe(ann.activation!.id);
    const emails = async (): Promise<string[]> => (await online()).map(({ email }) => email).sort();
    expect(await emails()).toEqual(['ann@example.com', 'ben@example.com']);
    await ben.release();
    expect(await emails()).toEqual(['ann@example.com']);
    const { id } = ann.activation!;
    expect(await ann.heartbeat(new Date(ann.license!.renewTime * 1000))).toBe('renewed');
    expect(ann.activation!.id).toBe(id);
  });

  it('is no seat where there is none, and no license that has ended', async () => {
    await withSeats(1);
    const [ann, ben] = [await studio('ann', same), await studio('ben', same)];
    await ann.activate();
    await expect(ben.activate()).rejects.toMatchObject({ status: 409 });
    await ben.release();
    await ben.deactivate();
    expect(await online()).toMatchObject([{ email: 'ann@example.com', sessionId: 's' }]);
  });

  it('that has ended tells nobody else what it was told', async () => {
    await withSeats(1);
    const [ann, ben] = [await studio('ann', same), await studio('ben', same)];
    await ann.activate();
    const root: Api = server.root;
    const { content } = await root.get(`${path}/online-licenses`).expect<{ content: { id: string }[] }>(200);
    await root.delete(`${path}/online-licenses/${content[0]!.id}?deny=true`).expect(204);
    expect(await ann.heartbeat(new Date(ann.license!.renewTime * 1000))).toBe('told');
    await expect(ben.activate()).rejects.toMatchObject({
      status: 403,
      message: 'Acme does not allow this machine to use Katalon Studio Enterprise. Ask an administrator.',
    });
  });
});
