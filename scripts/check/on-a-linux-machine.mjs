// What `npm run check:linux-service` does on the machine that it boots, once for each phase: installs the packages, and tries what
// the manual says of them. The machine is switched off after each phase.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import http from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { KatalonClient } from './katalon-client.mjs';

const server = 'http://127.0.0.1:8080';
const account = { email: 'ada@example.com', password: 'correct horse battery' };
const settings = '/etc/license-server/license-server.conf';
const service = 'license-server.service';
const backups = '/var/lib/license-server-backup';
const places = [settings, '/etc/license-server', '/var/lib/license-server', '/opt/license-server', backups];
const install = 'dpkg -i /root/license-server.deb';
/** Nobody answers the questions of packages. */
process.env.DEBIAN_FRONTEND = 'noninteractive';

let failures = 0;
const phases = { install: installAndTry, reboot: rebootAndRemove, previous: upgradeFromPrevious, rpm: tryRpm };
await phases[process.argv[2]]();
console.log(failures === 0 ? 'All of this holds.' : `${failures} of these failed.`);

async function installAndTry() {
  await step('on a full disk neither the package nor the archive leaves anything behind', async () => {
    await sh('mount -t tmpfs -o size=40m tmpfs /opt');
    await refused(install, /No space left on device/);
    await sh('dpkg --purge license-server || true');
    await refused('/root/release/deploy/install.sh --port 8080', /Nothing was installed/);
    if (readdirSync('/opt').length > 0) throw new Error(`in /opt: ${readdirSync('/opt').join(', ')}`);
    await sh('umount /opt');
    await nothingIsLeft();
  });

  await step('answers that do not work are refused in words, and leave nothing that runs', async () => {
    await vendorKey();
    await preseed({ 'vendor-key': '/root/vendor.public.pem', 'server-url': server });
    const other = net.createServer().listen(8080, '0.0.0.0');
    await refused(install, /The port 8080 is taken by another program[^]*dpkg --configure license-server/);
    other.close();
    for (const place of ['/etc/license-server', '/var/lib/license-server'])
      if (existsSync(place)) throw new Error(`${place} is there`);
    await preseed({ database: 'external', 'database-url': 'postgresql://127.0.0.1:1/kit' });
    await refused('dpkg --configure license-server', /127\.0\.0\.1:1/);
    await preseed({ database: 'embedded', 'database-url': '' });
  });

  await step('the package starts the service, and tells what to keep', async () => {
    const said = await sh('dpkg --configure license-server 2>&1');
    for (const words of ['setup token', 'Keep a copy of /etc/license-server/backup-passphrase'])
      if (!said.includes(words)) throw new Error(said);
    if (existsSync('/root/.license-server')) throw new Error('something is in the home of root');
    await ready();
  });

  await step('the unit leaves the service little of the machine', async () => {
    const said = await sh(`systemd-analyze security ${service} || true`);
    const exposure = Number(/overall exposure level for \S+: ([\d.]+)/i.exec(said)?.[1]);
    if (!(exposure <= 2)) throw new Error(`systemd-analyze security says ${exposure}`);
    return `systemd-analyze security: ${exposure}`;
  });

  await step('a license activates it, and Studio gets a seat', activate);

  await step('doctor finds nothing wrong', async () => {
    await sh('runuser -u license-server -- license-server doctor');
  });

  await step('kill -9 of the server process refuses no connection', () =>
    uninterrupted(async () => process.kill(await serverProcess(), 'SIGKILL')),
  );

  await step('kill -9 of the parent process refuses no connection', () =>
    uninterrupted(async () => process.kill(await mainProcess(), 'SIGKILL')),
  );

  await step('systemctl restart refuses no connection', () => uninterrupted(() => sh(`systemctl restart ${service}`)));

  await step('systemctl reload replaces the server process only', async () => {
    const before = { main: await mainProcess(), server: await serverProcess() };
    await uninterrupted(() => sh(`systemctl reload ${service}`));
    await until(async () => (await serverProcess()) !== before.server, 'the server process is still the former one');
    if ((await mainProcess()) !== before.main) throw new Error('the parent process is another one');
  });

  await step('an upgrade makes a backup, refuses no connection, and Studio renews', async () => {
    const client = studio();
    await client.activate();
    const said = await uninterrupted(() => sh(install));
    if (readdirSync(backups).length !== 1) throw new Error('there is no backup');
    await renews(client);
    return said;
  });

  await step('an upgrade whose backup finds the disk full upgrades nothing, and the server goes on', async () => {
    const before = await mainProcess();
    await sh(`mount -t tmpfs -o size=8k tmpfs ${backups}`);
    try {
      await refused(install, /nothing is upgraded, and the server keeps running/);
    } finally {
      await sh(`umount ${backups}`);
    }
    if ((await mainProcess()) !== before) throw new Error('the service was restarted');
    await ready();
  });

  await step('the timer makes a backup, and it can be restored', async () => {
    await sh('systemctl enable --now license-server-backup.timer');
    await sh('systemctl start license-server-backup.service');
    const file = `${backups}/${readdirSync(backups).sort().at(-1)}`;
    const folder = `${backups}/restored`;
    await sh(
      `runuser -u license-server -- env DATA_DIR=${folder} license-server restore ${file} --config ${settings} ` +
        '--passphrase-file /etc/license-server/backup-passphrase',
    );
    if (!existsSync(`${folder}/secret.key`)) throw new Error('the secret key is not restored');
  });

  await step('a key that the service may not read is named, once', async () => {
    await sh('chmod 600 /etc/license-server/vendor.public.pem');
    await fails(/VENDOR_KEY_FILES[^]*vendor\.public\.pem/);
    await sh('chmod 644 /etc/license-server/vendor.public.pem');
  });

  await step('a PORT that is not the socket unit’s is refused in words, once', async () => {
    await sh(`sed -i 's/^PORT=.*/PORT=8090/' ${settings}`);
    await fails(/PORT is 8090, but systemd's socket unit listens on 8080/);
    await sh('/opt/license-server/deploy/set-up-service.sh');
    if ((await connect(8090)) !== undefined) throw new Error('set-up-service.sh has not moved the port');
    await sh(`sed -i 's/^PORT=.*/PORT=8080/' ${settings} && /opt/license-server/deploy/set-up-service.sh`);
    await studio().activate();
  });
}

async function rebootAndRemove() {
  await step('after a reboot it runs, and Studio goes on', async () => {
    await ready();
    await studio().activate();
    if ((await sh('systemctl is-active license-server-backup.timer')) !== 'active') throw new Error('the timer is off');
  });

  await step('a second installation on the machine is refused the port and the folder, in words', async () => {
    const setUp = '/root/release/bin/license-server setup --yes --config /root/second.conf';
    await refused(`${setUp} --data-dir /root/second --port 8080`, /The port 8080 is taken/);
    await refused('/root/release/deploy/install.sh', /installed as a package here/);
    await sh(`${setUp} --data-dir /var/lib/license-server --port 8081`);
    await refused('/root/release/bin/license-server start --config /root/second.conf', /in use|runs|uses/);
    await ready();
  });

  await step('systemctl stop closes the port', async () => {
    await sh(`systemctl stop ${service}`);
    // It waits for the service only: the socket unit is stopped with it, and may take a moment longer.
    await until(async () => (await connect()) === 'ECONNREFUSED', 'a program still listens on the port');
    await sh(`systemctl start ${service}`);
    await ready();
  });

  await step('remove keeps the data, and installing again goes on with it', async () => {
    await sh('dpkg --remove license-server');
    if ((await connect()) !== 'ECONNREFUSED') throw new Error('a program still listens on the port');
    if (existsSync('/opt/license-server')) throw new Error('the program is still there');
    await sh(install);
    await ready();
    await studio().activate();
  });

  await step('purge removes everything', async () => {
    await sh('dpkg --purge license-server');
    await nothingIsLeft();
  });
}

async function upgradeFromPrevious() {
  await step('0.1.0 is installed from its archive, and Studio gets a seat', async () => {
    await vendorKey();
    await sh(
      `/root/previous/deploy/install.sh --port 8080 --server-url ${server} --vendor-key /root/vendor.public.pem`,
    );
    await ready();
    await activate();
    if ((await version()) !== '0.1.0') throw new Error(`it is ${await version()}`);
  });

  await step('the package takes it over: a backup, no refused connection, and Studio renews', async () => {
    const client = studio();
    await client.activate();
    const said = await uninterrupted(() => sh(install));
    if ((await version()) === '0.1.0') throw new Error('0.1.0 still runs');
    if (readdirSync(backups).length !== 1) throw new Error('there is no backup');
    if (existsSync(`/etc/systemd/system/${service}`))
      throw new Error('the unit of install.sh hides that of the package');
    await sh('runuser -u license-server -- license-server doctor');
    await renews(client);
    return said;
  });

  await step('purge removes it', async () => {
    await sh('dpkg --purge license-server');
    await nothingIsLeft();
  });
}

async function tryRpm() {
  // What the package requires has other names on Debian.
  const rpm = (...args) => sh(`rpm --nodeps ${args.join(' ')} 2>&1`);

  await step('the .rpm tells what to run, and this starts the service', async () => {
    await vendorKey();
    const said = await rpm('-i', '/root/license-server.rpm');
    const [, script] = /sudo (\S+set-up-service\.sh)/.exec(said) ?? [];
    if (!script) throw new Error(said);
    await sh(`${script} --port 8080 --server-url ${server} --vendor-key /root/vendor.public.pem`);
    await ready();
    await activate();
    await sh('runuser -u license-server -- license-server doctor');
  });

  await step('its upgrade makes a backup, refuses no connection, and Studio renews', async () => {
    const client = studio();
    await client.activate();
    const said = await uninterrupted(() => rpm('-U', '/root/newer.rpm'));
    if (readdirSync(backups).length !== 1) throw new Error('there is no backup');
    await renews(client);
    return said;
  });

  await step('its upgrade whose backup finds the disk full upgrades nothing, and the server goes on', async () => {
    const before = await mainProcess();
    await sh(`mount -t tmpfs -o size=8k tmpfs ${backups}`);
    try {
      await refused('rpm --nodeps -U --oldpackage /root/license-server.rpm', /nothing is upgraded/);
    } finally {
      await sh(`umount ${backups}`);
    }
    if ((await mainProcess()) !== before) throw new Error('the service was restarted');
  });

  await step('its removal closes the port and keeps the data, and installing again goes on with it', async () => {
    await rpm('-e', 'license-server');
    await until(async () => (await connect()) === 'ECONNREFUSED', 'a program still listens on the port');
    if (existsSync('/opt/license-server/bin')) throw new Error('the program is still there');
    await rpm('-i', '/root/newer.rpm');
    await ready();
    await studio().activate();
  });
}

async function vendorKey() {
  if (existsSync('/root/acme.lic')) return;
  const program = '/root/release/bin/license-server';
  await sh(`cd /root && ${program} license create-key vendor`);
  await sh(
    `cd /root && ${program} license issue /root/release/scripts/example-license.yaml --key vendor.private.pem -o acme.lic`,
  );
}

/** Answers to the questions of the package. */
async function preseed(answers) {
  const types = { database: 'select', port: 'string' };
  const lines = Object.entries(answers).map(
    ([name, value]) => `license-server license-server/${name} ${types[name] ?? 'string'} ${value}\n`,
  );
  writeFileSync('/root/answers', lines.join(''));
  await sh('debconf-set-selections /root/answers');
}

async function activate() {
  const headers = { 'x-setup-token': readFileSync('/var/lib/license-server/setup-token', 'utf8').trim() };
  await call('/api/v1/setup/license', { license: readFileSync('/root/acme.lic', 'utf8') }, headers);
  await call('/api/v1/setup/account', { ...account, firstName: 'Ada', lastName: 'Lovelace' }, headers);
  await call('/api/v1/organizations', { name: 'Acme' }, await signedIn());
  await studio().activate();
}

async function renews(client) {
  const due = new Date(client.license.renewTime * 1000);
  if ((await client.heartbeat(due)) !== 'renewed') throw new Error('Studio did not renew');
}

async function nothingIsLeft() {
  const left = places.filter((place) => existsSync(place));
  if (left.length > 0) throw new Error(`still there: ${left.join(', ')}`);
  const more = await sh(
    'getent passwd license-server; find / -xdev -name "*license-server*" -not -path "/root/*" -not -path "/proc/*" ' +
      '-not -path "/var/log/*" -not -path "/sys/*" -not -path "/run/*" || true',
  );
  if (more !== '') throw new Error(`still there: ${more}`);
}

/** The service ends with words, and is not tried again; it works once what is wrong is put right. */
async function fails(words) {
  await sh(`systemctl restart ${service} || true`);
  await until(async () => (await property('ActiveState')) === 'failed', 'the service does not fail');
  const log = await sh(`journalctl -u ${service} -n 20 -o cat`);
  if (!words.test(log)) throw new Error(log);
  await sh(`systemctl reset-failed ${service}`);
}

async function refused(script, words) {
  let said;
  try {
    said = await sh(`${script} 2>&1`);
  } catch (error) {
    if (words.test(error.message)) return;
    throw error;
  }
  throw new Error(`${script} succeeded: ${said}`);
}

async function version() {
  return (await (await fetch(`${server}/info`)).json()).version;
}

async function step(words, action) {
  const started = Date.now();
  try {
    const more = await action();
    console.log(`- ${words}${more ? ` (${more})` : ''}, ${((Date.now() - started) / 1000).toFixed(1)} s`);
  } catch (error) {
    const since = `@${Math.floor(started / 1000)}`;
    const log = await sh(`journalctl -u 'license-server*' --since '${since}' -n 60 -o short-precise || true`);
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
async function connect(port = 8080) {
  const socket = net.connect(port, '127.0.0.1');
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

async function mainProcess() {
  return Number(await property('MainPID'));
}

/** The child of the parent process that serves. */
async function serverProcess() {
  const parent = await mainProcess();
  const children = readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8').trim().split(' ');
  return Number(children.findLast((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('--under-parent')));
}

function property(name) {
  return sh(`systemctl show -p ${name} --value ${service}`);
}

/** Runs a script while this process goes on, for it is also the one that knocks. */
async function sh(script) {
  const child = spawn('/bin/sh', ['-c', script], { stdio: ['ignore', 'pipe', 'pipe'] });
  const [stdout, stderr, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  if (status !== 0) throw new Error(`${script}: exit code ${status}\n${stdout}${stderr}`);
  return stdout.trim();
}
