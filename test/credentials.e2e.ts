import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type Api } from './support/api.js';
import {
  everyScope,
  member,
  readyServer,
  type ReadyServer,
  rootAccount,
  userId,
  usualSeats,
  withinASecond,
} from './support/test-server.js';

let server: ReadyServer;
beforeAll(async () => {
  server = await readyServer();
});
afterAll(() => server.close());

const me = '/api/v1/users/me';
const status = (api: Api) => api.get(me).status();
const passwordOf = (email: string) => `${email} password`;

interface Tokens {
  access_token: string;
  refresh_token: string;
}

async function tokensOf(email: string, api = server.api): Promise<Tokens> {
  return api.token({ grant_type: 'password', username: email, password: passwordOf(email) }).expect<Tokens>(200);
}

const refresh = (refresh_token: string, api = server.api) => api.token({ grant_type: 'refresh_token', refresh_token });

async function audited(action: string): Promise<object[]> {
  return server.sql('SELECT actor FROM audit_event WHERE action = $1 ORDER BY id', [action]);
}

describe('A session of the console', () => {
  it('ends after eight hours in which nobody uses it', async () => {
    const email = 'idle@example.com';
    await member(server, email, 'USER');
    const used = await server.api.browser(email, passwordOf(email));
    const idle = await server.api.browser(email, passwordOf(email));
    for (const hours of [4, 3.9]) {
      await server.later({ minutes: hours * 60 });
      expect(await status(used)).toBe(200);
    }
    await server.later({ minutes: 7 });
    expect(await idle.get(me).refused(401)).toContain('session has ended');
    expect(await status(used)).toBe(200);
    const listed = await used.get(`${me}/sessions`).expect<object[]>(200);
    expect(listed).toMatchObject([{ current: true }]);
    await server.later({ minutes: -8 * 60 - 1 });
  });

  it('is not kept alive by a page that is only open: by its stream of events, or by what it fetches again', async () => {
    const email = 'left-open@example.com';
    await member(server, email, 'USER');
    const browser = await server.api.browser(email, passwordOf(email));
    const background = browser.withHeaders({ ...browser.credentials, 'x-background': '1' });
    const stream = browser.withHeaders({ ...browser.credentials, accept: 'text/event-stream' });
    for (let hour = 1; hour < 8; hour++) {
      await server.later({ minutes: 60 });
      expect(await status(background)).toBe(200);
      await stream.get(`/api/v1/organizations/${server.organizationId}/events`).expect(200);
    }
    await server.later({ minutes: 61 });
    for (const api of [stream, background, browser]) expect(await status(api)).toBe(401);
    await server.later({ minutes: -8 * 60 - 1 });
  });

  it('ends after a day, however much it is used', async () => {
    const email = 'busy@example.com';
    await member(server, email, 'USER');
    const browser = await server.api.browser(email, passwordOf(email));
    for (let hour = 1; hour < 24; hour++) {
      await server.later({ minutes: 60 });
      expect(await status(browser)).toBe(200);
    }
    await server.later({ minutes: 61 });
    expect(await status(browser)).toBe(401);
    await server.later({ minutes: -24 * 60 - 1 });
  });

  it('has the times that the settings say', async () => {
    const strict = await readyServer(usualSeats, {}, { SESSION_IDLE_MINUTES: '10', SESSION_MAX_HOURS: '1' });
    const { email, password } = rootAccount;
    const answer = strict.api.post('/api/v1/auth/sign-in', { email, password });
    expect((await answer.headers()).get('set-cookie')).toContain('Max-Age=3600');
    const [idle, used] = [await strict.api.browser(email, password), await strict.api.browser(email, password)];
    for (let step = 1; step < 12; step++) {
      await strict.later({ minutes: 5 });
      expect(await status(used)).toBe(200);
    }
    expect(await status(idle)).toBe(401);
    await strict.later({ minutes: 6 });
    expect(await status(used)).toBe(401);
    await strict.close();
  });
});

