// What `npm run check:linux-service` does on the machine that it boots: installs the service, and tries what the manual says of it.
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import http from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { KatalonClient } from './katalon-client.mjs';

const server = 'http://127.0.0.1:8080';
const account = { email: 'ada@example.com', password: 'correct horse battery' };
const release = '/root/release';
const settings = '/etc/license-server/license-server.conf';
const service = 'license-server.service';

let failures = 0;

await step('install.sh installs and starts the service', async () => {
  sh(`cd /root && ${release}/bin/license-server license create-key vendor`);
  sh(
    `cd /root && ${release}/bin/license-server license issue ${release}/scripts/example-license.yaml --key vendor.private.pem -o acme.lic`,
  );
  sh(`${release}/deploy/install.sh --port 8080 --server-url ${server} --vendor-key /root/vendor.public.pem`);
  await ready();
});

await step('the unit leaves the service little of the machine', () => {
  const exposure = Number(
    /overall exposure level for \S+: ([\d.]+)/i.exec(sh(`systemd-analyze security ${service} || true`))?.[1],
  );
  if (!(exposure <= 2)) throw new Error(`systemd-analyze security says ${exposure}`);
  return `systemd-analyze security: ${exposure}`;
});

await step('a license activates it, and Studio gets a seat', async () => {
  const headers = { 'x-setup-token': readFileSync('/var/lib/license-server/setup-token', 'utf8').trim() };
  await call('/api/v1/setup/license', { license: readFileSync('/root/acme.lic', 'utf8') }, headers);
  await call('/api/v1/setup/account', { ...account, firstName: 'Ada', lastName: 'Lovelace' }, headers);
  await call('/api/v1/organizations', { name: 'Acme' }, await signedIn());
  await studio().activate();
});

await step('doctor finds nothing wrong', () => {
  sh(`runuser -u license-server -- license-server doctor`);
});

await step('kill -9 of the server process refuses no connection', () =>
  uninterrupted(() => process.kill(serverProcess(), 'SIGKILL')),
);

await step('kill -9 of the parent process refuses no connection', () =>
  uninterrupted(() => process.kill(mainProcess(), 'SIGKILL')),
);

await step('systemctl restart refuses no connection', () => uninterrupted(() => sh(`systemctl restart ${service}`)));

await step('systemctl reload replaces the server process only', async () => {
  const before = { main: mainProcess(), server: serverProcess() };
  await uninterrupted(() => sh(`systemctl reload ${service}`));
  await until(() => serverProcess() !== before.server, 'the server process is still the former one');
  if (mainProcess() !== before.main) throw new Error('the parent process is another one');
});

await step('an upgrade by install.sh refuses no connection, and Studio renews', async () => {
  const client = studio();
  await client.activate();
  await uninterrupted(() => sh(`${release}/deploy/install.sh`));
  if (!existsSync('/opt/license-server.before/bin/license-server')) throw new Error('the former version is not kept');
  const due = new Date(client.license.renewTime * 1000);
  if ((await client.heartbeat(due)) !== 'renewed') throw new Error('Studio did not renew');
});

await step('the nightly backup runs and can be restored', () => {
  sh('systemctl enable --now license-server-backup.timer');
  sh('systemctl start license-server-backup.service');
  const [file] = sh('ls /var/lib/license-server-backup/*.lsb').split('\n');
  const folder = '/var/lib/license-server-backup/restored';
  sh(
    `runuser -u license-server -- env DATA_DIR=${folder} license-server restore ${file} --config ${settings} ` +
      '--passphrase-file /etc/license-server/backup-passphrase',
  );
  if (!existsSync(`${folder}/secret.key`)) throw new Error('the secret key is not restored');
});

await step('systemctl stop closes the port', async () => {
  sh(`systemctl stop ${service}`);
  if ((await connect()) !== 'ECONNREFUSED') throw new Error('somebody still listens on the port');
});

