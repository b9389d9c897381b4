import { type LoggerService } from '@nestjs/common';
import { pino, type LogFn, type Logger } from 'pino';
import { isConnectionTrouble } from '../errors/connection-trouble.js';
import { type LogLevel } from '../config/settings.js';
import { currentSpan } from '../tracing/current-span.js';

/** Structured logs, one JSON object a line. What could be a secret is removed wherever an object is logged. */
export function createLog(level: LogLevel): Logger {
  const secrets = ['password', 'token', 'authorization', 'cookie', 'secret', 'key', 'license'];
  return pino({
    level,
    base: null,
    mixin: () => currentSpan.getStore()?.ids ?? {},
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    hooks: { logMethod: withoutRepetitions() },
    redact: { paths: secrets.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[removed]' },
  });
}

/** Milliseconds for which work that fails for want of the database is not told again. */
const repetitionMillis = 60_000;

/** While the database is away each periodic task fails at every try; one line a minute of each tells it and keeps the cause in sight. */
function withoutRepetitions(): (this: Logger, args: Parameters<LogFn>, method: LogFn) => void {
  const told = new Map<string, number>();
  return function (args, method) {
    const [facts, message] = args as unknown as [{ err?: unknown; requestId?: string } | undefined, string | undefined];
    const repeats =
      typeof facts === 'object' && message && facts.requestId === undefined && isConnectionTrouble(facts.err);
    if (repeats) {
      const now = performance.now();
      if (now - (told.get(message) ?? -Infinity) < repetitionMillis) return;
      told.set(message, now);
    }
    method.apply(this, args);
  };
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
