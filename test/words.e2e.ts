import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import path from 'node:path';
import { machineIdOf } from './support/machine-id.js';
import { Program } from './support/program.js';
import { cli, gui, member, readyServer, type ReadyServer } from './support/test-server.js';

let server: ReadyServer;
beforeAll(async () => {
  server = await readyServer([
    { product: 'KSE', model: 'floating', quantity: 1, features: [gui] },
    { product: 'KRE', model: 'floating', quantity: 3, features: [cli], machineQuota: 1 },
  ]);
});
afterAll(async () => {
  await Program.endAll();
  await server.close();
});

const lease = (name: string, product = 'KSE', organizationId = server.organizationId) => ({
  ...{ organizationId, product, sessionId: name },
  ...{ machineId: machineIdOf(name), hostname: name.toUpperCase() },
});

describe('What the server says', () => {
  it('agrees in number, and tells who holds the seats that they can end their own session', async () => {
    const ann = await member(server, 'ann@example.com', 'USER');
    const { id } = await ann.post('/api/v1/leases', lease('desk')).expect<{ id: string }>(201);
    const ben = await member(server, 'ben@example.com', 'USER');
    expect(await ben.post('/api/v1/leases', lease('other')).refused(409)).toMatch(
      /^The only Katalon Studio Enterprise seat of Acme is in use: ann@example\.com on DESK since .* UTC\. Ask an administrator to release it\.$/,
    );
    expect(await ann.post('/api/v1/leases', lease('laptop')).refused(409)).toMatch(
      / on DESK since .* UTC\. That session is yours: you can end it in the console\. Or ask an administrator to release it\.$/,
    );
    await ann.delete(`/api/v1/users/me/leases/${id}`).expect(204);
    await ann.post('/api/v1/leases', lease('laptop')).expect(201);
  });

  it('counts one machine as one', async () => {
    await server.root.post('/api/v1/leases', lease('agent-1', 'KRE')).expect(201);
    expect(await server.root.post('/api/v1/leases', lease('agent-2', 'KRE')).refused(409)).toContain(
      'on 1 machine, and this would be one more',
    );
  });

  it('counts one character as one', async () => {
    const body = { email: 'a@example.com', password: '' };
    expect(await server.api.post('/api/v1/auth/sign-in', body).refused(400)).toContain('equal to 1 character.');
  });

  it('says what a person is not, in place of what was not found', async () => {
    const answer = server.root.post('/api/v1/leases', lease('desk', 'KSE', 4711));
    expect(await answer.expect(404)).toMatchObject({
      code: 'not-found',
      message:
        'You are not a member of an organization with the id 4711. Check the organization id, or ask an administrator of the organization to invite you.',
    });
    expect(
      await server.root
        .patch(`/api/v1/organizations/${server.organizationId}/members/4711`, { role: 'USER' })
        .refused(404),
    ).toBe('This organization has no member with this id.');
  });

  it('names the Server URL to a page of another site, and that page’s origin in the log', async () => {
    const serverUrl = 'http://licenses.test:8080';
    const program = new Program({
      ...{ DATABASE_URL: server.databaseUrl, SERVER_URL: serverUrl },
      DATA_DIR: path.join(server.dataDir, 'logged'),
      SECRET_KEY_FILE: path.join(server.dataDir, 'secret.key'),
    });
    const browser = (await program.ready()).withHeaders({ origin: 'http://licenses:8080' });
    const answer = await browser.post('/api/v1/auth/sign-in', { email: 'a@example.com', password: 'x' }).expect(403);
    expect(answer).toMatchObject({ code: 'cross-site-request', serverUrl });
    expect((answer as { message: string }).message).toContain(`Open the console at ${serverUrl}`);
    await program.said('"origin":"http://licenses:8080"');
  });
});
