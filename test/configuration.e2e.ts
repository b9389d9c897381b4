import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { licenseServer } from './support/command.js';
import { freePort } from './support/network/free-port.js';
import { parentCommand, Program } from './support/program.js';

const folder = mkdtempSync(path.join(os.tmpdir(), 'license-server-configuration-'));
const dataDir = path.join(folder, 'data');
const file = path.join(folder, 'license-server.conf');

interface Finding {
  name: string;
  level: string;
  words: string;
}

afterEach(() => Program.endAll());
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What doctor finds out about a configuration file with these bytes. */
async function findings(content: Buffer | string, env: Record<string, string> = {}): Promise<Finding[]> {
  writeFileSync(file, content);
  const { output } = await licenseServer(env, ['doctor', '--json', '--config', file]);
  return JSON.parse(output) as Finding[];
}

/** The words of the findings of one name that are not in order. */
async function complaints(content: string, env: Record<string, string> = {}): Promise<string[]> {
  const found = await findings(content, env);
  return found.filter(({ name, level }) => name === 'configuration' && level !== 'ok').map(({ words }) => words);
}

/** As Windows saves it: with a byte order mark, and in UTF-16 the two bytes in either order. */
function saved(text: string, encoding: 'utf-8' | 'utf-16le' | 'utf-16be' | 'utf-16le without a mark'): Buffer {
  const bytes = Buffer.from(
    `${encoding.endsWith('mark') ? '' : '\uFEFF'}${text}`,
    encoding === 'utf-8' ? 'utf8' : 'utf16le',
  );
  return encoding === 'utf-16be' ? bytes.swap16() : bytes;
}

describe('A configuration file', () => {
  it.each(['utf-8', 'utf-16le', 'utf-16be', 'utf-16le without a mark'] as const)(
    'is read as an editor saves it: %s',
    async (encoding) => {
      const text = `PORT=70000\r\nDATA_DIR=${dataDir}\r\n`;
      writeFileSync(file, saved(text, encoding));
      const { code, output } = await licenseServer({}, ['doctor', '--config', file]);
      expect(code).toBe(1);
      // The first line counts too, which a byte order mark would hide.
      expect(output).toContain('PORT must be a whole number');
    },
  );

  it('that is no text is refused with the line that is wrong', async () => {
    writeFileSync(file, Buffer.from(`# M\xfcller\nPORT=8080\nSERVER_URL=http://m\xfcller.example\n`, 'latin1'));
    const { code, output } = await licenseServer({}, ['doctor', '--config', file]);
    expect(code).toBe(2);
    expect(output).toContain('line 3 is not UTF-8 text. Save the file as UTF-8.');
  });

  it('with a setting that does not exist is told so, with the nearest name', async () => {
    const text = `DATA_DIR=${dataDir}\nSEVER_URL=http://licenses.test\nMAXIMUM=3\nNODE_EXTRA_CA_CERTS=/etc/ca.pem\n`;
    expect(await complaints(text)).toEqual([
      'There is no setting SEVER_URL, so it has no effect. Did you mean SERVER_URL?',
      'There is no setting MAXIMUM, so it has no effect.',
    ]);
    // In an environment is much that is none of the server's business.
    const env = { DATABSE_URL: 'x', HOSTNAME: 'x', EDITOR: 'vi', PORTS: '1' };
    expect(await complaints(`DATA_DIR=${dataDir}\n`, env)).toEqual([
      'There is no setting DATABSE_URL, so it has no effect. Did you mean DATABASE_URL?',
    ]);
  });

  it('with a # in a value that is not quoted is told where the value ends', async () => {
    const text = `DATA_DIR=${dataDir}\nPORT=0 # any\nMETRICS_TOKEN=abcdefghijklmnopq#rst\nSERVER_URL='http://a.test/x'#y\n`;
    const [message, ...more] = await complaints(text);
    expect(message).toBe(
      'The value of METRICS_TOKEN ends before the # in line 3. If it is part of the value, put quotes around it.',
    );
    expect(more).toEqual([]);
  });

  it('warns at the start as well', async () => {
    writeFileSync(file, saved(`DATA_DIR=${dataDir}\nSEVER_URL=http://licenses.test\nMAXIMUM=3\n`, 'utf-8'));
    const program = new Program({}, [...parentCommand, '--config', file]);
    await program.ready();
    expect(program.output).toContain('There is no setting SEVER_URL, so it has no effect. Did you mean SERVER_URL?');
    expect(program.output.split('There is no setting SEVER_URL')).toHaveLength(2);
    expect(program.output).toContain('There is no setting MAXIMUM');
  });
});

