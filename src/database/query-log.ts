import { Inject, Injectable } from '@nestjs/common';
import { type Logger as Log } from 'pino';
import { type Logger } from 'typeorm';
import { SETTINGS } from '../config/config.module.js';
import { type Settings } from '../config/settings.js';
import { LOG } from '../log/log.module.js';

/** Longest part of a statement that goes into the log. */
const maxLength = 2000;

/** Writes down the statements that take too long. Their parameters, which may be anybody's secrets, are never written. */
@Injectable()
export class QueryLog implements Logger {
  constructor(
    @Inject(LOG) private readonly log_: Log,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  logQuerySlow(millis: number, query: string): void {
    this.log_.warn({ millis, query: query.replaceAll(/\s+/g, ' ').trim().slice(0, maxLength) }, 'A slow query');
  }

  /** Runs a statement that does not go through TypeORM. */
  async timed<T>(query: string, work: () => Promise<T>): Promise<T> {
    const begin = Date.now();
    try {
      return await work();
    } finally {
      const millis = Date.now() - begin;
      if (this.settings.slowQueryMillis > 0 && millis > this.settings.slowQueryMillis) this.logQuerySlow(millis, query);
    }
  }

  // The caller learns of failures; the rest is not logged.
  logQuery(): void {
    return;
  }

  logQueryError(): void {
    return;
  }

  logSchemaBuild(): void {
    return;
  }

  logMigration(): void {
    return;
  }

  /** What happens to idle connections. */
  log(level: string, message: unknown): void {
    if (level === 'warn') this.log_.warn(String(message));
  }
}
