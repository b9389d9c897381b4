import { readFileSync, readlinkSync, statSync } from 'node:fs';
import os from 'node:os';

/** Which machine and process a claim on a data folder belongs to, as every kernel that sees the folder can read it. */
export interface OwnerIdentity {
  pid: number;
  host: string;
  /** Changes with every boot; machines that share it share a kernel, containers included. */
  bootId: string;
  /** Process numbers mean something only within it. */
  pidNamespace: string;
  /** Tells this process from a later one with the same number; empty where the system does not tell. */
  startTime: string;
  uid: number;
}

/** What stands in the lock file. */
export interface FolderOwner extends OwnerIdentity {
  /** Of this claim alone. */
  token: string;
  /** Device and inode of the owner's socket: where another process sees the same ones, the same kernel serves both. */
  socket: string;
  /** Whether it starts a fresh server process at SIGHUP. */
  restarts: boolean;
  /** Whether it is a command, such as a backup, which gives the folder back when it is done. */
  isCommand?: boolean;
  /** Counts up as long as the owner lives. */
  beat: number;
}

/** The identity of this process. */
export function thisProcess(): OwnerIdentity {
  return {
    pid: process.pid,
    host: os.hostname(),
    bootId: readOr('/proc/sys/kernel/random/boot_id', os.hostname()),
    pidNamespace: linkOr('/proc/self/ns/pid'),
    startTime: startTimeOf('self'),
    uid: process.getuid?.() ?? 0,
  };
}

/**
 * Whether the owner's process lives, as far as process numbers can prove it.
 *
 * @returns undefined: its number means nothing here, or it may be hidden from this user
 */
export function processLives(owner: OwnerIdentity, here: OwnerIdentity): boolean | undefined {
  if (owner.bootId !== here.bootId || owner.pidNamespace !== here.pidNamespace || owner.startTime === '') {
    return undefined;
  }
  // Without a /proc of its own namespace (`unshare --pid` alone), the numbers there are those of another one.
  if (linkOr('/proc/self') !== String(process.pid)) return undefined;
  const found = startTimeOf(String(owner.pid));
  if (found !== '') return found === owner.startTime;
  // /proc may hide what belongs to others (ProtectProc=invisible).
  return here.uid === owner.uid || here.uid === 0 ? false : undefined;
}

/** Device and inode of a file, which are the same for all processes of a kernel; empty: there is no such file. */
export function fileIdentity(file: string): string {
  try {
    const { dev, ino } = statSync(file, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    return '';
  }
}

/** Clock ticks after the boot. The name of a program, which stands before it, may hold blanks and brackets. */
function startTimeOf(process: string): string {
  const text = readOr(`/proc/${process}/stat`, '');
  const [state, ...rest] = text.slice(text.lastIndexOf(')') + 2).split(' ');
  // A zombie has ended, though its parent has not read its exit code yet.
  return state === 'Z' || state === 'X' ? '' : (rest[18] ?? '');
}

function readOr(file: string, otherwise: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return otherwise;
  }
}

function linkOr(file: string): string {
  try {
    return readlinkSync(file);
  } catch {
    return '';
  }
}
