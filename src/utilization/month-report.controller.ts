import { Controller, Get, Param, Query, StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Caller, CallerOf } from '../access/caller.js';
import { Allow } from '../access/organization-permission.js';
import { AccessRecord } from '../audit/access-record.js';
import { AsCsv, attachment } from '../http/csv/csv.js';
import { ApiProblems } from '../http/problem/api-problems.js';
import { IdPipe } from '../http/validation/validation.js';
import { MonthReport, MonthReportQuery } from './dto/month-report.js';
import { monthReportAsCsv, MonthReportService } from './month-report.service.js';

@ApiTags('Utilization')
@Controller('api/v1/organizations/:organizationId/reports/months')
export class MonthReportController {
  constructor(
    private readonly reports: MonthReportService,
    private readonly access: AccessRecord,
  ) {}

  @Get()
  @Allow('utilization.view')
  @ApiOperation({
    summary: 'Monthly report: seats, peak, average use, people and refusals; with `Accept: text/csv` as CSV',
  })
  @ApiOkResponse({ type: MonthReport })
  @ApiProblems({ 400: '`from` is not before `to`, or there are more than 60 months.' })
  async get(
    @CallerOf() caller: Caller,
    @Param('organizationId', IdPipe) organizationId: number,
    @Query() query: MonthReportQuery,
    @AsCsv() asCsv: boolean,
  ): Promise<MonthReport | StreamableFile> {
    const report = await this.reports.get(organizationId, query);
    if (!asCsv) return report;
    const details = { report: 'months', ...Object.fromEntries(Object.entries(query)) };
    await this.access.record({ actor: caller, change: { action: 'utilization.exported', organizationId, details } });
    const [first, last] = [report.rows[0]?.month ?? '', report.rows.at(-1)?.month ?? ''];
    const disposition = attachment(`months_${organizationId}_${first}_${last}.csv`);
    return new StreamableFile(Buffer.from(monthReportAsCsv(report)), { type: 'text/csv; charset=utf-8', disposition });
  }
}
