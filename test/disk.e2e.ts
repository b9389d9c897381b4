import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ReadyServer, readyServer } from './support/test-server.js';

let server: ReadyServer;
beforeAll(async () => {
  server = await readyServer();
}, 240_000);
afterAll(() => server.close());

describe('A full disk', () => {
  it('is told with 507 and words, and the server goes on by itself when there is space', async () => {
    // As PostgreSQL says it when it cannot extend a table.
    await server.sql(`
      CREATE FUNCTION no_space() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$`);
    await server.sql('CREATE TRIGGER no_space BEFORE INSERT ON team FOR EACH ROW EXECUTE FUNCTION no_space()');
    const path = `/api/v1/organizations/${server.organizationId}/teams`;
    const refusal = await server.root.post(path, { name: 'Full' }).expect<{ code: string; message: string }>(507);
    expect(refusal).toMatchObject({ code: 'disk-full', message: expect.stringContaining('make room') });
    await server.sql('DROP TRIGGER no_space ON team');
    await server.root.post(path, { name: 'Full' }).expect(201);
  });

  it('is seen in the answer of ready and in the metrics', async () => {
    expect(await server.api.get('/health/ready').expect(200)).toMatchObject({
      disk: expect.stringMatching(/^(ok|low|full)$/),
    });
    const metrics = await server.root.get('/metrics').expect<string>(200);
    expect(metrics).toMatch(/^license_server_disk_free_bytes \d+/m);
  });
});