describe('A dangerous action', () => {
  const { email, password } = rootAccount;
  let stepped = 0;
  const later = () => {
    stepped += 6;
    return server.later({ minutes: 6 });
  };
  // Servers that are started later have the time of this machine.
  afterEach(async () => {
    await server.later({ minutes: -stepped });
    stepped = 0;
  });

  /** A browser in front of which nobody has proved for six minutes who they are. */
  async function unattended(): Promise<Api> {
    const browser = await server.api.browser(email, password);
    await later();
    return browser;
  }

  it('is free for five minutes after signing in', async () => {
    const browser = await server.api.browser(email, password);
    await server.later({ minutes: 4 });
    await browser.post(`${me}/api-keys`, { name: 'CI' }).expect(201);
    await server.later({ minutes: -4 });
  });

  it('asks for the password again afterwards, and goes on once it was given', async () => {
    const browser = await unattended();
    const refused = browser.post(`${me}/api-keys`, { name: 'CI' });
    expect(await refused.expect(403)).toMatchObject({ code: 'confirmation-required' });
    expect(await refused.refused(403)).toContain('password');
    const wrong = browser.post('/api/v1/auth/confirm', { password: 'wrong' });
    expect(await wrong.expect(403)).toMatchObject({ code: 'wrong-current-password' });
    await browser.post(`${me}/api-keys`, { name: 'CI' }).refused(403);
    await browser.post('/api/v1/auth/confirm', { password }).expect(204);
    await browser.post(`${me}/api-keys`, { name: 'CI' }).expect(201);
    await later();
    await browser.post(`${me}/api-keys`, { name: 'CI' }).refused(403);
  });

  it('was confirmed on every server when it was on one', async () => {
    const there = (await server.second()).url;
    const browser = await server.api.browser(email, password);
    await later();
    await browser.at(there).post(`${me}/api-keys`, { name: 'CI' }).refused(403);
    await browser.post('/api/v1/auth/confirm', { password }).expect(204);
    await browser.at(there).post(`${me}/api-keys`, { name: 'CI' }).expect(201);
  });

  it('is any that gives or takes power, or cannot be undone', async () => {
    const browser = await unattended();
    const path = `/api/v1/organizations/${server.organizationId}`;
    const id = await userId(server, email);
    const actions: [string, string, object?][] = [
      ['POST', `${me}/api-keys`, { name: 'CI' }],
      ['PATCH', `/api/v1/users/${id}`, { root: true }],
      ['POST', `/api/v1/users/${id}/reset-password`],
      ['PATCH', `${path}/members/${id}`, { role: 'ADMIN' }],
      ['POST', `${path}/invitations`, { emails: ['x@example.com'], role: 'ADMIN' }],
      ['POST', `${path}/transfer-ownership`, { userId: id }],
      ['DELETE', path],
      ['DELETE', '/api/v1/licenses/1'],
      ['PUT', '/api/v1/mail-server', {}],
      ['DELETE', '/api/v1/mail-server'],
      ['PUT', `${path}/mail-server`, {}],
      ['DELETE', `${path}/mail-server`],
    ];
    for (const [method, address, body] of actions) {
      const answer = await browser.request(method, address, body, {}).expect(403);
      expect([method, address, answer]).toEqual([
        method,
        address,
        expect.objectContaining({ code: 'confirmation-required' }),
      ]);
    }
    await browser.post(`${path}/invitations`, { emails: ['a-tester@example.com'], role: 'USER' }).expect(201);
    await browser.patch(path, { name: 'Acme' }).expect(200);
  });

  it('is asked of browsers only: keys and tokens act by their scopes', async () => {
    const { key } = await server.root
      .post(`${me}/api-keys`, { name: 'All', scopes: everyScope })
      .expect<{ key: string }>(201);
    const token = await server.api.signedIn(email, password);
    await later();
    await server.api.withBearer(key).put('/api/v1/mail-server', {}).refused(400);
    await token.put('/api/v1/mail-server', {}).refused(400);
    await token.post('/api/v1/auth/confirm', { password }).expect(204);
  });

  it('does not come after the refusal of a role: a stranger is told nothing', async () => {
    const stranger = 'stranger-to-danger@example.com';
    await member(server, stranger, null);
    const browser = await server.api.browser(stranger, passwordOf(stranger));
    await later();
    await browser.delete(`/api/v1/organizations/${server.organizationId}`).refused(404);
  });

  it('is a new password, too, which the current one confirms', async () => {
    const own = 'own-confirmation@example.com';
    await member(server, own, 'USER');
    const browser = await server.api.browser(own, passwordOf(own));
    await later();
    await browser
      .put(`${me}/password`, { currentPassword: passwordOf(own), newPassword: 'tall trees by the river' })
      .expect(204);
    await browser.post(`${me}/api-keys`, { name: 'CI' }).expect(201);
  });

  it('cannot be confirmed by trying passwords: failures are throttled', async () => {
    const slow = 'slow-confirmation@example.com';
    await member(server, slow, 'USER');
    const browser = await server.api.browser(slow, passwordOf(slow));
    const statuses: number[] = [];
    for (let guess = 0; guess < 12; guess++) {
      statuses.push(await browser.post('/api/v1/auth/confirm', { password: `guess ${guess}` }).status());
    }
    expect(statuses).toContain(429);
    await server.sql('DELETE FROM rate_limit');
  });
});

