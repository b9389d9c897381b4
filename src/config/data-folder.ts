import {
  closeSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ClaimSocket } from './claim-socket.js';
import { fileIdentity, type FolderOwner, type OwnerIdentity, processLives, thisProcess } from './folder-owner.js';

/** Another server works in this data folder, or may. */
export class DataFolderInUseError extends Error {
  constructor(folder: string, owner: { pid?: number; host?: string; here: boolean; isCommand?: boolean }) {
    const place = owner.here ? '' : ` on ${owner.host}`;
    super(
      `${owner.isCommand ? 'A command of the license server' : 'Another license server'} (process ${owner.pid ?? 'unknown'}${place}) already uses the data folder ${folder}. ` +
        'Stop it first, or give this one a folder of its own with DATA_DIR.',
    );
    this.name = 'DataFolderInUseError';
    this.isHere = owner.here;
    this.isCommand = owner.isCommand ?? false;
  }

  /** Whether the owner runs on this machine, so that its database can be reached from here. */
  readonly isHere: boolean;
  /** Whether the owner is a command, which gives the folder back soon. */
  readonly isCommand: boolean;
}

export interface ClaimOptions {
  /** Takes the claim of a server that cannot be proven dead and cannot be asked either: an operator knows better. */
  takeOver?: boolean;
  /** Whether the owner starts a fresh server process at SIGHUP. */
  restarts?: boolean;
  /** Whether a command claims it, such as a backup. A server that starts meanwhile waits for it. */
  isCommand?: boolean;
  /** Told in words when the claim has to be waited for. */
  notify?: (message: string) => void;
  /** Called when another server has taken the folder over. Without it the process ends. */
  onLost?: (message: string) => void;
  /** Milliseconds after which the claim of another machine that shows no sign of life counts as dead. */
  staleMillis?: number;
  beatMillis?: number;
  /** Who claims; this process unless a test says otherwise. */
  identity?: OwnerIdentity;
}

const lockName = 'server.lock';

/** Three beats of a busy machine with a slow network volume fit in here with room to spare. */
const defaultStaleMillis = 30_000;
const defaultBeatMillis = 3_000;

/** Milliseconds that a server waits for a command: a backup or a migration of a large database takes its time. */
const commandMillis = 600_000;

/** Milliseconds for which a claim taken from another machine has to stand before it counts: another one may have done the same. */
const settleMillis = 1_000;

/**
 * The folder that one server has for itself. The claim is a lock file that every kernel sees, with a heartbeat in it for
 * those that cannot look up the owner's process; and beside it a listening socket, which its own kernel drops with the
 * process, so that after a crash on the same machine there is no wait.
 */
export class DataFolder {
  private timer: NodeJS.Timeout | undefined;
  private beating: Promise<void> = Promise.resolve();
  private released = false;

  private constructor(
    readonly path: string,
    private readonly claim: FolderOwner,
    private readonly socket: ClaimSocket | undefined,
    private readonly options: ClaimOptions,
  ) {}

  /**
   * Creates the folder if need be and claims it.
   *
   * @throws DataFolderInUseError when another process holds it, or may
   */
  static async claim(folder: string, options: ClaimOptions = {}): Promise<DataFolder> {
    mkdirSync(folder, { recursive: true });
    const real = realpathSync(folder);
    const identity = options.identity ?? thisProcess();
    // Only has to differ from that of every other claim.
    const token = `${identity.pid}-${process.hrtime.bigint()}-${Math.random().toString(36).slice(2)}`;
    const { restarts = false, isCommand = false } = options;
    const mine: FolderOwner = { ...identity, token, socket: '', restarts, isCommand, beat: 0 };
    await takePatiently(real, mine, options);
    const socket = await ClaimSocket.listen(real);
    const claimed = { ...mine, socket: socket?.identity ?? '' };
    const dataFolder = new DataFolder(folder, claimed, socket, options);
    writeFileSync(path.join(real, lockName), textOf(claimed));
    dataFolder.timer = setInterval(() => {
      dataFolder.beating = dataFolder.beat().catch(() => undefined);
    }, options.beatMillis ?? defaultBeatMillis).unref();
    return dataFolder;
  }

  /** The process that holds the folder or held it last; undefined: it does not exist. */
  static ownerOf(folder: string): FolderOwner | undefined {
    return readOwner(path.join(folder, lockName));
  }

  file(name: string): string {
    return path.join(this.path, name);
  }

  async release(): Promise<void> {
    if (this.released) return;
    this.released = true;
    clearInterval(this.timer);
    await this.beating;
    await this.socket?.close();
    if (readOwner(this.file(lockName))?.token === this.claim.token) rmSync(this.file(lockName), { force: true });
  }

  /** Written in place: a file renamed over it could hide the claim of another server that has taken this one. */
  private async beat(): Promise<void> {
    for (let attempt = 1; attempt <= 3; attempt++) {
      if (this.released) return;
      const owner = readOwner(this.file(lockName));
      if (owner?.token === this.claim.token) {
        this.claim.beat++;
        const file = await open(this.file(lockName), 'r+');
        await file.write(textOf(this.claim), 0).finally(() => file.close());
        return;
      }
      // A process that took it away by mistake puts it back at once.
      await delay(settleMillis / 4);
    }
    if (!this.released) this.lose();
  }

  private lose(): void {
    this.released = true;
    clearInterval(this.timer);
    const message = `Another license server has taken over the data folder ${this.path}; this one stops at once.`;
    if (this.options.onLost) this.options.onLost(message);
    else {
      console.error(message);
      process.exit(1);
    }
  }
}