describe('A Server URL', () => {
  it.each(['/api', '/health/', '/organizations', '/%61pi'])(
    'with the path %s of the server itself is refused before anything is done',
    async (pathname) => {
      const env = { DATA_DIR: path.join(folder, 'never'), SERVER_URL: `http://licenses.test${pathname}` };
      const program = new Program(env);
      expect(await program.exit()).toBe(2);
      expect(program.output).toContain('SERVER_URL must not have the path');
      expect(readdirSync(folder)).not.toContain('never');
      expect(await complaints('', env)).toEqual([expect.stringContaining('SERVER_URL must not have the path')]);
    },
  );
});

describe('The embedded PostgreSQL', () => {
  it('is not reached by the variables of PostgreSQL, nor is any command', async () => {
    const elsewhere = {
      PGSSLMODE: 'require',
      PGHOST: 'database.invalid',
      PGPORT: '6543',
      PGDATA: '/nowhere',
      PGOPTIONS: '-c no_such_setting=1',
      PGDATABASE: 'other',
      PGUSER: 'other',
      PGPASSWORD: 'other',
      PGCLIENTENCODING: 'LATIN1',
    };
    const env = { DATA_DIR: dataDir, SERVER_URL: 'http://licenses.test', ...elsewhere };
    const program = new Program(env, parentCommand);
    await (await program.ready()).get('/health/ready').expect(200);
    expect(await licenseServer(env, ['migrate'])).toMatchObject({ code: 0 });
    const { output } = await licenseServer({ ...env, PORT: '1' }, ['doctor', '--json']);
    const database = (JSON.parse(output) as Finding[]).filter(({ name }) => name.startsWith('database'));
    expect(database.map(({ level }) => level)).not.toContain('wrong');
  });

  it('that does not start is told at once in its own words, without lines of earlier runs', async () => {
    const log = path.join(dataDir, 'postgres', 'log');
    await new Program({ DATA_DIR: dataDir }).ready();
    await Program.endAll();
    // The log of today has lines of the run before.
    expect(
      readdirSync(log)
        .map((name) => readFileSync(path.join(log, name), 'utf8'))
        .join(''),
    ).toContain('ready to accept');
    appendFileSync(path.join(dataDir, 'postgres', 'postgresql.auto.conf'), "log_min_messages = 'nonsense'\n");
    const program = new Program({ DATA_DIR: dataDir });
    expect(await program.exit()).toBe(1);
    expect(program.output).toContain('The embedded PostgreSQL did not start.');
    expect(program.output).toContain('log_min_messages');
    expect(program.output).not.toContain('ready to accept');
  });
});

describe('`setup --check`', () => {
  it('says whether answers work, and writes nothing', async () => {
    const place = path.join(folder, 'checked');
    const port = await freePort();
    const check = (...more: string[]) =>
      licenseServer({}, [
        'setup',
        '--check',
        '--config',
        path.join(place, 'license-server.conf'),
        '--data-dir',
        path.join(place, 'data'),
        ...more,
      ]);
    const works = await check('--port', String(port));
    expect(works.output).toContain('These answers work. Nothing was written.');
    expect(works.code).toBe(0);
    const wrong = await check('--port', String(port), '--server-url', 'licenses', '--database-url', 'mysql://db/kit');
    expect(wrong.output).toContain('SERVER_URL must be');
    expect(wrong.output).toContain('DATABASE_URL must start with');
    expect(wrong.code).toBe(1);
    expect(existsSync(place)).toBe(false);
  });
});

describe('A restart', () => {
  it('says nothing of licenses that are not in force', async () => {
    const env = { DATA_DIR: path.join(folder, 'restart') };
    const first = new Program(env);
    const api = await first.ready();
    const token = readFileSync(path.join(env.DATA_DIR, 'setup-token'), 'utf8').trim();
    await api.post('/api/v1/setup/evaluation', undefined, { 'x-setup-token': token }).expect(200);
    await Program.endAll();
    const second = new Program(env);
    await second.ready();
    expect(second.output).not.toContain('not in force');
  });
});
