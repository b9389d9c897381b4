import { type LoggerService } from '@nestjs/common';
import { pino, type Logger } from 'pino';
import { type LogLevel } from '../config/settings.js';

/** Structured logs, one JSON object a line. What could be a secret is removed wherever an object is logged. */
export function createLog(level: LogLevel): Logger {
  const secrets = ['password', 'token', 'authorization', 'cookie', 'secret', 'key', 'license'];
  return pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: secrets.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[removed]' },
  });
}

/** Nest's own messages in the same log. */
export class NestLog implements LoggerService {
  constructor(private readonly log_: Logger) {}

  log(message: unknown, context?: string): void {
    this.log_.debug({ context }, String(message));
  }

  warn(message: unknown, context?: string): void {
    this.log_.warn({ context }, String(message));
  }

  error(message: unknown, stack?: string, context?: string): void {
    this.log_.error({ context, stack }, String(message));
  }

  fatal(message: unknown, stack?: string, context?: string): void {
    this.log_.fatal({ context, stack }, String(message));
  }
}
