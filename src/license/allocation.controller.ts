import { Body, Controller, Get, Param, Put, StreamableFile } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { RootOnly } from '../access/access.js';
import { type Caller, CallerOf } from '../access/caller.js';
import { ListExportRecord } from '../audit/list-export-record.js';
import { AsCsv, attachment, csvText } from '../http/csv/csv.js';
import { ApiProblems } from '../http/problem/api-problems.js';
import { IdPipe, ListPipe } from '../http/validation/validation.js';
import { Allow } from '../access/organization-permission.js';
import { Allocation, AllocationView } from './dto/allocation.js';
import { AllocationService } from './pool/allocation.service.js';

const columns = ['product', 'model', 'quantity', 'quota', 'withheld', 'granted', 'allocatedElsewhere'] as const;

@ApiTags('Server licenses')
@Controller('api/v1/organizations/:organizationId/allocations')
export class AllocationController {
  constructor(
    private readonly shares: AllocationService,
    private readonly exports: ListExportRecord,
  ) {}

  @Get()
  @Allow('allocation.view')
  @ApiOperation({ summary: 'What of the granted seats an organization has; with `Accept: text/csv` as CSV' })
  @ApiOkResponse({ type: [AllocationView] })
  async list(
    @CallerOf() caller: Caller,
    @Param('organizationId', IdPipe) organizationId: number,
    @AsCsv() asCsv: boolean,
  ): Promise<AllocationView[] | StreamableFile> {
    const allocations = await this.shares.allocations(organizationId);
    if (!asCsv) return allocations;
    const list = `organizations/${organizationId}/allocations`;
    await this.exports.record(caller, { list, organizationId, rows: allocations.length });
    const disposition = attachment(`allocations_${organizationId}.csv`);
    return new StreamableFile(Buffer.from(csvText(columns, allocations)), {
      type: 'text/csv; charset=utf-8',
      disposition,
    });
  }

  @Put()
  @RootOnly()
  @ApiOperation({ summary: 'Give an organization its share of the granted seats; what is not named stays' })
  @ApiBody({ type: [Allocation] })
  @ApiOkResponse({ type: [AllocationView] })
  @ApiProblems({
    400: 'No list of allocations.',
    404: 'No such organization.',
    409: 'More than there is. `stale-version`: changed by another user since it was read; `changes` says who.',
  })
  allocate(
    @CallerOf() caller: Caller,
    @Param('organizationId', IdPipe) organizationId: number,
    @Body(new ListPipe(Allocation, 20)) allocations: Allocation[],
  ): Promise<AllocationView[]> {
    return this.shares.allocate(caller, organizationId, allocations);
  }
}
