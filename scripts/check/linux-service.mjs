// `npm run check:linux-service`: installs the release as a service on a small Debian that boots a real systemd, in a container of
// systemd-nspawn with a network of its own. Needs Debian and root, and installs debootstrap and systemd-container.
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ensureBuilt, ensureInstalled } from '../prepare.mjs';

if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) {
  console.error('This check needs Debian, and root: it boots a machine.');
  process.exit(2);
}
ensureInstalled();
ensureBuilt();
need('debootstrap', 'debootstrap');
need('systemd-nspawn', 'systemd-container');

const root = path.dirname(path.dirname(import.meta.dirname));
const machine = path.join(mkdtempSync(path.join(os.tmpdir(), 'license-server-machine-')), 'root');
try {
  run('cp', ['-a', '--reflink=auto', debian(), machine]);
  run('cp', [process.execPath, path.join(machine, 'usr/local/bin/node')]);
  run(process.execPath, ['scripts/package.mjs', '--directory', path.join(machine, 'root/release')], { cwd: root });
  copyFileSync(path.join(root, 'dist/test/clients/katalon-client.js'), path.join(machine, 'root/katalon-client.mjs'));
  copyFileSync(path.join(import.meta.dirname, 'on-a-linux-machine.mjs'), path.join(machine, 'root/check.mjs'));
  writeFileSync(
    path.join(machine, 'etc/systemd/system/check.service'),
    `[Unit]
After=multi-user.target
[Service]
Type=oneshot
TimeoutStartSec=300
WorkingDirectory=/root
StandardOutput=append:/root/result
StandardError=append:/root/result
ExecStart=/usr/local/bin/node /root/check.mjs
ExecStopPost=/bin/systemctl --no-block poweroff
[Install]
WantedBy=default.target
`,
  );
  run('chroot', [machine, 'systemctl', 'enable', '--quiet', 'check.service']);
  const options = ['--directory', machine, '--boot', '--private-network', '--register=no', '--keep-unit', '--quiet'];
  const boot = spawnSync('systemd-nspawn', options, { encoding: 'utf8', timeout: 420_000 });
  const file = path.join(machine, 'root/result');
  const result = existsSync(file) ? readFileSync(file, 'utf8') : '';
  process.stdout.write(result);
  if (!result.endsWith('All of this holds.\n')) {
    console.error(result === '' ? `The machine did not boot: ${boot.stdout}${boot.stderr}` : 'The check failed.');
    process.exitCode = 1;
  }
} finally {
  rmSync(path.dirname(machine), { recursive: true, force: true });
}

/** A Debian with systemd and nothing else, kept for the next time. */
function debian() {
  const kept = path.join(os.tmpdir(), 'license-server-check-debian');
  if (!existsSync(kept)) {
    const fresh = `${kept}.${process.pid}`;
    mkdirSync(fresh);
    console.log('Installing a small Debian with systemd …');
    run('debootstrap', ['--variant=minbase', '--include=systemd,systemd-sysv,dbus', 'bookworm', fresh], {
      stdio: 'ignore',
    });
    renameSync(fresh, kept);
  }
  return kept;
}

function need(command, debianPackage) {
  if (spawnSync('which', [command]).status === 0) return;
  run('apt-get', ['update', '-qq']);
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', debianPackage], { stdio: 'ignore' });
}

function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'], ...options });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? `exit code ${status}`}`);
}
