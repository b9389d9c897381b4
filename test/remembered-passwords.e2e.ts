import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { metricsOf } from './support/metrics.js';
import { member, type ReadyServer, readyServer } from './support/test-server.js';
import { until } from './support/until.js';

let server: ReadyServer;
beforeAll(async () => {
  server = await readyServer();
});
afterAll(() => server.close());

describe('When only the connection for notifications breaks', () => {
  const comparisons = async (): Promise<number> =>
    (await metricsOf(server.root)).value('license_server_password_comparisons_total') ?? NaN;
  const signIn = (name: string, password = `${name}@example.com password`) =>
    server.api.token({ grant_type: 'password', username: `${name}@example.com`, password });
  const listening = `SELECT pid FROM pg_stat_activity
     WHERE datname = current_database() AND application_name = 'license-server notifications'`;

  /** Each change of a membership drops what is remembered of its account, as soon as the server hears of it. */
  const allChangesHeard = async (): Promise<void> => {
    await signIn('ada').expect(200);
    await server.sql(`SELECT pg_notify('access_changed', id::text) FROM user_account WHERE email = 'ada@example.com'`);
    // Messages come in the order of the commits.
    const known = await comparisons();
    await until(
      async () => {
        await signIn('ada').expect(200);
        return (await comparisons()) > known;
      },
      30,
      'the last message',
    );
  };

  it('passwords stay remembered but those that were changed meanwhile', async () => {
    const people = ['ada', 'ben', 'eve'];
    for (const name of people) {
      await member(server, `${name}@example.com`, 'USER');
    }
    await allChangesHeard();
    for (const name of people) await signIn(name).expect(200);
    const before = await comparisons();
    for (const name of people) await signIn(name).expect(200);
    expect(await comparisons()).toBe(before);

    const [{ pid } = { pid: 0 }] = await server.sql<{ pid: number }>(listening);
    // No message about what is changed in the transaction that ends the connection reaches the server.
    await server.sql(`WITH ended AS (SELECT pg_terminate_backend(${pid}, 5000) AS done)
      UPDATE user_account SET password = 'another password', password_encrypted = false, credentials_version = credentials_version + 1
        FROM ended WHERE done AND email = 'eve@example.com'`);
    await until(async () => (await server.sql(`${listening} AND pid <> ${pid}`)).length === 1, 30, 'a new connection');

    await signIn('ada').expect(200);
    await signIn('ben').expect(200);
    expect(await comparisons()).toBe(before);
    await signIn('eve').refused(401);
    await signIn('eve', 'another password').expect(200);
    expect(await comparisons()).toBe(before + 2);
  });
});