describe('A refresh token', () => {
  it('works once: the answer holds the next one', async () => {
    const email = 'refresh@example.com';
    await member(server, email, 'USER');
    let tokens = await tokensOf(email);
    for (let time = 0; time < 3; time++) {
      const next = await refresh(tokens.refresh_token).expect<Tokens>(200);
      expect(next.refresh_token).not.toBe(tokens.refresh_token);
      expect(await status(server.api.withBearer(next.access_token))).toBe(200);
      tokens = next;
    }
  });

  it('that is used twice ends all that came from the same sign-in, and is audited', async () => {
    const email = 'reuse@example.com';
    await member(server, email, 'USER');
    const [first, other] = [await tokensOf(email), await tokensOf(email)];
    const second = await refresh(first.refresh_token).expect<Tokens>(200);
    const reused = refresh(first.refresh_token);
    expect(await reused.expect(400)).toMatchObject({ error: 'invalid_grant' });
    await refresh(second.refresh_token).refused(400);
    for (const { access_token } of [first, second]) expect(await status(server.api.withBearer(access_token))).toBe(401);
    expect(await audited('token.reused')).toEqual([{ actor: email }]);
    // Another sign-in is another family.
    expect(await status(server.api.withBearer(other.access_token))).toBe(200);
    await refresh(other.refresh_token).expect(200);
  });

  it('is good for one of many requests at the same moment, on whichever server', async () => {
    const email = 'race@example.com';
    await member(server, email, 'USER');
    const there = await server.second();
    const { refresh_token } = await tokensOf(email);
    const race = await Promise.all(
      Array.from({ length: 12 }, (_, index) => refresh(refresh_token, index % 2 ? there : server.api).status()),
    );
    expect(race.filter((each) => each === 200)).toHaveLength(1);
    expect(race.filter((each) => each === 400)).toHaveLength(11);
  });

  it('stays used after a restart, and its family ended', async () => {
    const email = 'restart@example.com';
    await member(server, email, 'USER');
    const [once, ended] = [await tokensOf(email), await tokensOf(email)];
    const next = await refresh(once.refresh_token).expect<Tokens>(200);
    const signedOut = server.api.withBearer(ended.access_token);
    await signedOut.post('/api/v1/auth/sign-out').expect(204);
    const again = await server.second();
    expect(await status(again.withBearer(ended.access_token))).toBe(401);
    await refresh(ended.refresh_token, again).refused(400);
    await refresh(next.refresh_token, again).expect(200);
    await refresh(once.refresh_token, again).refused(400);
  });

  it('costs no row before it is used, and its row goes when it has expired', async () => {
    const email = 'rows@example.com';
    await member(server, email, 'USER');
    const id = await userId(server, email);
    const rows = () => server.sql('SELECT generation FROM token_family WHERE user_id = $1', [id]);
    const { refresh_token } = await tokensOf(email);
    expect(await rows()).toEqual([]);
    const next = await refresh(refresh_token).expect<Tokens>(200);
    expect(await rows()).toEqual([{ generation: 1 }]);
    await server.sql(`UPDATE token_family SET expires_at = now() - interval '1 day' WHERE user_id = $1`, [id]);
    // Every server cleans up at its start, and once an hour.
    await server.second();
    await expect(withinASecond(async () => (await rows()).length, 0)).resolves.toBe(0);
    expect(next.refresh_token).toBeTruthy();
  });

  it('expires after 30 days', async () => {
    const email = 'old-token@example.com';
    await member(server, email, 'USER');
    const { refresh_token } = await tokensOf(email);
    await server.later({ days: 31 });
    await refresh(refresh_token).refused(400);
    await server.later({ days: -31 });
  });
});

