// The service on Windows, of the release that this file is in. The Setup Wizard runs it. Run it yourself, as administrator, in a release that
// was unpacked from the archive, and after changing PORT in the settings:
//
//   bin\node.exe deploy\windows\service.mjs install --port 8080 --server-url http://licenses.example.com:8080
//
//   check      looks whether answers work, and changes nothing
//   prepare    before the program is replaced: checks the answers, or makes a backup and stops the service
//   install    writes the settings where there are none, and installs and starts the service
//   remove     stops and removes the service; keeps settings and data unless there is --delete-data
//
// Answers are those of `license-server setup`. While there are settings, they have no effect.
import { randomBytes } from 'node:crypto';
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs, parseEnv } from 'node:util';
import {
  closeFirewall,
  defineService,
  describeService,
  grant,
  must,
  openFirewall,
  run,
  runWindows,
  serviceSid,
  serviceState,
  setServiceValues,
  stopService,
} from './windows-tools.mjs';

const service = 'license-server';
const displayName = 'License server';
const release = path.dirname(path.dirname(import.meta.dirname));
const runner = path.join(release, 'bin', 'license-server-service.exe');

/** Those of `license-server setup` that are passed on. */
const answers = {
  port: { type: 'string' },
  'server-url': { type: 'string' },
  'database-url': { type: 'string' },
  'database-user': { type: 'string' },
  'database-password-file': { type: 'string' },
  'create-database': { type: 'boolean' },
};
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    ...answers,
    'vendor-key': { type: 'string' },
    // The folder of settings and data, and for `prepare` the program that is to be replaced.
    data: { type: 'string' },
    program: { type: 'string' },
    // Settings that are there already are those of an earlier installation.
    known: { type: 'boolean' },
    'delete-data': { type: 'boolean' },
    // Files: more options, one NAME=VALUE a line in UTF-16; the result, for the wizard; what was done.
    answers: { type: 'string' },
    report: { type: 'string' },
    log: { type: 'string' },
  },
});
const options = { ...values, ...(values.answers ? readAnswers(values.answers) : {}) };
const root = path.resolve(options.data ?? path.join(process.env.ProgramData ?? 'C:\\ProgramData', service));
const settings = path.join(root, 'license-server.conf');
const passphrase = path.join(root, 'backup-passphrase');
const folders = Object.fromEntries(['data', 'log', 'backup'].map((name) => [name, path.join(root, name)]));

const commands = { check, prepare, install, remove };
try {
  if (!commands[positionals[0]]) throw new Error(`The commands are ${Object.keys(commands).join(', ')}.`);
  report(await commands[positionals[0]]());
} catch (error) {
  writeLog(error.message);
  report(error.message);
  process.exitCode = 1;
}

function check() {
  const args = ['setup', '--check', '--config', settings, '--data-dir', folders.data, ...setupOptions()];
  must(licenseServer(release, args), '');
  return '';
}

async function prepare() {
  if (existsSync(root) && readdirSync(root).length > 0 && !options.known && serviceState(service) === 'missing')
    throw new Error(
      `${root} is not empty, and no installation has made it. Move it away, or choose another folder for the data.`,
    );
  if (!existsSync(settings)) return check();
  if (serviceState(service) !== 'missing') {
    backUp();
    await stopService(service);
  }
  return '';
}

/** With the version that is installed, while it runs. */
function backUp() {
  const program = options.program ?? release;
  if (!existsSync(path.join(program, 'bin', 'node.exe')) || !existsSync(passphrase)) {
    writeLog('No backup is made before the upgrade: the version that is installed has no passphrase for backups.');
    return;
  }
  mkdirSync(folders.backup, { recursive: true });
  const file = path.join(folders.backup, `before-upgrade-${new Date().toISOString().replace(/[:.]/g, '-')}.lsb`);
  const args = ['backup', file, '--config', settings, '--passphrase-file', passphrase];
  must(licenseServer(program, args), 'The backup before the upgrade failed, so nothing is upgraded.');
  writeLog(`The backup before the upgrade is ${file}.`);
}

async function install() {
  const isFresh = !existsSync(settings);
  const wasThere = existsSync(root);
  try {
    makeFolders();
    if (isFresh) writeSettings();
    closeFiles();
    await installService();
    start();
    writeLog('The service runs.');
    return summary();
  } catch (error) {
    if (isFresh) {
      await remove().catch((failure) => writeLog(failure.message));
      for (const place of wasThere ? [settings, passphrase] : [root]) rmSync(place, { recursive: true, force: true });
    }
    throw error;
  }
}

/** The service may read the settings, and write data, log and backups. */
function makeFolders() {
  const account = serviceSid(service);
  mkdirSync(root, { recursive: true });
  grant(root, account, 'RX', { isFolder: true });
  for (const folder of Object.values(folders)) {
    mkdirSync(folder, { recursive: true });
    grant(folder, account, 'M', { isFolder: true });
  }
}

function writeSettings() {
  const args = ['setup', '--yes', '--config', settings, '--data-dir', folders.data, ...setupOptions()];
  if (options['vendor-key']) {
    // The service may not look into the folder of whoever installs it.
    const kept = path.join(root, path.basename(options['vendor-key']));
    copyFileSync(options['vendor-key'], kept);
    args.push('--vendor-key', kept);
  }
  must(licenseServer(release, args), '');
  if (existsSync(passphrase)) return;
  writeFileSync(passphrase, `${randomBytes(24).toString('base64')}\r\n`);
  writeLog(`Keep a copy of ${passphrase} elsewhere: no backup can be restored without it.`);
}

