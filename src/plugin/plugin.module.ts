import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { LicenseModule } from '../license/license.module.js';
import { OrganizationModule } from '../organization/organization.module.js';
import { DownloadRecord } from './download-record.js';
import { OrganizationPluginController } from './organization-plugin.controller.js';
import { PluginController } from './plugin.controller.js';
import { PluginService } from './plugin.service.js';
import { PluginStore } from './plugin-store.js';

@Module({
  imports: [AuditModule, LicenseModule, OrganizationModule],
  controllers: [PluginController, OrganizationPluginController],
  providers: [DownloadRecord, PluginService, PluginStore],
})
export class PluginModule {}
