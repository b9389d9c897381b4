import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type Api } from './support/api.js';
import { member, readyServer, type ReadyServer, rootAccount, userId, usualSeats } from './support/test-server.js';

let server: ReadyServer;
let path: string;

/** Somebody who follows the organization, as a browser does. */
class Follower {
  readonly topics: string[][] = [];
  /** When it has heard of each. */
  readonly heardAt: number[] = [];
  ended = false;
  private heard: () => void = () => undefined;

  private constructor(private readonly abort: AbortController) {}

  static async at(url: string, credentials: Record<string, string>): Promise<Follower> {
    const abort = new AbortController();
    const follower = new Follower(abort);
    const response = await fetch(`${url}${path}/events`, { headers: credentials, signal: abort.signal });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
    const following = new Promise<void>((resolve) => void follower.read(response, resolve));
    await following;
    return follower;
  }

  private async read(response: Response, following: () => void): Promise<void> {
    let text = '';
    try {
      for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
        text += chunk;
        const events = text.split('\n\n');
        text = events.pop() ?? '';
        for (const event of events) {
          if (event.includes('event: following')) following();
          const data = /event: changed\n(?:.*\n)*?data: (.*)/.exec(event)?.[1];
          if (!data) continue;
          this.topics.push((JSON.parse(data) as { topics: string[] }).topics);
          this.heardAt.push(performance.now());
        }
        this.heard();
      }
    } catch {
      // Left, or the server is gone.
    }
    this.ended = true;
    this.heard();
  }

  /** Resolves when it is so; for so long that a machine that is busy with something else gets to it, too. */
  async until(condition: () => boolean): Promise<void> {
    const end = Date.now() + 20_000;
    while (!condition()) {
      const left = end - Date.now();
      if (left <= 0) throw new Error(`Not within 20 seconds; heard: ${JSON.stringify(this.topics)}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.heard = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  hears(topic: string): Promise<void> {
    return this.until(() => this.topics.flat().includes(topic));
  }

  leave(): void {
    this.abort.abort();
  }
}

const followers: Follower[] = [];
async function follow(url = server.url, as?: { email: string; password: string }): Promise<Follower> {
  const { email, password } = as ?? rootAccount;
  const follower = await Follower.at(url, { cookie: await cookieOf(server.api, email, password) });
  followers.push(follower);
  return follower;
}

async function cookieOf(api: Api, email: string, password: string): Promise<string> {
  const answer = api.post('/api/v1/auth/sign-in', { email, password });
  await answer.expect(204);
  return ((await answer.headers()).get('set-cookie') ?? '').split(';')[0] ?? '';
}

let sessions = 0;
async function checkOut(api: Api = server.root): Promise<{ id: string }> {
  const body = {
    organizationId: server.organizationId,
    product: 'KSE',
    machineId: 'desk',
    sessionId: `s${++sessions}`,
  };
  return api.post('/api/v1/leases', body).expect<{ id: string }>(201);
}

beforeAll(async () => {
  server = await readyServer(
    [...usualSeats, { ...usualSeats[0], model: 'per-user' }],
    {},
    { MAX_EVENT_STREAMS_PER_USER: '200' },
  );
  path = `/api/v1/organizations/${server.organizationId}`;
});
afterEach(() => {
  for (const follower of followers.splice(0)) follower.leave();
});
afterAll(() => server.close());

describe('Whoever looks at an organization', () => {
  it('hears of seats that are taken and given back, but not of renewals', async () => {
    const follower = await follow();
    const { id } = await checkOut();
    await follower.hears('online-licenses');
    const before = follower.topics.flat().filter((topic) => topic === 'online-licenses').length;
    await server.root.post(`/api/v1/leases/${id}/renew`).expect(200);
    // A change that comes after the renewal is heard; the renewal was none.
    await server.root.post(`${path}/teams`, { name: 'Renewed' }).expect(201);
    await follower.hears('teams');
    expect(follower.topics.flat().filter((topic) => topic === 'online-licenses')).toHaveLength(before);
    await server.root.delete(`/api/v1/leases/${id}`).expect(204);
    await follower.until(
      () => follower.topics.flat().filter((topic) => topic === 'online-licenses').length === before + 1,
    );
  });

  it('hears of everything else that changes there', async () => {
    const follower = await follow();
    await server.root.post(`${path}/invitations`, { emails: ['new@example.com'], role: 'USER' }).expect(201);
    await follower.hears('invitations');
    await member(server, 'joined@example.com', 'USER');
    await follower.hears('members');
    const seat = { userId: await userId(server, 'joined@example.com'), product: 'KSE', model: 'per-user' };
    await server.root.post(`${path}/licensed-users`, seat).expect(204);
    await follower.hears('licensed-users');
    await server.root.patch(path, { name: 'Acme & Sons' }).expect(200);
    await follower.hears('organization');
    const leases = [await checkOut(), await checkOut()];
    const third = { organizationId: server.organizationId, product: 'KSE', machineId: 'm-3', sessionId: 'third' };
    await server.root.post('/api/v1/leases', third).refused(409);
    await follower.hears('denials');
    for (const { id } of leases) await server.root.delete(`/api/v1/leases/${id}`).expect(204);
    const quantity = { product: 'KSE', model: 'floating', quantity: 1 };
    await server.root.put(`${path}/allocations`, [quantity]).expect(200);
    await follower.hears('licenses');
    await server.root.put(`${path}/allocations`, [{ ...quantity, quantity: null }]).expect(200);
  });

  it('hears at most once a second, however much changes', async () => {
    const begin = Date.now();
    const follower = await follow();
    await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        server.root.post(`${path}/teams`, { name: `Team ${index}` }).expect(201),
      ),
    );
    await server.root.post(`${path}/invitations`, { emails: ['last@example.com'], role: 'USER' }).expect(201);
    await follower.hears('invitations');
    expect(follower.topics.length).toBeLessThanOrEqual((Date.now() - begin) / 1000 + 2);
  });

  it('takes turns with the others where many look, so that their requests do not come all at once', async () => {
    const cookie = await cookieOf(server.api, rootAccount.email, rootAccount.password);
    const many = await Promise.all(Array.from({ length: 120 }, () => Follower.at(server.url, { cookie })));
    followers.push(...many);
    await server.root.post(`${path}/teams`, { name: 'Everyone hears of this' }).expect(201);
    await Promise.all(many.map((follower) => follower.hears('teams')));
    const heard = many.map(({ heardAt }) => heardAt[0] ?? NaN).sort((a, b) => a - b);
    const within = (millis: number): number => heard.filter((at) => at < heard[0]! + millis).length;
    expect(within(700)).toBeLessThanOrEqual(50);
    expect(within(1700)).toBeLessThanOrEqual(100);
    // Each change is told once.
    expect(many.map(({ topics }) => topics.flat().filter((topic) => topic === 'teams').length)).toEqual(
      many.map(() => 1),
    );
  });

  it('hears through any server what another one does', async () => {
    const other = await server.second();
    const follower = await follow(other.url);
    const { id } = await checkOut();
    await follower.hears('online-licenses');
    await server.root.delete(`/api/v1/leases/${id}`).expect(204);
  });
});

describe('Nobody follows who may not', () => {
  it('a stranger never begins', async () => {
    const stranger = await member(server, 'stranger@example.com', null);
    expect(await stranger.get(`${path}/events`).refused(404)).toContain('organization');
    expect(await server.api.get(`${path}/events`).refused(401)).toBeTruthy();
  });

  it('the stream ends with the session', async () => {
    const follower = await follow();
    await server.root.delete('/api/v1/users/me/sessions').expect(204);
    await follower.until(() => follower.ended);
    const { email, password } = rootAccount;
    server.root = await server.api.signedIn(email, password);
  });

  it('the stream ends with the membership', async () => {
    const email = 'leaver@example.com';
    await member(server, email, 'USER');
    const follower = await follow(server.url, { email, password: `${email} password` });
    await server.root.delete(`${path}/members/${await userId(server, email)}`).expect(204);
    await follower.until(() => follower.ended);
  });

  it('the stream hears only of its own organization', async () => {
    const follower = await follow();
    const { id } = await server.root.post('/api/v1/organizations', { name: 'Other' }).expect<{ id: number }>(201);
    await server.root.post(`/api/v1/organizations/${id}/teams`, { name: 'Theirs' }).expect(201);
    await server.root.post(`${path}/invitations`, { emails: ['own@example.com'], role: 'USER' }).expect(201);
    await follower.hears('invitations');
    expect(follower.topics.flat()).not.toContain('teams');
  });
});
