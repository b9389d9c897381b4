import { Global, Module } from '@nestjs/common';
import { ClientHold } from './client-hold.js';
import { Draining } from './draining.js';
import { OtherMethods } from './other-methods.js';

@Global()
@Module({
  providers: [ClientHold, Draining, OtherMethods],
  exports: [ClientHold, Draining],
})
export class HttpModule {}
