import {
  DeleteObjectCommand,
  GetObjectCommand,
  paginateListObjectsV2,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { createReadStream, createWriteStream } from 'node:fs';
import path from 'node:path';
import { type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { rootCertificates } from 'node:tls';
import { type Settings } from '../config/settings.js';
import { BackupError } from './backup-error.js';

/** Milliseconds in which the storage must take a connection, and in which it must go on answering. */
const connectMillis = 10_000;
const silenceMillis = 60_000;

/** Bytes that are sent at a time; S3 takes 10,000 of these parts. */
const partBytes = 16 * 1024 * 1024;

/** A backup in the storage. */
export interface StoredBackup {
  name: string;
  bytes: number;
  modifiedAt: Date;
}

/** The folder of a bucket that `BACKUP_S3_URL` names. Its SDK takes a while to load: import this file when it is needed. */
export class BackupStorage {
  readonly url: string;
  private readonly client: S3Client;
  private readonly bucket: string;
  /** What the names of all objects in the folder begin with. */
  private readonly prefix: string;

  /** @param settings with `backupS3Url` and its keys */
  constructor(settings: Settings) {
    const { backupS3Url = '', backupS3Region: region, backupS3AccessKey = '', backupS3SecretKey = '' } = settings;
    const url = new URL(backupS3Url);
    const [bucket = '', ...folders] = decodeURIComponent(url.pathname).split('/').filter(Boolean);
    this.url = backupS3Url;
    this.bucket = bucket;
    this.prefix = folders.map((folder) => `${folder}/`).join('');
    const ca = settings.backupS3Ca === undefined ? undefined : [...rootCertificates, settings.backupS3Ca];
    this.client = new S3Client({
      endpoint: url.origin,
      // The name of the bucket would need a record in the company's name server.
      forcePathStyle: true,
      region,
      credentials: { accessKeyId: backupS3AccessKey, secretAccessKey: backupS3SecretKey },
      requestHandler: { connectionTimeout: connectMillis, socketTimeout: silenceMillis, httpsAgent: { ca } },
      // The newer checksums are unknown to many storages; backups have their own.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    });
  }

  /**
   * The backups in the folder, oldest first.
   *
   * @throws BackupError
   */
  async list(): Promise<StoredBackup[]> {
    const found: StoredBackup[] = [];
    await this.asking(async () => {
      const where = { Bucket: this.bucket, Prefix: this.prefix, Delimiter: '/' };
      for await (const { Contents = [] } of paginateListObjectsV2({ client: this.client }, where)) {
        for (const { Key = '', Size: bytes = 0, LastModified: modifiedAt = new Date(0) } of Contents) {
          if (Key.endsWith('.lsb')) found.push({ name: Key.slice(this.prefix.length), bytes, modifiedAt });
        }
      }
    });
    return found.sort((one, other) => one.modifiedAt.getTime() - other.modifiedAt.getTime());
  }

  /**
   * Stores a file under its name. It is there when it is complete.
   *
   * @param signal ends it early
   * @throws BackupError
   */
  async upload(file: string, signal: AbortSignal): Promise<void> {
    const upload = new Upload({
      client: this.client,
      params: { ...this.object(path.basename(file)), Body: createReadStream(file) },
      partSize: partBytes,
      queueSize: 2,
    });
    const abort = (): void => void upload.abort();
    signal.addEventListener('abort', abort);
    try {
      await this.asking(() => upload.done());
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  /** @throws BackupError */
  async download(name: string, file: string): Promise<void> {
    await this.asking(async () => {
      const { Body } = await this.client.send(new GetObjectCommand(this.object(name)));
      await pipeline(Body as Readable, createWriteStream(file, { flags: 'wx', mode: 0o600 }));
    });
  }

  /** @throws BackupError */
  async delete(name: string): Promise<void> {
    await this.asking(() => this.client.send(new DeleteObjectCommand(this.object(name))));
  }

  close(): void {
    this.client.destroy();
  }

  private object(name: string): { Bucket: string; Key: string } {
    return { Bucket: this.bucket, Key: `${this.prefix}${name}` };
  }

  /** @throws BackupError in place of what the SDK throws */
  private async asking(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      throw new BackupError(`${this.url}: ${this.describe(error as Error)}`, { cause: error });
    }
  }

  private describe(error: Error): string {
    const { name, message } = error;
    const { code } = error as NodeJS.ErrnoException;
    const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
    if (name === 'NoSuchBucket') return `there is no bucket ${this.bucket}.`;
    if (name === 'NoSuchKey') return 'there is no such backup.';
    if (status === 401 || status === 403) {
      return `the storage refuses BACKUP_S3_ACCESS_KEY and BACKUP_S3_SECRET_KEY here (${name}).`;
    }
    if (status !== undefined) return `the storage answered ${status} (${[name, message].filter(Boolean).join(': ')}).`;
    return `the storage cannot be reached (${code ?? message}).`;
  }
}
