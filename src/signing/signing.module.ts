import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { RetiredSigningKey } from './retired-signing-key.entity.js';
import { SigningKey } from './signing-key.entity.js';
import { SigningService } from './signing.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([SigningKey, RetiredSigningKey])],
  providers: [SigningService],
  exports: [SigningService],
})
export class SigningModule {}