await step('a PORT that is not the socket unit’s is refused in words, once', async () => {
  const before = readFileSync(settings, 'utf8');
  writeFileSync(settings, before.replace(/^PORT=.*$/m, 'PORT=8090'));
  sh(`systemctl start ${service} || true`);
  await until(() => property('ActiveState') === 'failed', `the service is ${property('ActiveState')}`);
  const log = sh(`journalctl -u ${service} -n 20 -o cat`);
  if (!/PORT is 8090, but systemd's socket unit listens on 8080/.test(log)) throw new Error(log);
  writeFileSync(settings, before);
  sh(`systemctl reset-failed ${service}; systemctl start ${service}`);
  await ready();
  await studio().activate();
});

console.log(failures === 0 ? 'All of this holds.' : `${failures} of these failed.`);

async function step(words, action) {
  const started = Date.now();
  try {
    const more = await action();
    console.log(`- ${words}${more ? ` (${more})` : ''}, ${((Date.now() - started) / 1000).toFixed(1)} s`);
  } catch (error) {
    const since = `@${Math.floor(started / 1000)}`;
    const log = sh(`journalctl -u 'license-server*' --since '${since}' -n 60 -o short-precise || true`);
    console.log(`- FAILED: ${words}: ${error.message}\n${log}`);
    failures++;
  }
}

/** Opens connections all the time, also after the action until the server answers: each is accepted, if late. */
async function uninterrupted(action) {
  let going = true;
  const refusals = [];
  let opened = 0;
  const knocking = (async () => {
    while (going) {
      const failure = await connect();
      opened++;
      if (failure) refusals.push(failure);
      await wait(5);
    }
  })();
  await wait(50);
  const started = Date.now();
  await action();
  await answered();
  const took = Date.now() - started;
  await ready();
  going = false;
  await knocking;
  if (refusals.length > 0) throw new Error(`${refusals.length} of ${opened} connections failed: ${refusals[0]}`);
  return `${opened} connections, an answer after ${(took / 1000).toFixed(1)} s`;
}

/** As a client does it: a request that goes down with the server is sent once more. */
async function answered(attempt = 1) {
  try {
    await new Promise((resolve, reject) => {
      http.get(`${server}/info`, { agent: false }, (answer) => resolve(answer.resume())).on('error', reject);
    });
  } catch (error) {
    if (error.code !== 'ECONNRESET' || attempt === 3) throw error;
    await answered(attempt + 1);
  }
}

/** @returns why there is no connection; undefined: there is one */
async function connect() {
  const socket = net.connect(8080, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return undefined;
  } catch (error) {
    return error.code;
  } finally {
    socket.destroy();
  }
}

async function ready() {
  const isReady = () =>
    fetch(`${server}/health/ready`, { headers: { connection: 'close' } }).then(
      ({ ok }) => ok,
      () => false,
    );
  await until(isReady, 'the server does not become ready', 120_000);
}

async function until(condition, otherwise, millis = 30_000) {
  for (const end = Date.now() + millis; Date.now() < end; await wait(100)) {
    if (await condition()) return;
  }
  throw new Error(otherwise);
}

async function call(address, body, headers) {
  const answer = await fetch(server + address, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${address}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

async function signedIn() {
  const body = new URLSearchParams({ grant_type: 'password', username: account.email, password: account.password });
  const answer = await fetch(`${server}/oauth/token`, { method: 'POST', body });
  const { access_token: token } = await answer.json();
  return { authorization: `Bearer ${token}` };
}

function studio() {
  return new KatalonClient({
    serverUrl: server,
    package: 'KSE',
    machineKey: 'f3a1c5d2e4b60789a1b2c3d4e5f60718',
    ...account,
  });
}

function mainProcess() {
  return Number(property('MainPID'));
}

/** The child of the parent process that serves. */
function serverProcess() {
  const parent = mainProcess();
  const children = readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8').trim().split(' ');
  return Number(children.findLast((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('--under-parent')));
}

function property(name) {
  return sh(`systemctl show -p ${name} --value ${service}`);
}

function sh(script) {
  const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', script], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${script}: exit code ${status}\n${stdout}${stderr}`);
  return stdout.trim();
}