describe('Signing out', () => {
  it('of a program ends its access token and what could be refreshed, on every server, and nothing else', async () => {
    const email = 'program@example.com';
    await member(server, email, 'USER');
    const there = (await server.second()).url;
    const [tokens, other] = [await tokensOf(email), await tokensOf(email)];
    const program = server.api.withBearer(tokens.access_token);
    for (const api of [program, program.at(there)]) expect(await status(api)).toBe(200);
    await program.post('/api/v1/auth/sign-out').expect(204);
    expect(await status(program)).toBe(401);
    await expect(withinASecond(() => status(program.at(there)), 401)).resolves.toBe(401);
    await refresh(tokens.refresh_token).refused(400);
    expect(await status(server.api.withBearer(other.access_token))).toBe(200);
    expect(await audited('token.ended')).toContainEqual({ actor: email });
  });

  it('with an API key ends nothing: revoke the key for that', async () => {
    const { key } = await server.root.post(`${me}/api-keys`, { name: 'CI' }).expect<{ key: string }>(201);
    const ci = server.api.withBearer(key);
    await ci.post('/api/v1/auth/sign-out').expect(204);
    expect(await status(ci)).toBe(200);
  });
});

describe('A new password', () => {
  /** Somebody with everything that can be issued to an account. */
  async function person(email: string) {
    const token = await member(server, email, 'USER');
    const browser = await server.api.browser(email, passwordOf(email));
    const { key } = await token.post(`${me}/api-keys`, { name: 'CI' }).expect<{ key: string }>(201);
    const tokens = await tokensOf(email);
    const byKey = await server.api.token({ grant_type: 'password', password: key }).expect<Tokens>(200);
    return {
      ...{ browser, tokens, byKey },
      key: server.api.withBearer(key),
      access: server.api.withBearer(tokens.access_token),
    };
  }

  async function reset(email: string, more: object = {}): Promise<void> {
    const { link } = await server.root
      .post(`/api/v1/users/${await userId(server, email)}/reset-password`)
      .expect<{ link: string }>(201);
    const token = link.split('/').pop();
    await server.api
      .post('/api/v1/auth/reset-password', { token, password: 'seven green lanterns', ...more })
      .expect(204);
  }

  it('by a reset ends sessions, tokens, refresh tokens, and API keys with all that was got with them', async () => {
    const { browser, access, tokens, key, byKey } = await person('reset-all@example.com');
    await reset('reset-all@example.com');
    for (const api of [browser, access, key]) expect(await status(api)).toBe(401);
    for (const { refresh_token } of [tokens, byKey]) await refresh(refresh_token).refused(400);
    expect(await audited('api-key.deleted')).toContainEqual({ actor: 'reset-all@example.com' });
  });

  it('by a reset keeps the API keys for who says so', async () => {
    const { browser, access, key } = await person('reset-keep@example.com');
    await reset('reset-keep@example.com', { revokeApiKeys: false });
    for (const api of [browser, access]) expect(await status(api)).toBe(401);
    expect(await status(key)).toBe(200);
  });

  it('in the profile keeps the API keys, and ends them for who says so', async () => {
    for (const revokeApiKeys of [undefined, true]) {
      const email = `change-${String(revokeApiKeys)}@example.com`;
      const { browser, access, tokens, key } = await person(email);
      const body = { currentPassword: passwordOf(email), newPassword: 'seven green lanterns', revokeApiKeys };
      await browser.put(`${me}/password`, body).expect(204);
      expect(await status(browser)).toBe(200);
      expect(await status(access)).toBe(401);
      await refresh(tokens.refresh_token).refused(400);
      expect(await status(key)).toBe(revokeApiKeys ? 401 : 200);
    }
  });

  it.each(['yes', 1, [], {}])('is not set with %j for whether keys end', async (revokeApiKeys) => {
    const body = { currentPassword: rootAccount.password, newPassword: 'seven green lanterns', revokeApiKeys };
    await server.root.put(`${me}/password`, body).refused(400);
  });

  it.each([
    ['disabled@example.com', {}, 200],
    ['disabled-for-good@example.com', { revokeApiKeys: true }, 401],
  ])('is not needed to end everything: disabling does, and API keys as root says (%s)', async (email, more, after) => {
    const { browser, access, tokens, key } = await person(email);
    const path = `/api/v1/users/${await userId(server, email)}`;
    await server.root.patch(path, { disabled: true, ...more }).expect(200);
    for (const api of [browser, access, key]) expect(await status(api)).toBe(401);
    await refresh(tokens.refresh_token).refused(400);
    await server.root.patch(path, { disabled: false }).expect(200);
    for (const api of [browser, access]) expect(await status(api)).toBe(401);
    expect(await status(key)).toBe(after);
  });
});
