import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Allow } from '../access/organization-permission.js';
import { ApiProblems } from '../http/problem/api-problems.js';
import { IdPipe } from '../http/validation/validation.js';
import { CapacityService } from './capacity.service.js';
import { CapacityQuery, CapacityView } from './dto/capacity.js';

@ApiTags('Utilization')
@Controller('api/v1/organizations/:organizationId/capacity')
export class CapacityController {
  constructor(private readonly capacity: CapacityService) {}

  @Get()
  @Allow('utilization.view')
  @ApiOperation({
    summary: 'Whether the seats are enough, by product and model: use, refusals, seats suggested, and a forecast',
  })
  @ApiOkResponse({ type: [CapacityView] })
  @ApiProblems({ 400: '`from` is not before `to`, or more than two years before it.' })
  get(@Param('organizationId', IdPipe) organizationId: number, @Query() query: CapacityQuery): Promise<CapacityView[]> {
    return this.capacity.get(organizationId, query);
  }
}
