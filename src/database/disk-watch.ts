import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { statfs } from 'node:fs/promises';
import { Gauge } from 'prom-client';
import { type Logger } from 'pino';
import { Clock } from '../clock/clock.js';
import { PeriodicTask } from '../concurrency/periodic-task.js';
import { SETTINGS } from '../config/config.module.js';
import { type Settings } from '../config/settings.js';
import { LOG } from '../log/log.module.js';
import { Metrics } from '../metrics/metrics.js';

/**
 * Bytes that are free below which nothing can be relied on to be written (PostgreSQL stops when it cannot have another 16 MiB for
 * its write-ahead log), and below which an administrator should free space.
 */
const fullBytes = 20_000_000;
const lowBytes = 200_000_000;
const lookMillis = 5_000;

export const diskStates = ['ok', 'low', 'full'] as const;
export type DiskState = (typeof diskStates)[number];

/** Knows how much space the disk of the data folder has, and says in the log when it has run out, and when there is some again. */
@Injectable()
export class DiskWatch implements OnModuleInit, OnApplicationShutdown {
  private freeBytes = Infinity;
  private told: DiskState = 'ok';
  private toldAt = new Date(0);
  private readonly looking = new PeriodicTask(
    () => this.look(),
    lookMillis,
    () => undefined,
  );

  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(LOG) private readonly log: Logger,
    private readonly clock: Clock,
    { registry }: Metrics,
  ) {
    const free = (): number => this.freeBytes;
    new Gauge({
      name: 'license_server_disk_free_bytes',
      help: 'Bytes that are free on the disk of the data folder',
      registers: [registry],
      collect() {
        if (Number.isFinite(free())) this.set(free());
      },
    });
  }

  async onModuleInit(): Promise<void> {
    await this.look();
    this.looking.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.looking.stop();
  }

  get state(): DiskState {
    if (this.freeBytes < fullBytes) return 'full';
    return this.freeBytes < lowBytes ? 'low' : 'ok';
  }

  /** As of the last look, and since when it has been so. */
  get facts(): { state: DiskState; since: Date; freeBytes: number } {
    return { state: this.told, since: this.toldAt, freeBytes: this.freeBytes };
  }

  /** Never fails: where the system does not tell, nothing is known. */
  async look(): Promise<void> {
    const { dataDir } = this.settings;
    try {
      const { bavail, bsize } = await statfs(dataDir);
      this.freeBytes = bavail * bsize;
    } catch {
      return;
    }
    const { state } = this;
    if (state === this.told) return;
    const facts = { dataDir, freeBytes: this.freeBytes };
    if (state === 'full')
      this.log.error(facts, 'The disk of the data folder is full: make room, and the server goes on');
    else if (state === 'low') this.log.warn(facts, 'The disk of the data folder is nearly full: make room');
    else this.log.info(facts, 'The disk of the data folder has space again');
    this.told = state;
    this.toldAt = this.clock.now();
  }
}
