import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { member, type ReadyServer, readyServer, userId } from './support/test-server.js';
import { type Answer, type Api } from './support/api.js';

let server: ReadyServer;
let browser: Api;
const email = 'grace.hopper@example.com';
const currentPassword = `${email} password`;
beforeAll(async () => {
  server = await readyServer(undefined, {}, { TRUSTED_PROXIES: '127.0.0.1' });
  await member(server, email, 'USER');
  await server.sql(`UPDATE user_account SET first_name = 'Grace', last_name = 'Hopper' WHERE email = $1`, [email]);
  browser = await server.api.browser(email, currentPassword);
});
afterAll(() => server.close());

const change = (newPassword: string) => browser.put('/api/v1/users/me/password', { currentPassword, newPassword });

async function problemIn(answer: Answer): Promise<{ field?: string; rule?: string }> {
  const { errors } = await answer.expect<{ errors: { field: string; rule: string }[] }>(400);
  return errors[0] ?? {};
}

describe('A new password', () => {
  it.each([
    ['aaaaaaaaaaaa', 'password-repetitive'],
    ['abcabcabcabc', 'password-repetitive'],
    ['12345678901234567890', 'password-repetitive'],
    ['p@ssw0rd'.repeat(16), 'password-repetitive'],
    ['abcdefghijkl', 'password-sequence'],
    ['asdfghjklö', 'password-sequence'],
    ['qwertzuiop', 'password-sequence'],
    ['Summer2026!', 'password-season'],
    ['Sommer2026!', 'password-season'],
    ['Herbst2025', 'password-season'],
    ['January2026', 'password-season'],
    ['März2026!!', 'password-season'],
    ['Hopper2026!', 'password-personal'],
    ['gracehopper1', 'password-personal'],
    ['Acme2026!', 'password-personal'],
    ['katalon-studio', 'password-personal'],
    ['P@ssw0rd2026', 'password-common'],
    ['iloveyou2', 'password-common'],
  ])('is not %s', async (password, rule) => {
    expect(await problemIn(change(password))).toMatchObject({ field: 'newPassword', rule });
  });

  it('does not keep other requests waiting while it is estimated', async () => {
    const hard = Array.from({ length: 8 }, (_, index) =>
      change(`${'4@8({[<3961!|70$5+%2'.repeat(6)}${index}`).status(),
    );
    let slowest = 0;
    for (let time = 0; time < 20; time++) {
      const begin = performance.now();
      await server.api.get('/health/live').expect(200);
      slowest = Math.max(slowest, performance.now() - begin);
    }
    await Promise.all(hard);
    expect(slowest).toBeLessThan(500);
  });

  it('is refused for a reset, and the link still works', async () => {
    const id = await userId(server, email);
    const { link } = await server.root.post(`/api/v1/users/${id}/reset-password`).expect<{ link: string }>(201);
    const token = link.split('/').pop();
    const reset = (password: string) => server.api.post('/api/v1/auth/reset-password', { token, password });
    expect(await problemIn(reset('Acme2026!'))).toMatchObject({ field: 'password', rule: 'password-personal' });
    await reset(currentPassword.toUpperCase()).refused(400);
    await reset('four unrelated words').expect(204);
    await reset('four unrelated words').refused(410);
  });

  it('of an invited person is compared with the names in the invitation', async () => {
    const invited = await server.root
      .post(`/api/v1/organizations/${server.organizationId}/invitations`, { emails: ['new@example.com'], role: 'USER' })
      .expect<{ link: string }[]>(201);
    const path = `/api/v1${new URL(invited[0]?.link ?? '').pathname}/accept`;
    const accept = (password: string) =>
      server.api.post(path, { password, firstName: 'Katherine', lastName: 'Johnson' });
    for (const password of ['Johnson2026', 'acme-2026!']) {
      expect(await problemIn(accept(password))).toMatchObject({ field: 'password', rule: 'password-personal' });
    }
    await accept('four unrelated words').expect(200);
  });

  it('is refused, and not accepted unchecked, while the account has others checked', async () => {
    const person = await member(server, 'busy@example.com', 'USER');
    const weak = { currentPassword: 'busy@example.com password', newPassword: 'p@ssw0rd'.repeat(16) };
    const answers = Array.from({ length: 80 }, () => person.put('/api/v1/users/me/password', weak));
    const refused = await Promise.all(
      answers.map(async (answer) => answer.expect<{ code: string }>(await answer.status())),
    );
    const codes = new Set(refused.map(({ code }) => code));
    expect(codes).toEqual(new Set(['invalid-request', 'too-many-password-checks']));
    expect(await problemIn(person.put('/api/v1/users/me/password', weak))).toMatchObject({ field: 'newPassword' });
  });

  it.each(['correct horse battery', 'zq8#kL2m'])('may be %s', async (password) => {
    const other = await member(server, `${password.length}@example.com`, 'USER');
    const body = { currentPassword: `${password.length}@example.com password`, newPassword: password };
    await other.put('/api/v1/users/me/password', body).expect(204);
  });
});

