// `npm run check:container`: builds the image from a release and tries it as Docker Compose, Kubernetes and OpenShift run it. Needs
// Debian and root, and installs podman and what it needs. No registry is asked: the base images are made by debootstrap.
//   --release FOLDER  an unpacked release, in place of building one
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import net, { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { parseAllDocuments } from 'yaml';
import { ensureBuilt, ensureInstalled } from '../prepare.mjs';
import { debian, install, run } from './small-debian.mjs';

if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) {
  console.error('This check needs Debian, and root: it runs containers.');
  process.exit(2);
}
const { values: options } = parseArgs({ options: { release: { type: 'string' } } });
ensureInstalled();
if (!options.release) ensureBuilt();
install({
  debootstrap: 'debootstrap',
  podman: 'podman runc netavark aardvark-dns iptables',
  catatonit: 'catatonit',
  'podman-compose': 'podman-compose',
});

const root = path.dirname(path.dirname(import.meta.dirname));
const folder = mkdtempSync(path.join(os.tmpdir(), 'license-server-container-'));
const release = path.join(folder, 'release');
const podman = path.join(folder, 'podman');
const image = 'license-server:check';
const account = { email: 'ada@example.com', password: 'correct horse battery' };
/** As a cluster that trusts nobody runs it. */
const hardened = ['--read-only', '--tmpfs', '/tmp', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges'];
const { KatalonClient } = await import(pathToFileURL(path.join(root, 'dist/test/clients/katalon-client.js')).href);
const buildOptions = ['--layers=false', '--isolation', 'chroot', '--pull=never', '--format', 'docker'];
let failures = 0;

try {
  if (options.release) cpSync(options.release, release, { recursive: true, verbatimSymlinks: true });
  else run(process.execPath, ['scripts/package.mjs', '--directory', release], { cwd: root });
  makePodman();
  await checkImage();
  await checkCompose();
  await checkManifests();
} finally {
  spawnSync(podman, ['rm', '--all', '--force', '--time', '0'], { stdio: 'ignore' });
  spawnSync(podman, ['network', 'prune', '--force'], { stdio: 'ignore' });
  rmSync(folder, { recursive: true, force: true });
}
console.log(failures === 0 ? 'All of this holds.' : `${failures} of these failed.`);
process.exitCode = failures === 0 ? 0 : 1;

async function checkImage() {
  const volume = path.join(folder, 'volume');
  const port = await freePort();
  const server = `http://127.0.0.1:${port}`;
  const client = studio(server);
  const start = (name, ...more) =>
    podmanSays('run', '--detach', '--name', name, ...hardened, '-v', `${volume}:/var/lib/license-server`, ...more);
  const published = ['-p', `127.0.0.1:${port}:8080`, '-e', `SERVER_URL=${server}`, '-e', 'PORT=8080'];
  const vendor = [
    '-v',
    `${path.join(folder, 'vendor.public.pem')}:/vendor.pem:ro`,
    '-e',
    'VENDOR_KEY_FILES=/vendor.pem',
  ];

  await step('the image builds from a release, and its user has no rights', () => {
    importDebian('debian:bookworm-slim', debian());
    podmanSays('build', ...buildOptions, '-f', `${release}/deploy/Dockerfile`, '-t', image, release);
    const user = podmanSays('inspect', '--format', '{{.Config.User}}', image);
    if (user !== '10001:0') throw new Error(`its user is ${user}`);
    return `${(Number(podmanSays('inspect', '--format', '{{.Size}}', image)) / 1e6).toFixed(0)} MB`;
  });

  await step(
    'it starts as a user without an entry in passwd, with a read-only root, and Studio gets a seat',
    async () => {
      makeVolume(volume);
      makeLicense();
      start('first', '--user', '54321:0', ...published, ...vendor, image);
      await ready(server);
      const token = readFileSync(path.join(volume, 'setup-token'), 'utf8').trim();
      await activate(server, token, readFileSync(path.join(folder, 'acme.lic'), 'utf8'));
      await client.activate();
    },
  );

  await step('the health check tells', () => podmanSays('healthcheck', 'run', 'first'));

  await step('a second container on the volume is refused in words, and the first goes on', async () => {
    start('second', '--user', '54321:0', '-e', 'PORT=8081', ...vendor, image);
    const code = podmanSays('wait', 'second');
    const log = podmanLog('second');
    if (code !== '1' || !/in use|already|uses/.test(log)) throw new Error(`exit code ${code}: ${log}`);
    await renews(client);
    return log.trim().split('\n').at(-1).slice(0, 200);
  });

  await step('SIGTERM lets a request under way finish, and the database write everything', async () => {
    const answer = slowSignIn(port);
    await answer.begun;
    const stopping = spawn(podman, ['stop', '--time', '60', 'first'], { stdio: 'ignore' });
    await until(() => podmanLog('first').includes('SIGTERM'), 'the server does not hear SIGTERM');
    if (!(await answer.finish()).startsWith('HTTP/1.1 200')) throw new Error('the request was cut');
    await once(stopping, 'exit');
    const code = podmanSays('inspect', '--format', '{{.State.ExitCode}}', 'first');
    if (code !== '0') throw new Error(`exit code ${code}`);
    if (existsSync(path.join(volume, 'postgres/postmaster.pid'))) throw new Error('the database was not stopped');
  });

  await step('a volume whose group bits the platform has set (fsGroup) is put right, and Studio goes on', async () => {
    run('sh', [
      '-c',
      `chgrp -R 2000 ${volume} && chmod -R g+rwX ${volume} && find ${volume} -type d -exec chmod g+s {} +`,
    ]);
    start('third', '--user', '54321:0', '--group-add', '2000', ...published, ...vendor, image);
    await ready(server);
    await client.activate();
    podmanSays('stop', '--time', '60', 'third');
  });

  await step('a volume that cannot be written is refused in words', () => {
    chmodSync(volume, 0o555);
    const { status, stdout, stderr } = spawnSync(
      podman,
      ['run', '--rm', ...hardened, '--user', '65432:65432', '-v', `${volume}:/var/lib/license-server`, image],
      { encoding: 'utf8' },
    );
    chmodSync(volume, 0o770);
    if (status === 0 || !/may not write to \/var\/lib\/license-server/.test(stdout + stderr))
      throw new Error(stdout + stderr);
    return (stdout + stderr).trim().split('\n').at(-1).slice(0, 200);
  });
}

async function checkCompose() {
  const database = path.join(folder, 'postgres-root');
  const compose = (...args) => {
    const options = ['--podman-path', podman, '--podman-build-args', buildOptions.join(' '), '-f', 'compose.yaml'];
    const { status, stdout, stderr } = spawnSync('podman-compose', [...options, ...args], {
      cwd: path.join(release, 'deploy'),
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`podman-compose ${args.join(' ')}: ${stdout}${stderr}`);
    return stdout;
  };
  const server = 'http://127.0.0.1:8080';

  await step('the compose file starts the server with its PostgreSQL, and Studio gets a seat', async () => {
    makePostgresImage(database);
    writeFileSync(
      path.join(release, 'deploy/.env'),
      `SERVER_URL=${server}\nDATABASE_PASSWORD=a long random password\n`,
    );
    // As the comments in it say, for a development release.
    const file = path.join(release, 'deploy/compose.yaml');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace('# VENDOR_KEY_FILES', 'VENDOR_KEY_FILES').replace('# - ./vendor', '- ./vendor'));
    copyFileSync(path.join(folder, 'vendor.public.pem'), path.join(release, 'deploy/vendor.public.pem'));
    compose('up', '--detach', '--build');
    await ready(server);
    const token = podmanSays('exec', 'deploy_license-server_1', 'cat', '/var/lib/license-server/setup-token');
    await activate(server, token, readFileSync(path.join(folder, 'acme.lic'), 'utf8'));
    await studio(server).activate();
  });

  await step('the server outlives a restart of the database, and both a restart of all', async () => {
    compose('restart', 'database');
    await ready(server);
    compose('down');
    compose('up', '--detach');
    await ready(server);
    await studio(server).activate();
    compose('down');
  });
}

/** The schemas are those of Kubernetes' own OpenAPI document, as `kubernetes-models` has them. */
async function checkManifests() {
  await step('the manifests are what the schemas of Kubernetes allow', async () => {
    const schemas = path.join(folder, 'schemas');
    mkdirSync(schemas);
    run('npm', [
      'install',
      '--prefix',
      schemas,
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
      'kubernetes-models@5.1.0',
    ]);
    const file = path.join(root, 'deploy/kubernetes/license-server.yaml');
    const manifests = parseAllDocuments(readFileSync(file, 'utf8')).map((each) => each.toJS());
    for (const manifest of manifests) await validate(schemas, manifest);
    const wrong = { ...manifests.find(({ kind }) => kind === 'Deployment') };
    wrong.spec = { ...wrong.spec, replicas: 'one' };
    const refused = await validate(schemas, wrong).then(
      () => false,
      () => true,
    );
    if (!refused) throw new Error('the schema takes a number in words');
    return manifests.map(({ kind }) => kind).join(', ');
  });
}

async function validate(schemas, manifest) {
  const place = `node_modules/kubernetes-models/${manifest.apiVersion}/${manifest.kind}.js`;
  const module = await import(pathToFileURL(path.join(schemas, place)).href);
  new (module.default?.[manifest.kind] ?? module[manifest.kind])(manifest).validate();
}

/** Storage, network and runtime that need nothing of the machine but its kernel. */
function makePodman() {
  const configuration = path.join(folder, 'containers.conf');
  writeFileSync(
    configuration,
    `[network]
network_backend = "netavark"
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=4000:4000"]
`,
  );
  const places = `--root ${folder}/storage --runroot ${folder}/run --network-config-dir ${folder}/networks`;
  writeFileSync(
    podman,
    `#!/bin/sh\nCONTAINERS_CONF=${configuration} exec podman --log-level error --storage-driver overlay ${places} "$@"\n`,
    { mode: 0o755 },
  );
}

function importDebian(name, tree, changes = []) {
  const script = `tar -C ${tree} --exclude ./var/cache/apt/archives --exclude ./var/lib/apt/lists -c . | ${podman} import --quiet "$@" - docker.io/library/${name}`;
  run('sh', ['-c', script, 'sh', ...changes.flatMap((change) => ['--change', change])], { stdio: 'ignore' });
}

/** Stands for the image of the same name: Debian's PostgreSQL, with the variables of that image. */
function makePostgresImage(tree) {
  run('cp', ['-a', debian(), tree]);
  copyFileSync('/etc/resolv.conf', path.join(tree, 'etc/resolv.conf'));
  run('chroot', [tree, 'sh', '-c', 'apt-get update -qq && apt-get install -y -qq --no-install-recommends postgresql'], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    stdio: 'ignore',
  });
  writeFileSync(
    path.join(tree, 'usr/local/bin/entrypoint'),
    `#!/bin/sh
set -e
export PGDATA=/var/lib/postgresql/data
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  install -d -o postgres -g postgres -m 0700 "$PGDATA"
  echo "$POSTGRES_PASSWORD" > /tmp/password && chmod 644 /tmp/password
  runuser -u postgres -- initdb -U "$POSTGRES_USER" --pwfile=/tmp/password --encoding=UTF8 --locale=C.UTF-8
  echo 'host all all all scram-sha-256' >> "$PGDATA/pg_hba.conf"
  echo "CREATE DATABASE $POSTGRES_DB" | runuser -u postgres -- postgres --single -D "$PGDATA" postgres
fi
exec runuser -u postgres -- postgres -c listen_addresses='*'
`,
    { mode: 0o755 },
  );
  importDebian('postgres:17-bookworm', tree, [
    'ENTRYPOINT ["/usr/local/bin/entrypoint"]',
    'ENV PATH=/usr/lib/postgresql/15/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    'VOLUME /var/lib/postgresql/data',
  ]);
  rmSync(tree, { recursive: true, force: true });
}

