// What the installation asks of Windows: its service manager, its firewall and the access rights of folders.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const system = path.join(process.env.SystemRoot ?? 'C:\\Windows', 'System32');
const administrators = '*S-1-5-32-544';
const localSystem = '*S-1-5-18';
const services = 'HKLM\\SYSTEM\\CurrentControlSet\\Services';

/**
 * Runs a program without a window. What it says goes through a file, so that a process which it starts and which outlives it keeps no
 * pipe open.
 *
 * @returns its exit code, null if it could not be started, and what it said
 */
export function run(program, args) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'license-server-'));
  const file = path.join(folder, 'output');
  const output = openSync(file, 'w');
  try {
    const { status, error } = spawnSync(program, args, { stdio: ['ignore', output, output], windowsHide: true });
    return { status, said: (error?.message ?? readFileSync(file, 'utf8')).trim() };
  } finally {
    closeSync(output);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs a program of Windows. */
export function runWindows(name, ...args) {
  return run(path.join(system, `${name}.exe`), args);
}

/** @throws Error with what the program said */
export function must({ status, said }, what) {
  if (status !== 0) throw new Error(`${what} ${said || `Exit code ${status}.`}`.trim());
}

/**
 * Gives a folder or file to administrators, and takes it away from everyone else, with all that is in it.
 *
 * @param place where it is
 * @param account who also has a right, as a SID
 * @param right `RX`, `M` or `R`, as icacls calls them
 */
export function grant(place, account, right, { isFolder }) {
  const inherited = isFolder ? '(OI)(CI)' : '';
  const who = [`${administrators}:${inherited}F`, `${localSystem}:${inherited}F`, `*${account}:${inherited}${right}`];
  must(runWindows('icacls', place, '/setowner', administrators, '/T', '/C', '/Q'), `${place} could not be taken over.`);
  must(
    runWindows('icacls', place, '/inheritance:r', '/grant:r', ...who, '/Q'),
    `The access rights of ${place} could not be set.`,
  );
}

/** The SID of a service's own account, `NT SERVICE\NAME`: made of its name, so it is known before the service is. */
export function serviceSid(name) {
  const hash = createHash('sha1').update(Buffer.from(name.toUpperCase(), 'utf16le')).digest();
  return `S-1-5-80-${[0, 4, 8, 12, 16].map((offset) => hash.readUInt32LE(offset)).join('-')}`;
}

/** @returns `missing`, `stopped` or `running`, which may also mean that it is about to start or to stop */
export function serviceState(name) {
  const { status, said } = runWindows('sc', 'query', name);
  if (status !== 0) return 'missing';
  return /:\s*1\s+STOPPED/.test(said) ? 'stopped' : 'running';
}

/**
 * Stops a service that runs, and waits for its end.
 *
 * @throws Error when it does not end
 */
export async function stopService(name, seconds = 90) {
  if (serviceState(name) !== 'running') return;
  const { said } = runWindows('sc', 'stop', name);
  for (const end = Date.now() + seconds * 1000; Date.now() < end;) {
    if (serviceState(name) !== 'running') return;
    await wait(250);
  }
  throw new Error(`The service ${name} does not stop. ${said}`);
}

/**
 * Creates a service that starts with Windows, or redefines one that has another program.
 *
 * @param definition its program; the name that people see; the account that it runs as, which needs no password
 */
export function defineService(name, { program, displayName, account }) {
  const state = serviceState(name);
  if (state !== 'missing' && programOf(name) === plain(`"${program}"`)) return;
  const values = { 'binPath=': `"${program}"`, 'start=': 'auto', 'obj=': account, 'DisplayName=': displayName };
  const verb = state === 'missing' ? 'create' : 'config';
  must(runWindows('sc', verb, name, ...Object.entries(values).flat()), 'The service could not be installed.');
}

function programOf(name) {
  const { said } = runWindows('reg', 'query', `${services}\\${name}`, '/v', 'ImagePath');
  return plain(/ImagePath\s+REG_\w+\s+(.*)/.exec(said)?.[1] ?? '');
}

/** Windows' programs write in one of many code pages, so only the letters that all of them share are compared. */
function plain(text) {
  return text.replace(/[^\x21-\x7e]/g, '');
}

export function describeService(name, text) {
  runWindows('sc', 'description', name, text);
}

/** Sets values of a key below that of a service; numbers are stored as such, and the name '' is the default value. */
export function setServiceValues(name, key, values, textType = 'REG_EXPAND_SZ') {
  const full = `${services}\\${name}\\${key}`;
  for (const [value, data] of Object.entries(values)) {
    const type = typeof data === 'number' ? 'REG_DWORD' : textType;
    const named = value === '' ? ['/ve'] : ['/v', value];
    must(runWindows('reg', 'add', full, ...named, '/t', type, '/d', String(data), '/f'), `${full} cannot be written.`);
  }
}

/** Lets clients reach a program on a port, in place of what was let through before. */
export function openFirewall(name, program, port) {
  closeFirewall(name);
  const rule = [`name=${name}`, 'dir=in', 'action=allow', 'protocol=TCP', `localport=${port}`, `program=${program}`];
  return runWindows('netsh', 'advfirewall', 'firewall', 'add', 'rule', ...rule);
}

export function closeFirewall(name) {
  runWindows('netsh', 'advfirewall', 'firewall', 'delete', 'rule', `name=${name}`);
}
