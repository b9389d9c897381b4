import { describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Api } from './support/api.js';
import { licenseServer } from './support/command.js';
import { ServerProcess } from './support/server-process.js';
import { freshServer, member, readyServer, rootAccount, withinASecond } from './support/test-server.js';

const operate = (env: Record<string, string>, args: string[], input = '') => licenseServer(env, args, { input });

describe('On the command line', () => {
  it('a password is reset and an administrator is made while the server runs, on a database of its own', async () => {
    const server = await readyServer();
    const env = { DATABASE_URL: server.databaseUrl, DATA_DIR: server.dataDir };
    const email = 'person@example.com';
    const session = await member(server, email, 'USER');
    await session.get('/api/v1/users/me').expect(200);

    expect(await operate(env, ['reset-password', 'PERSON@example.com'], 'a brand new one\n')).toEqual({
      code: 0,
      output: `The new password of ${email} is set.\n`,
    });
    const person = await server.api.signedIn(email, 'a brand new one');
    expect(await withinASecond(() => session.get('/api/v1/users/me').status(), 401)).toBe(401);
    await person.get('/api/v1/users').refused(403);

    expect(await operate(env, ['create-admin', email])).toMatchObject({ code: 0 });
    expect(await operate(env, ['create-admin', 'second@example.com'], 'of the second admin')).toMatchObject({
      code: 0,
    });
    const second = await server.api.signedIn('second@example.com', 'of the second admin');
    await second.get('/api/v1/users').expect(200);

    expect(await operate(env, ['reset-password', email], 'short')).toEqual({
      code: 1,
      output: 'the password must have 8 to 128 characters.\n',
    });
    expect(await operate(env, ['reset-password', email], 'Summer2026!')).toMatchObject({
      code: 1,
      output: expect.stringContaining('season'),
    });
    expect(await operate(env, ['reset-password', 'nobody@example.com'])).toEqual({
      code: 1,
      output: 'There is no account for nobody@example.com.\n',
    });
    for (const args of [
      [],
      ['reset-password'],
      ['reset-password', 'x'],
      ['reset-password', email, email],
      ['other', email],
    ]) {
      const { code, output } = await operate(env, args);
      expect([code, output.length > 0]).toEqual([2, true]);
    }
    const actors = await server.sql(`SELECT DISTINCT actor FROM audit_event WHERE action = 'user.password-reset'`);
    expect(actors).toEqual([{ actor: 'command line' }]);
    await server.close();
  });

  it('the same goes with the embedded database, with the server running and stopped', async () => {
    const dataDir = mkdtempSync(path.join(os.tmpdir(), 'license-server-operator-'));
    const settings = { PORT: '0', HOST: '127.0.0.1', DATA_DIR: dataDir, LOG_LEVEL: 'silent' };
    const signIn = (server: ServerProcess, password: string) =>
      new Api(server.url).signedIn(rootAccount.email, password);
    const reset = (password: string) => operate({ DATA_DIR: dataDir }, ['reset-password', rootAccount.email], password);

    const first = await ServerProcess.start(settings);
    const headers = { 'x-setup-token': first.setupToken ?? '' };
    const api = new Api(first.url);
    await api.post('/api/v1/setup/evaluation', undefined, headers).expect(200);
    await api.post('/api/v1/setup/account', rootAccount, headers).expect(200);
    await signIn(first, rootAccount.password);
    expect(await reset('while it runs')).toMatchObject({ code: 0 });
    await signIn(first, 'while it runs');
    await first.tell({ close: true });

    expect(await reset('while it is stopped')).toMatchObject({ code: 0 });
    const second = await ServerProcess.start(settings);
    await signIn(second, 'while it is stopped');
    await second.tell({ close: true });
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('nothing is made where there is no server, or none that is set up', async () => {
    const nowhere = await operate({ DATA_DIR: path.join(os.tmpdir(), 'no-such-folder') }, [
      'create-admin',
      'a@example.com',
    ]);
    expect(nowhere).toMatchObject({ code: 1, output: expect.stringContaining('There is no server in') });
    const server = await freshServer();
    const env = { DATABASE_URL: server.databaseUrl, DATA_DIR: server.dataDir };
    expect(await operate(env, ['create-admin', 'a@example.com'], 'correct horse battery')).toMatchObject({
      code: 1,
      output: expect.stringContaining('not set up yet'),
    });
    await server.close();
  });
});