function makeVolume(volume) {
  mkdirSync(volume);
  chownSync(volume, 10001, 0);
  chmodSync(volume, 0o770);
}

function makeLicense() {
  const program = path.join(release, 'bin/license-server');
  const issue = ['license', 'issue', path.join(release, 'scripts/example-license.yaml'), '--key', 'vendor.private.pem'];
  run(program, ['license', 'create-key', 'vendor'], { cwd: folder });
  run(program, [...issue, '-o', 'acme.lic'], { cwd: folder });
  chmodSync(path.join(folder, 'vendor.public.pem'), 0o644);
  chmodSync(folder, 0o755);
}

async function activate(server, token, license) {
  const headers = { 'x-setup-token': token };
  await call(`${server}/api/v1/setup/license`, { license }, headers);
  await call(`${server}/api/v1/setup/account`, { ...account, firstName: 'Ada', lastName: 'Lovelace' }, headers);
  const body = new URLSearchParams({ grant_type: 'password', username: account.email, password: account.password });
  const { access_token: access } = await (await fetch(`${server}/oauth/token`, { method: 'POST', body })).json();
  await call(`${server}/api/v1/organizations`, { name: 'Acme' }, { authorization: `Bearer ${access}` });
}

async function call(address, body, headers) {
  const answer = await fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${address}: ${answer.status} ${await answer.text()}`);
}

function studio(serverUrl) {
  return new KatalonClient({ serverUrl, package: 'KSE', machineKey: 'f3a1c5d2e4b60789a1b2c3d4e5f60718', ...account });
}

async function renews(client) {
  const due = new Date(client.license.renewTime * 1000);
  if ((await client.heartbeat(due)) !== 'renewed') throw new Error('Studio did not renew');
}

/** A request of which one half is sent at once, and the other when it is told to. */
function slowSignIn(port) {
  const body = `grant_type=password&username=${account.email}&password=${encodeURIComponent(account.password)}`;
  const socket = net.connect(port, '127.0.0.1');
  let answer = '';
  socket.on('data', (chunk) => (answer += chunk));
  const head = `POST /oauth/token HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-www-form-urlencoded\r\n`;
  const begun = (async () => {
    await once(socket, 'connect');
    socket.write(`${head}content-length: ${body.length}\r\nconnection: close\r\n\r\n${body.slice(0, 30)}`);
    // So that the server has read it before it is told to stop.
    await fetch(`http://127.0.0.1:${port}/health/live`);
  })();
  const finish = async () => {
    socket.write(body.slice(30));
    if (!socket.closed) await once(socket, 'close');
    return answer;
  };
  return { begun, finish };
}

