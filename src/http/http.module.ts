import { Global, Module } from '@nestjs/common';
import { ClientHold } from './client-hold.js';
import { Draining } from './draining.js';
import { RefusalListeners } from './refusal-listeners.js';
import { OtherMethods } from './other-methods.js';

@Global()
@Module({
  providers: [ClientHold, Draining, OtherMethods, RefusalListeners],
  exports: [ClientHold, Draining, RefusalListeners],
})
export class HttpModule {}
