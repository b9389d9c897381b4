import { type DynamicModule, Global, Module } from '@nestjs/common';
import { type Logger } from 'pino';

/** Injection token of the pino {@link Logger}. */
export const LOG = Symbol('Log');

@Global()
@Module({})
export class LogModule {
  static with(log: Logger): DynamicModule {
    return { module: LogModule, providers: [{ provide: LOG, useValue: log }], exports: [LOG] };
  }
}
