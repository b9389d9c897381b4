import { Global, Module } from '@nestjs/common';
import { Draining } from './draining.js';
import { OtherMethods } from './other-methods.js';

@Global()
@Module({ providers: [Draining, OtherMethods], exports: [Draining] })
export class HttpModule {}
