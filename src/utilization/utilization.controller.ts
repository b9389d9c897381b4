import { Controller, Get, Header, Param, Query, StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { type Readable } from 'node:stream';
import { AccessRecord } from '../audit/access-record.js';
import { type Caller, CallerOf } from '../access/caller.js';
import { ApiProblems } from '../http/problem/api-problems.js';
import { AsCsv, attachment } from '../http/csv/csv.js';
import { IdPipe } from '../http/validation/validation.js';
import { Allow } from '../access/organization-permission.js';
import {
  UtilizationExportQuery,
  UtilizationGroupPage,
  UtilizationTotalsExportQuery,
  UtilizationTotalsQuery,
  UtilizationView,
  UtilizationSessionsQuery,
} from './dto/utilization.js';
import { UtilizationService } from './utilization.service.js';

@ApiTags('Utilization')
@Controller('api/v1/organizations/:organizationId')
export class UtilizationController {
  constructor(
    private readonly utilization: UtilizationService,
    private readonly access: AccessRecord,
  ) {}

  @Get('utilization')
  @Allow('utilization.view')
  @ApiOperation({ summary: 'Who used which seats, and how many at once; with `Accept: text/csv` all sessions as CSV' })
  @ApiOkResponse({ type: UtilizationView })
  @ApiProblems({ 400: '`from` is not before `to`, or there are too many intervals.' })
  get(
    @CallerOf() caller: Caller,
    @Param('organizationId', IdPipe) organizationId: number,
    @Query() query: UtilizationSessionsQuery,
    @AsCsv() asCsv: boolean,
  ): Promise<UtilizationView | StreamableFile> {
    if (asCsv) return this.export(caller, organizationId, query);
    return this.utilization.get(organizationId, query);
  }

  @Get('utilization/totals')
  @Allow('utilization.view')
  @ApiOperation({
    summary: 'How much each user, team, machine, model or product has used; with `Accept: text/csv` as CSV',
  })
  @ApiOkResponse({ type: UtilizationGroupPage })
  @ApiProblems({ 400: '`from` is not before `to`.' })
  totals(
    @CallerOf() caller: Caller,
    @Param('organizationId', IdPipe) organizationId: number,
    @Query() query: UtilizationTotalsQuery,
    @AsCsv() asCsv: boolean,
  ): Promise<UtilizationGroupPage | StreamableFile> {
    if (asCsv) return this.exportTotals(caller, organizationId, query);
    return this.utilization.totals(organizationId, query);
  }

  @Get('utilization/totals.csv')
  @Allow('utilization.view')
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'How much each user, team, machine, model or product has used, all of them as CSV' })
  @ApiProduces('text/csv')
  @ApiOkResponse({ type: String })
  @ApiProblems({ 400: '`from` is not before `to`.' })
  async exportTotals(
    @CallerOf() caller: Caller,
    @Param('organizationId', IdPipe) organizationId: number,
    @Query() query: UtilizationTotalsExportQuery,
  ): Promise<StreamableFile> {
    await this.recordExport(caller, organizationId, query);
    return fileOf(await this.utilization.exportTotals(organizationId, query));
  }

  @Get('utilization.csv')
  @Allow('utilization.view')
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'All sessions of a time as CSV' })
  @ApiProduces('text/csv')
  @ApiOkResponse({ type: String })
  @ApiProblems({ 400: '`from` is not before `to`.' })
  async export(
    @CallerOf() caller: Caller,
    @Param('organizationId', IdPipe) organizationId: number,
    @Query() query: UtilizationExportQuery,
  ): Promise<StreamableFile> {
    await this.recordExport(caller, organizationId, query);
    return fileOf(await this.utilization.export(organizationId, query));
  }

  private async recordExport(caller: Caller, organizationId: number, query: object): Promise<void> {
    const details = Object.fromEntries(Object.entries(query));
    await this.access.record({
      actor: caller,
      change: { action: 'utilization.exported', organizationId, details },
    });
  }
}

function fileOf({ fileName, text }: { fileName: string; text: Readable }): StreamableFile {
  return new StreamableFile(text, { type: 'text/csv; charset=utf-8', disposition: attachment(fileName) });
}
