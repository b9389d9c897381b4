import { type DynamicModule, Global, Module } from '@nestjs/common';
import { type Settings } from './settings.js';

/** Injection token of the {@link Settings}. */
export const SETTINGS = Symbol('Settings');

@Global()
@Module({})
export class ConfigModule {
  static with(settings: Settings): DynamicModule {
    return { module: ConfigModule, providers: [{ provide: SETTINGS, useValue: settings }], exports: [SETTINGS] };
  }
}
