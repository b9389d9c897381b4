import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { member, type ReadyServer, readyServer } from './support/test-server.js';
import { type Api } from './support/api.js';

let server: ReadyServer;
let browser: Api;
const email = 'grace.hopper@example.com';
const currentPassword = `${email} password`;
beforeAll(async () => {
  server = await readyServer();
  await member(server, email, 'USER');
  await server.sql(`UPDATE user_account SET first_name = 'Grace', last_name = 'Hopper' WHERE email = $1`, [email]);
  browser = await server.api.browser(email, currentPassword);
});
afterAll(() => server.close());

const change = (newPassword: string) => browser.put('/api/v1/users/me/password', { currentPassword, newPassword });

async function ruleFor(password: string): Promise<string | undefined> {
  const answer = change(password);
  const { errors } = await answer.expect<{ errors: { field: string; rule: string }[] }>(400);
  expect(errors[0]?.field).toBe('newPassword');
  return errors[0]?.rule;
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
    expect(await ruleFor(password)).toBe(rule);
  });

  it('does not keep other requests waiting while it is estimated', async () => {
    const hard = Array.from({ length: 8 }, (_, index) => change('4@8({[<3961!|70$5+%2'.repeat(6) + index).status());
    let slowest = 0;
    for (let time = 0; time < 20; time++) {
      const begin = performance.now();
      await server.api.get('/health/live').expect(200);
      slowest = Math.max(slowest, performance.now() - begin);
    }
    await Promise.all(hard);
    expect(slowest).toBeLessThan(500);
  });

  it.each(['correct horse battery', 'zq8#kL2m'])('may be %s', async (password) => {
    const other = await member(server, `${password.length}@example.com`, 'USER');
    const body = { currentPassword: `${password.length}@example.com password`, newPassword: password };
    await other.put('/api/v1/users/me/password', body).expect(204);
  });
});
