// `npm run check:api`: tries the OpenAPI document on a real server with Schemathesis, a fuzzer, as root, administrator, member and
// stranger: no request makes the server fail, what the document allows is accepted, and what it forbids is refused. Needs Python 3
// with venv, which gets Schemathesis into a temporary folder. With names of people, only they try.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ensureBuilt, ensureInstalled } from '../prepare.mjs';

/** Who tries, the least powerful first, and for how many seconds at most: single requests, and those that use what others have made. */
const people = [
  { name: 'stranger', seconds: { single: 30, stateful: 15 } },
  { name: 'alan', seconds: { single: 30, stateful: 15 } },
  { name: 'grace', seconds: { single: 60, stateful: 20 } },
  // Her address is the document's example: wrong passwords with it would lock her out.
  { name: 'ada', seconds: { single: 150, stateful: 40 }, spared: '/api/v1/auth/sign-in' },
];
const wanted = process.argv.slice(2);

ensureInstalled();
ensureBuilt();
const { fillWithSampleCompany, owner, sampleLicense, sampleSettings } =
  await import('../../dist/scripts/sample/sample-company.js');
const { ThrowAwayServer } = await import('../../dist/scripts/sample/throw-away-server.js');
const folder = mkdtempSync(path.join(os.tmpdir(), 'license-server-api-'));
// What the clients' activations would wait for.
const server = await ThrowAwayServer.start({ ...sampleSettings, CLIENT_HOLD_SECONDS: '0' });
// Else the server waits until its log is read.
server.child.stdout.resume();
server.child.stderr.resume();
try {
  const schemathesis = install();
  await setUp();
  const failed = [];
  for (const { name, seconds, spared } of people.filter((each) => wanted.length === 0 || wanted.includes(each.name))) {
    console.log(`== ${name}`);
    const single = await tries(schemathesis, { name, spared }, 'examples,coverage,fuzzing', seconds.single);
    const stateful = await tries(schemathesis, { name, spared }, 'stateful', seconds.stateful);
    if (!single || !stateful) failed.push(name);
    // Else all of it was refused from some request on, and proved nothing.
    await server.call('GET', '/api/v1/users/me', undefined, await server.signIn(addressOf(name), owner.password));
  }
  if (failed.length > 0) console.error(`The document and the server differ for ${failed.join(', ')}.`);
  process.exitCode = failed.length === 0 ? 0 : 1;
} finally {
  await server.stop();
  rmSync(folder, { recursive: true });
}

function install() {
  const bin = path.join(folder, 'venv', 'bin');
  run('python3', ['-m', 'venv', path.join(folder, 'venv')]);
  run(path.join(bin, 'pip'), ['install', '--quiet', '--disable-pip-version-check', 'schemathesis==4.32.5']);
  return path.join(bin, 'st');
}

/** A company with people, seats and history; an organization of the stranger, and one that root may delete. */
async function setUp() {
  const token = { 'x-setup-token': server.setupToken };
  await server.call('POST', '/api/v1/setup/license', { license: await sampleLicense() }, token);
  await server.call('POST', '/api/v1/setup/account', owner, token);
  await fillWithSampleCompany(server);
  const root = await server.signIn(owner.email, owner.password);
  const { id } = await server.call('POST', '/api/v1/organizations', { name: 'Elsewhere' }, root);
  await server.call('POST', '/api/v1/organizations', { name: 'To be deleted' }, root);
  const invitation = { emails: [addressOf('stranger')], role: 'ADMIN' };
  const [{ link }] = await server.call('POST', `/api/v1/organizations/${id}/invitations`, invitation, root);
  const acceptance = { password: owner.password, firstName: 'Sam', lastName: 'Stranger' };
  await server.call('POST', `/api/v1/invitations/${link.split('/').pop()}/accept`, acceptance);
}

function addressOf(name) {
  return `${name}@example.com`;
}

async function tries(schemathesis, { name, spared }, phases, seconds) {
  const bounds = `--seed 1 --max-examples 10 --max-time ${seconds} --generation-database none`.split(' ');
  const args = [
    'run',
    `${server.url}/api-json`,
    '--phases',
    phases,
    ...bounds,
    ...(spared ? ['--exclude-path', spared] : []),
  ];
  const child = spawn(schemathesis, ['--config-file', 'schemathesis.toml', ...args], {
    cwd: import.meta.dirname,
    stdio: 'inherit',
    env: { ...process.env, PERSON: addressOf(name), PASSWORD: owner.password, PYTHONDONTWRITEBYTECODE: '1' },
  });
  const [status] = await once(child, 'exit');
  return status === 0;
}

function run(command, args) {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? `exit code ${status}`}`);
}