describe('The check of new passwords', () => {
  const at = (address: string, api: Api = server.api): Api =>
    api.withHeaders({ ...api.credentials, 'x-forwarded-for': address });
  const weak = 'p@ssw0rd'.repeat(16);
  let invited = 0;

  /** Links for as many new accounts, which are opened by setting a password. */
  async function links(count: number): Promise<string[]> {
    const emails = Array.from({ length: count }, () => `new${++invited}@crowd.example.com`);
    const invitations = await server.root
      .post(`/api/v1/organizations/${server.organizationId}/invitations`, { emails, role: 'USER' })
      .expect<{ link: string }[]>(201);
    return invitations.map(({ link }) => `/api/v1${new URL(link).pathname}/accept`);
  }

  it('is not kept from others by one account that sends many', async () => {
    const [many, other] = [
      await member(server, 'many@example.com', 'USER'),
      await member(server, 'other@example.com', 'USER'),
    ];
    const flooding = { currentPassword: 'many@example.com password', newPassword: weak };
    const flood = Array.from({ length: 80 }, () => many.put('/api/v1/users/me/password', flooding).status());
    const body = { currentPassword: 'other@example.com password', newPassword: 'four unrelated words' };
    await other.put('/api/v1/users/me/password', body).expect(204);
    expect(new Set(await Promise.all(flood))).toEqual(new Set([400, 429]));
  });

  it('takes turns among addresses, and lets the busiest one wait or try again', async () => {
    const other = await member(server, 'elsewhere@example.com', 'USER');
    const answered: string[] = [];
    const codes: string[] = [];
    const crowd = (await links(70)).map(async (path) => {
      const answer = at('203.0.113.1').post(path, { password: weak });
      const { code } = await answer.expect<{ code: string }>(await answer.status());
      if (code === 'invalid-request') answered.push('crowd');
      codes.push(code);
    });
    const body = { currentPassword: 'elsewhere@example.com password', newPassword: 'four unrelated words' };
    await at('198.51.100.7', other).put('/api/v1/users/me/password', body).expect(204);
    answered.push('elsewhere');
    await Promise.all(crowd);
    expect(new Set(codes)).toEqual(new Set(['invalid-request', 'password-check-unavailable']));
    expect(answered.indexOf('elsewhere')).toBeLessThan(answered.length / 2);
  });

  it('goes on in another thread when its thread dies, and answers the request', async () => {
    const [path = ''] = await links(1);
    await server.endThreads(1);
    expect(await problemIn(server.api.post(path, { password: weak }))).toMatchObject({ rule: 'password-repetitive' });
  });

  it('accepts nothing unchecked when no thread lives', async () => {
    const [path = ''] = await links(1);
    await server.endThreads(2);
    const { code } = await server.api.post(path, { password: 'four unrelated words' }).expect<{ code: string }>(503);
    expect(code).toBe('password-check-unavailable');
    await server.endThreads(0);
    await server.api.post(path, { password: 'four unrelated words' }).expect(200);
  });
});
