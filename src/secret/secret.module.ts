import { Global, Module } from '@nestjs/common';
import { SETTINGS } from '../config/config.module.js';
import { type Settings } from '../config/settings.js';
import { SecretKey } from './secret-key.js';

@Global()
@Module({
  providers: [
    {
      provide: SecretKey,
      inject: [SETTINGS],
      useFactory: (settings: Settings) => SecretKey.load(settings.secretKeyFile),
    },
  ],
  exports: [SecretKey],
})
export class SecretModule {}
