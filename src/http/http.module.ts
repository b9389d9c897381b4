import { Global, Module } from '@nestjs/common';
import { Draining } from './draining.js';
import { RefusalListeners } from './refusal-listeners.js';
import { OtherMethods } from './other-methods.js';

@Global()
@Module({ providers: [Draining, OtherMethods, RefusalListeners], exports: [Draining, RefusalListeners] })
export class HttpModule {}
