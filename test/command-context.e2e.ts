import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { licenseServer } from './support/command.js';
import { type ReadyServer, readyServer, rootAccount } from './support/test-server.js';

let server: ReadyServer;
beforeAll(async () => {
  server = await readyServer();
});
afterAll(() => server.close());

describe('A command that works with services of the server', () => {
  it.each([
    ['reset-password', ['reset-password', rootAccount.email], 'The new password of'],
    ['create-admin', ['create-admin', 'second@example.com'], 'is an administrator of the server now'],
    ['audit verify', ['audit', 'verify'], 'The audit log is intact'],
    ['audit export', ['audit', 'export', 'audit.jsonl'], 'The audit log is in'],
    ['rotate-keys signing', ['rotate-keys', 'signing'], 'signs from now on'],
    ['rotate-keys secret', ['rotate-keys', 'secret'], 'were encrypted again'],
  ])('starts them: %s', async (_, args, message) => {
    const env = { DATA_DIR: server.dataDir, DATABASE_URL: server.databaseUrl };
    const password = 'four unrelated words';
    const { code, output } = await licenseServer(env, args, {
      input: `${password}\n${password}\n`,
      cwd: server.dataDir,
    });
    expect(output).toContain(message);
    expect(code).toBe(0);
  });
});
