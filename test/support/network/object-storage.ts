import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { freePort } from './free-port.js';
import { privateAuthority } from './private-authority.js';
import { until } from '../until.js';

/** A real S3 server, versitygw on a folder, over TLS by a private authority; `npm run check:object-storage` builds it. */
export class ObjectStorage {
  static readonly accessKey = 'license-server';
  static readonly secretKey = 'of the storage';
  static readonly bucket = 'backups';

  private process: ChildProcess | undefined;

  private constructor(
    private readonly folder: string,
    private readonly port: number,
  ) {}

  static async start(): Promise<ObjectStorage> {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'license-server-s3-'));
    const { ca, cert, key } = privateAuthority();
    for (const [name, text] of Object.entries({ ca, cert, key })) writeFileSync(path.join(folder, `${name}.pem`), text);
    mkdirSync(path.join(folder, 'data', ObjectStorage.bucket), { recursive: true });
    const storage = new ObjectStorage(folder, await freePort());
    await storage.run();
    return storage;
  }

  /** Of a license server that copies its backups to a folder of the bucket. */
  get settings(): Record<string, string> {
    return {
      BACKUP_S3_URL: `https://localhost:${this.port}/${ObjectStorage.bucket}/site-1`,
      BACKUP_S3_ACCESS_KEY: ObjectStorage.accessKey,
      BACKUP_S3_SECRET_KEY: ObjectStorage.secretKey,
      BACKUP_S3_CA_FILE: path.join(this.folder, 'ca.pem'),
    };
  }

  /** The objects in this folder of the bucket. */
  files(): string[] {
    try {
      return readdirSync(path.join(this.folder, 'data', ObjectStorage.bucket, 'site-1')).sort();
    } catch {
      return [];
    }
  }

  async run(): Promise<void> {
    const program = process.env.VERSITYGW;
    if (!program) throw new Error('VERSITYGW names no program: run this by `npm run check:object-storage`');
    const tls = ['--cert', path.join(this.folder, 'cert.pem'), '--key', path.join(this.folder, 'key.pem')];
    const keys = ['--access', ObjectStorage.accessKey, '--secret', ObjectStorage.secretKey];
    const backend = ['posix', path.join(this.folder, 'data')];
    this.process = spawn(program, [...keys, ...tls, '--port', `127.0.0.1:${this.port}`, ...backend], {
      stdio: 'ignore',
    });
    await until(() => listens(this.port), 20, 'the S3 server');
  }

  async stop(): Promise<void> {
    const { process } = this;
    this.process = undefined;
    if (!process) return;
    process.kill();
    await once(process, 'exit');
  }

  async close(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

async function listens(port: number): Promise<boolean> {
  const socket = net.connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
