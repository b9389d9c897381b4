import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../audit/audit.module.js';
import { Logo } from './logo.entity.js';
import { LogoService } from './logo.service.js';
import { OrganizationLogoController } from './organization-logo.controller.js';
import { ServerLogoController } from './server-logo.controller.js';

@Module({
  imports: [TypeOrmModule.forFeature([Logo]), AuditModule],
  controllers: [OrganizationLogoController, ServerLogoController],
  providers: [LogoService],
  exports: [LogoService],
})
export class BrandingModule {}