function closeFiles() {
  for (const file of [settings, passphrase])
    if (existsSync(file)) grant(file, serviceSid(service), 'R', { isFolder: false });
}

async function installService() {
  await stopService(service);
  const node = path.join(release, 'bin', 'node.exe');
  const program = path.join(release, 'dist', 'cli', 'main.js');
  const server = path.join(release, 'deploy', 'windows', 'run-server.mjs');
  const log = path.join(folders.log, 'server.log');
  // An account of its own, without rights: PostgreSQL refuses to run with those of an administrator.
  defineService(service, { program: runner, displayName, account: `NT SERVICE\\${service}` });
  describeService(service, 'Hands out seats of Katalon Studio Enterprise and Katalon Runtime Engine.');
  // Of NSSM, as its manual has them.
  setServiceValues(service, 'Parameters', {
    Application: node,
    AppParameters: `--max-old-space-size=256 "${server}" start --config "${settings}"`,
    AppDirectory: root,
    AppStdout: log,
    AppStderr: log,
    AppRotateFiles: 1,
    AppRotateOnline: 1,
    AppRotateBytes: 10 * 1024 * 1024,
    // Only for what is left after `license-server stop`.
    AppStopMethodConsole: 60_000,
  });
  // The shell gives it a place to write to, which NSSM does not. Its own name stands without quotes: NSSM would not start it.
  const stop = `"${node}" "${program}" stop --config "${settings}" > "${path.join(folders.log, 'stop.log')}" 2>&1`;
  const shell = path.join(process.env.SystemRoot ?? 'C:\\Windows', 'System32', 'cmd.exe');
  setServiceValues(service, 'Parameters\\AppEvents\\Stop', { Pre: `${shell} /d /s /c "${stop}"` });
  // Settings do not get better by trying again.
  setServiceValues(service, 'Parameters\\AppExit', { '': 'Restart', 2: 'Exit' }, 'REG_SZ');
  const { status, said } = openFirewall(displayName, node, port());
  if (status !== 0) writeLog(`The firewall was not opened for port ${port()}: ${said}`);
}

function start() {
  must(runWindows('sc', 'start', service), 'The service could not be started.');
  const { status, said } = licenseServer(release, ['health', '--ready', '--wait', '120', '--config', settings]);
  if (status === 0) return;
  throw new Error(`The service does not answer. ${lastLines() || said}`);
}

/** Of the server's log. */
function lastLines() {
  const file = path.join(folders.log, 'server.log');
  const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
  // Why a start failed is told in words, apart from the lines of the log.
  const words = lines.filter((line) => !line.startsWith('{'));
  return (words.length > 0 ? words : lines).slice(-3).join('\n');
}

/** For the last page of the wizard: the Server URL, and on the next line the setup token, if the server is not activated yet. */
function summary() {
  const token = path.join(folders.data, 'setup-token');
  return `${setting('SERVER_URL')}\n${existsSync(token) ? readFileSync(token, 'utf8').trim() : ''}`;
}

async function remove() {
  await stopService(service);
  closeFirewall(displayName);
  if (serviceState(service) !== 'missing') {
    must(runWindows('sc', 'delete', service), 'The service could not be removed.');
  }
  if (options['delete-data']) rmSync(root, { recursive: true, force: true });
  return '';
}

function setupOptions() {
  const serverUrl = `http://${os.hostname().toLowerCase()}:${options.port ?? '8080'}`;
  const given = { 'server-url': serverUrl, ...options };
  return Object.entries(answers).flatMap(([name, { type }]) => {
    if (!given[name]) return [];
    return type === 'boolean' ? [`--${name}`] : [`--${name}`, given[name]];
  });
}

function licenseServer(program, args) {
  return run(path.join(program, 'bin', 'node.exe'), [path.join(program, 'dist', 'cli', 'main.js'), ...args]);
}

function port() {
  return setting('PORT') ?? '8080';
}

function setting(name) {
  const bytes = readFileSync(settings);
  // An editor may have saved it in UTF-16.
  const text = bytes.readUInt16LE(0) === 0xfeff ? bytes.toString('utf16le').slice(1) : bytes.toString();
  return parseEnv(text)[name];
}

/** Lines `NAME=VALUE`; no value stands for a question that was not answered. */
function readAnswers(file) {
  const lines = readFileSync(file, 'utf16le')
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/);
  return Object.fromEntries(
    lines.flatMap((line) => {
      const [, name, value] = /^([\w-]+)=(.+)$/.exec(line) ?? [];
      return name === undefined ? [] : [[name, value]];
    }),
  );
}

function report(text) {
  // The wizard reads UTF-16, and has room for a thousand characters.
  if (options.report) writeFileSync(options.report, `\uFEFF${text.slice(0, 900)}`, 'utf16le');
  else console.log(text);
}

function writeLog(text) {
  if (options.log) appendFileSync(options.log, `${new Date().toISOString()} ${positionals[0]}: ${text}\r\n`);
}
