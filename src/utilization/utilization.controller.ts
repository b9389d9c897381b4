import { Controller, Get, Header, Headers, Param, Query, StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { AccessRecord } from '../audit/access-record.js';
import { type Caller, CallerOf } from '../access/caller.js';
import { ApiProblems } from '../http/problem/api-problems.js';
import { attachment } from '../http/csv.js';
import { IdPipe } from '../http/validation.js';
import { Allow } from '../access/organization-permission.js';
import { UtilizationGroupPage, UtilizationQuery, UtilizationTotalsQuery, UtilizationView } from './dto/utilization.js';
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
    @Query() query: UtilizationQuery,
    @Headers('accept') accept = '',
  ): Promise<UtilizationView | StreamableFile> {
    if (/^text\/csv\b/i.test(accept)) return this.export(caller, organizationId, query);
    return this.utilization.get(organizationId, query);
  }

  @Get('utilization/totals')
  @Allow('utilization.view')
  @ApiOperation({ summary: 'How much each user, team, machine, model or product has used' })
  @ApiOkResponse({ type: UtilizationGroupPage })
  @ApiProblems({ 400: '`from` is not before `to`.' })
  totals(
    @Param('organizationId', IdPipe) organizationId: number,
    @Query() query: UtilizationTotalsQuery,
  ): Promise<UtilizationGroupPage> {
    return this.utilization.totals(organizationId, query);
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
    @Query() query: UtilizationQuery,
  ): Promise<StreamableFile> {
    const change = {
      action: 'utilization.exported',
      organizationId,
      details: Object.fromEntries(Object.entries(query)),
    };
    await this.access.record({ actor: caller, change });
    const { fileName, text } = await this.utilization.export(organizationId, query);
    return new StreamableFile(text, { type: 'text/csv; charset=utf-8', disposition: attachment(fileName) });
  }
}
