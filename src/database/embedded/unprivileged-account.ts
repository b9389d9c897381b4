import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, lchownSync, lstatSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

/** Only root could run PostgreSQL here. */
export class NoUnprivilegedAccountError extends Error {}

/**
 * Who runs PostgreSQL, which refuses root. A normal user runs it as itself. Root runs it as the system's `nobody`; where
 * that user cannot reach the folder (a home folder, a private temporary one), in a user namespace, in which root's own
 * files belong to a user without privileges.
 */
export class Account {
  private constructor(
    readonly uid: number | undefined,
    readonly gid: number | undefined,
    private readonly namespace: boolean,
  ) {}

  /**
   * @param folder where the database's files are or will be; its parent exists
   * @param program the PostgreSQL executable that must be reachable
   * @throws NoUnprivilegedAccountError
   */
  static for(folder: string, program: string): Account {
    if (process.getuid?.() !== 0) return new Account(undefined, undefined, false);
    const nobody = nobodyOf(readFileSync('/etc/passwd', 'utf8'));
    const parent = path.dirname(folder);
    if (nobody && reaches(nobody, parent) && runs({ ...nobody }, program, ['--version'])) {
      return new Account(nobody.uid, nobody.gid, false);
    }
    const account = new Account(0, 0, true);
    if (runs({}, ...account.command(program, ['--version']))) return account;
    throw new NoUnprivilegedAccountError(
      `PostgreSQL refuses to run as root, and no other user can reach ${parent}. Run the server as a normal user, ` +
        'put it and its DATA_DIR into folders that every user may enter (for example under /opt and /var/lib), ' +
        'or set DATABASE_URL to a PostgreSQL of your own.',
    );
  }

  /** Options for `spawn`. */
  get identity(): { uid?: number; gid?: number } {
    if (this.namespace || this.uid === undefined || this.gid === undefined) return {};
    return { uid: this.uid, gid: this.gid };
  }

  /** The program and arguments for `spawn`. */
  command(program: string, args: string[]): [string, string[]] {
    if (!this.namespace) return [program, args];
    return ['unshare', ['--user', '--map-user=65534', '--map-group=65534', '--', program, ...args]];
  }

  /** Makes a folder and all in it this account's, where it is not yet. */
  own(folder: string): void {
    if (this.uid === undefined || this.gid === undefined || !existsSync(folder)) return;
    if (lstatSync(folder).uid === this.uid) return;
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      lchownSync(path.join(folder, name), this.uid, this.gid);
    }
    // The folder itself last: it tells the next start that all within is done.
    lchownSync(folder, this.uid, this.gid);
  }
}

/**
 * Takes a folder of PostgreSQL from everybody but its owner: with more rights than `rwxr-x---` PostgreSQL refuses it. Platforms that mount
 * a volume for a group (`fsGroup` of Kubernetes) give that group all rights, at each mount.
 */
export function closeToOthers(folder: string): void {
  if (process.platform !== 'win32' && (lstatSync(folder).mode & 0o027) !== 0) chmodSync(folder, 0o700);
}

function nobodyOf(passwd: string): { uid: number; gid: number } | undefined {
  const fields = passwd
    .split('\n')
    .map((line) => line.split(':'))
    .find(([name]) => name === 'nobody');
  return fields ? { uid: Number(fields[2]), gid: Number(fields[3]) } : undefined;
}

function reaches(identity: { uid: number; gid: number }, folder: string): boolean {
  return runs(identity, 'test', ['-x', folder]);
}

function runs(identity: { uid?: number; gid?: number }, program: string, args: string[]): boolean {
  return spawnSync(program, args, { ...identity, cwd: '/', stdio: 'ignore' }).status === 0;
}