/** Takes the folder, and waits for a command that has it: what starts a server at boot does not try twice. */
async function takePatiently(folder: string, mine: FolderOwner, options: ClaimOptions): Promise<void> {
  const end = process.hrtime.bigint() + BigInt(commandMillis) * 1_000_000n;
  let told = false;
  for (let attempt = 1; ;) {
    try {
      if (await take(folder, mine, options)) return;
      if (attempt++ === 5) throw new DataFolderInUseError(folder, { here: true });
    } catch (error) {
      const waits = error instanceof DataFolderInUseError && error.isCommand && !mine.isCommand;
      if (!waits || process.hrtime.bigint() > end) throw error;
      if (!told) options.notify?.(`${error.message.split('. ')[0]}. The server starts when it is done.`);
      told = true;
      await delay(200);
    }
  }
}

/** @returns false: another process was faster, look again */
async function take(folder: string, mine: FolderOwner, options: ClaimOptions): Promise<boolean> {
  const lock = path.join(folder, lockName);
  // A living socket proves a living owner, a server of an earlier version included.
  const answer = await ClaimSocket.ask(folder);
  if (typeof answer === 'number') {
    const isCommand = readOwner(lock)?.isCommand;
    throw new DataFolderInUseError(folder, { pid: answer || undefined, here: true, isCommand });
  }
  if (createExclusively(lock, textOf(mine))) return true;
  const owner = await settled(lock);
  if (owner === 'gone') return false;
  const isLocal = owner?.bootId === mine.bootId;
  const proof = owner && (await proofOf(owner, folder, mine));
  if (proof === 'lives') throw new DataFolderInUseError(folder, { ...owner, here: true });
  if (proof !== 'dead' && !options.takeOver) await watch(folder, owner, options);
  if (!removeLock(lock, owner?.token)) return false;
  if (!createExclusively(lock, textOf(mine))) return false;
  if (isLocal && proof === 'dead') return true;
  await delay(settleMillis);
  return readOwner(lock)?.token === mine.token;
}

/** What can be proven of an owner without waiting. */
async function proofOf(owner: FolderOwner, folder: string, here: OwnerIdentity): Promise<'lives' | 'dead' | undefined> {
  const lives = processLives(owner, here);
  if (lives !== undefined) return lives ? 'lives' : 'dead';
  if (owner.bootId !== here.bootId || owner.socket === '') return undefined;
  // The same kernel, for which a socket without a listener has no owner any more.
  const isConclusive = owner.socket === ClaimSocket.identityIn(folder);
  return isConclusive && (await ClaimSocket.ask(folder)) === 'nobody' ? 'dead' : undefined;
}

/**
 * Looks for signs of life of an owner that runs on another kernel, or cannot be seen from here. No clock of another machine is
 * believed: only a heartbeat that goes on counts, or stands still.
 *
 * @throws DataFolderInUseError when it lives
 */
async function watch(folder: string, owner: FolderOwner | undefined, options: ClaimOptions): Promise<void> {
  const staleMillis = options.staleMillis ?? defaultStaleMillis;
  const name = owner ? `process ${owner.pid} on ${owner.host}` : 'an unknown process';
  options.notify?.(
    `The data folder ${folder} belongs to ${name}, which has not given it back. If it shows no sign of life within ` +
      `${Math.ceil(staleMillis / 1000)} s, this server takes over. If you know that it has ended, start with --take-over.`,
  );
  const end = process.hrtime.bigint() + BigInt(staleMillis) * 1_000_000n;
  while (process.hrtime.bigint() < end) {
    await delay(Math.min(500, staleMillis / 10));
    const now = readOwner(path.join(folder, lockName));
    if (now && (now.token !== owner?.token || now.beat !== owner.beat)) {
      throw new DataFolderInUseError(folder, { ...now, here: false });
    }
  }
}

/** Removes the lock of a dead owner. Renamed first, so that of two starters only one removes it, and neither a living one. */
function removeLock(lock: string, token: string | undefined): boolean {
  const aside = `${lock}.${process.pid}.${process.hrtime.bigint()}`;
  try {
    renameSync(lock, aside);
  } catch {
    return false;
  }
  const isThatOne = readOwner(aside)?.token === token;
  if (!isThatOne) {
    try {
      linkSync(aside, lock);
    } catch (error) {
      // Some network volumes have no links.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') renameSync(aside, lock);
    }
  }
  rmSync(aside, { force: true });
  return isThatOne;
}

/** The owner, once the lock file is written: undefined where that never comes. */
async function settled(lock: string): Promise<FolderOwner | undefined | 'gone'> {
  for (let attempt = 1; attempt <= 20; attempt++) {
    const owner = readOwner(lock);
    if (owner) return owner;
    if (fileIdentity(lock) === '') return 'gone';
    await delay(50);
  }
  return undefined;
}

function createExclusively(file: string, text: string): boolean {
  try {
    const descriptor = openSync(file, 'wx', 0o600);
    try {
      writeFileSync(descriptor, text);
    } catch (error) {
      // On a full disk an empty claim would keep the next start waiting for an owner that does not exist.
      rmSync(file, { force: true });
      throw error;
    } finally {
      closeSync(descriptor);
    }
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function readOwner(file: string): FolderOwner | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as FolderOwner;
  } catch {
    return undefined;
  }
}

/** Of the same length at every beat, so that it can be written in place. */
function textOf({ beat, ...owner }: FolderOwner): string {
  return `${JSON.stringify({ ...owner, beat }).padEnd(600)}\n`;
}
