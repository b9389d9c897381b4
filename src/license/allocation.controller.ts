import { Body, Controller, Get, Param, Put } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { RootOnly } from '../access/access.js';
import { type Caller, CallerOf } from '../access/caller.js';
import { ApiProblems } from '../http/problem/api-problems.js';
import { IdPipe, ListPipe } from '../http/validation.js';
import { Allow } from '../access/organization-permission.js';
import { Allocation, AllocationView } from './dto/allocation.js';
import { AllocationService } from './pool/allocation.service.js';

@ApiTags('Server licenses')
@Controller('api/v1/organizations/:organizationId/allocations')
export class AllocationController {
  constructor(private readonly shares: AllocationService) {}

  @Get()
  @Allow('allocation.view')
  @ApiOperation({ summary: 'What of the granted seats an organization has' })
  @ApiOkResponse({ type: [AllocationView] })
  list(@Param('organizationId', IdPipe) organizationId: number): Promise<AllocationView[]> {
    return this.shares.allocations(organizationId);
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