async function ready(server) {
  const isReady = () =>
    fetch(`${server}/health/ready`, { headers: { connection: 'close' } }).then(
      ({ ok }) => ok,
      () => false,
    );
  await until(isReady, 'the server does not become ready', 180_000);
}

async function until(condition, otherwise, millis = 60_000) {
  for (const end = Date.now() + millis; Date.now() < end; await wait(200)) {
    if (await condition()) return;
  }
  throw new Error(otherwise);
}

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  return port;
}

function podmanLog(name) {
  const { stdout, stderr } = spawnSync(podman, ['logs', name], { encoding: 'utf8' });
  return stdout + stderr;
}

function podmanSays(...args) {
  const { status, stdout, stderr } = spawnSync(podman, args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  if (status !== 0) throw new Error(`podman ${args.join(' ')}: exit code ${status}\n${stdout}${stderr}`);
  return stdout.trim();
}

async function step(words, action) {
  const started = Date.now();
  try {
    const more = await action();
    console.log(`- ${words}${more ? ` (${more})` : ''}, ${((Date.now() - started) / 1000).toFixed(1)} s`);
  } catch (error) {
    const names = podmanSays('ps', '--all', '--format', '{{.Names}}').split('\n');
    const logs = names.map((name) => `${name}:\n${podmanLog(name).split('\n').slice(-5).join('\n')}`).join('\n');
    console.log(`- FAILED: ${words}: ${error.message}\n${logs}`);
    failures++;
  }
}
