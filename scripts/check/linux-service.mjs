// `npm run check:linux-service`: installs the packages on small Debians that boot a real systemd, in containers of systemd-nspawn with
// a network of their own. Needs Debian and root, and installs debootstrap and systemd-container.
//   --phase NAME  only this one of: install, previous, rpm
import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { writeRpm } from '../package/rpm.mjs';
import { ensureBuilt, ensureInstalled } from '../prepare.mjs';
import { previousRelease } from './previous-release.mjs';
import { debian, install, run } from './small-debian.mjs';

if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) {
  console.error('This check needs Debian, and root: it boots a machine.');
  process.exit(2);
}
const { values: options } = parseArgs({ options: { phase: { type: 'string' } } });
ensureInstalled();
ensureBuilt();
install({ debootstrap: 'debootstrap', 'systemd-nspawn': 'systemd-container', rpmbuild: 'rpm' });

const root = path.dirname(path.dirname(import.meta.dirname));
const folder = mkdtempSync(path.join(os.tmpdir(), 'license-server-machine-'));
const success = 'All of this holds.\n';
/** What happens on each machine, and from which release it comes. */
const machines = { install: ['install', 'reboot'], previous: ['previous'], rpm: ['rpm'] };
try {
  run(process.execPath, ['scripts/package.mjs', '--formats', 'tar.gz,deb', '--output', folder], { cwd: root });
  run('sh', ['-c', `mkdir release && tar xzf *.tar.gz -C release --strip-components 1`], { cwd: folder });
  run('sh', ['-c', 'mv *.deb license-server.deb'], { cwd: folder });
  for (const [name, phases] of Object.entries(machines)) {
    if (options.phase && options.phase !== name) continue;
    const machine = makeMachine(name);
    for (const phase of phases) if (!boot(machine, phase)) process.exitCode = 1;
    rmSync(machine, { recursive: true, force: true });
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
if (!process.exitCode) console.log('The packages for Linux do what the manual says.');

/** A Debian with what the check needs on it. */
function makeMachine(name) {
  const machine = path.join(folder, name);
  run('cp', ['-a', '--reflink=auto', debian(), machine]);
  const home = path.join(machine, 'root');
  cpSync(path.join(folder, 'release'), path.join(home, 'release'), { recursive: true, verbatimSymlinks: true });
  copyFileSync(path.join(folder, 'license-server.deb'), path.join(home, 'license-server.deb'));
  copyFileSync(path.join(root, 'dist/test/clients/katalon-client.js'), path.join(home, 'katalon-client.mjs'));
  copyFileSync(path.join(import.meta.dirname, 'on-a-linux-machine.mjs'), path.join(home, 'check.mjs'));
  if (name === 'previous') {
    // It needs Node.js on the machine.
    copyFileSync(path.join(home, 'release/bin/node'), path.join(machine, 'usr/local/bin/node'));
    cpSync(previousRelease(), path.join(home, 'previous'), { recursive: true, verbatimSymlinks: true });
  }
  if (name === 'rpm') addRpms(machine, home);
  return machine;
}

/** The package for Red Hat, a newer one, and the program that installs them: on Debian, for no other system is at hand. */
function addRpms(machine, home) {
  const release = { description: 'License server', builtAt: new Date(1_700_000_000_000) };
  writeRpm(path.join(folder, 'release'), path.join(home, 'license-server.rpm'), { ...release, version: '1.0.0' });
  writeRpm(path.join(folder, 'release'), path.join(home, 'newer.rpm'), { ...release, version: '1.0.1' });
  copyFileSync('/etc/resolv.conf', path.join(machine, 'etc/resolv.conf'));
  const script = 'apt-get update -qq && apt-get install -y -qq --no-install-recommends rpm';
  run('chroot', [machine, 'sh', '-c', script], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    stdio: 'ignore',
  });
}

/** @returns whether all of it held */
function boot(machine, phase) {
  const unit = path.join(machine, 'etc/systemd/system/check.service');
  writeFileSync(
    unit,
    `[Unit]
After=multi-user.target
[Service]
Type=oneshot
TimeoutStartSec=1200
WorkingDirectory=/root
StandardOutput=append:/root/${phase}.result
StandardError=append:/root/${phase}.result
ExecStart=/root/release/bin/node /root/check.mjs ${phase}
ExecStopPost=/bin/systemctl --no-block poweroff
[Install]
WantedBy=default.target
`,
  );
  run('chroot', [machine, 'systemctl', 'enable', '--quiet', 'check.service']);
  const args = ['--directory', machine, '--boot', '--private-network', '--register=no', '--keep-unit', '--quiet'];
  const { stdout, stderr } = spawnSync('systemd-nspawn', args, { encoding: 'utf8', timeout: 1_500_000 });
  const file = path.join(machine, `root/${phase}.result`);
  const result = existsSync(file) ? readFileSync(file, 'utf8') : '';
  process.stdout.write(result);
  if (result.endsWith(success)) return true;
  console.error(result === '' ? `The machine did not boot: ${stdout}${stderr}` : 'The check failed.');
  return false;
}
