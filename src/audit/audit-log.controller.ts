import { Controller, Get, Header, Param, Query, StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { AccessRecord } from './access-record.js';
import { RootOnly } from '../access/access.js';
import { type Caller, CallerOf } from '../access/caller.js';
import { ApiProblems } from '../http/problem/api-problems.js';
import { AsCsv, attachment } from '../http/csv/csv.js';
import { IdPipe } from '../http/validation/validation.js';
import { Allow } from '../access/organization-permission.js';
import { AuditLogService } from './audit-log.service.js';
import { SealingService } from './evidence/sealing.service.js';
import { VerificationService } from './evidence/verification.service.js';
import { AuditEventPage, AuditExportQuery, AuditQuery, AuditVerification } from './dto/audit.js';

@ApiTags('Audit log')
@Controller('api/v1')
@ApiProblems({ 400: 'A filter that makes no sense.' })
export class AuditLogController {
  constructor(
    private readonly log: AuditLogService,
    private readonly sealing: SealingService,
    private readonly verification: VerificationService,
    private readonly access: AccessRecord,
  ) {}

  @Get('audit-events')
  @RootOnly()
  @ApiOperation({ summary: 'Who did what on this server; with `Accept: text/csv` all of it as CSV' })
  @ApiOkResponse({ type: AuditEventPage })
  all(
    @CallerOf() caller: Caller,
    @Query() query: AuditQuery,
    @AsCsv() asCsv: boolean,
  ): Promise<AuditEventPage | StreamableFile> {
    if (asCsv) return this.exportAll(caller, query);
    return this.log.list(undefined, query);
  }

  @Get('audit-events/verification')
  @RootOnly()
  @ApiOperation({ summary: 'Seal what is committed, then read the whole audit log and prove that nothing was changed' })
  @ApiOkResponse({ type: AuditVerification })
  async verify(): Promise<AuditVerification> {
    await this.sealing.seal();
    return this.verification.verify();
  }

  @Get('audit-events.csv')
  @RootOnly()
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Who did what on this server, as CSV' })
  @ApiProduces('text/csv')
  @ApiOkResponse({ type: String })
  exportAll(@CallerOf() caller: Caller, @Query() query: AuditExportQuery): Promise<StreamableFile> {
    return this.file(caller, undefined, query);
  }

  @Get('organizations/:organizationId/audit-events')
  @Allow('audit.view')
  @ApiOperation({ summary: 'Who did what in an organization; with `Accept: text/csv` all of it as CSV' })
  @ApiOkResponse({ type: AuditEventPage })
  ofOrganization(
    @CallerOf() caller: Caller,
    @Param('organizationId', IdPipe) organizationId: number,
    @Query() query: AuditQuery,
    @AsCsv() asCsv: boolean,
  ): Promise<AuditEventPage | StreamableFile> {
    if (asCsv) return this.exportOfOrganization(caller, organizationId, query);
    return this.log.list(organizationId, query);
  }

  @Get('organizations/:organizationId/audit-events.csv')
  @Allow('audit.view')
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Who did what in an organization, as CSV' })
  @ApiProduces('text/csv')
  @ApiOkResponse({ type: String })
  exportOfOrganization(
    @CallerOf() caller: Caller,
    @Param('organizationId', IdPipe) organizationId: number,
    @Query() query: AuditExportQuery,
  ): Promise<StreamableFile> {
    return this.file(caller, organizationId, query);
  }

  private async file(
    caller: Caller,
    organizationId: number | undefined,
    query: AuditExportQuery,
  ): Promise<StreamableFile> {
    const change = { action: 'audit-log.exported', organizationId, details: Object.fromEntries(Object.entries(query)) };
    await this.access.record({ actor: caller, change });
    const name = organizationId === undefined ? 'Audit log.csv' : `Audit log_${organizationId}.csv`;
    return new StreamableFile(this.log.export(organizationId, query), {
      type: 'text/csv; charset=utf-8',
      disposition: attachment(name),
    });
  }
}
