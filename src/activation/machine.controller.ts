import { Controller, Delete, Get, HttpCode, Param, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Caller, CallerOf } from '../auth/caller.js';
import { PageQuery } from '../http/paging.js';
import { IdPipe } from '../http/validation.js';
import { Allow } from '../organization/organization-permission.js';
import { DenialPage } from './dto/denial.js';
import { MachinePage } from './dto/machine.js';
import { MachineService } from './machine.service.js';

@ApiTags('Seats')
@Controller('api/v1/organizations/:organizationId')
export class MachineController {
  constructor(private readonly machines: MachineService) {}

  @Get('machines')
  @Allow('machine.view')
  @ApiOperation({ summary: 'List the machines that hold node-locked seats' })
  @ApiOkResponse({ type: MachinePage })
  list(@Param('organizationId', IdPipe) organizationId: number, @Query() query: PageQuery): Promise<MachinePage> {
    return this.machines.list(organizationId, query);
  }

  @Delete('machines/:machineId')
  @Allow('machine.remove')
  @HttpCode(204)
  @ApiOperation({ summary: 'Free the node-locked seats of a machine; sessions on them end' })
  @ApiNoContentResponse({ description: 'Unregistered.' })
  remove(
    @CallerOf() caller: Caller,
    @Param('organizationId', IdPipe) organizationId: number,
    @Param('machineId') machineId: string,
  ): Promise<void> {
    return this.machines.remove(caller, organizationId, machineId);
  }

  @Get('denials')
  @Allow('denial.view')
  @ApiOperation({ summary: 'List who was refused a seat, and why' })
  @ApiOkResponse({ type: DenialPage })
  denials(@Param('organizationId', IdPipe) organizationId: number, @Query() query: PageQuery): Promise<DenialPage> {
    return this.machines.denials(organizationId, query);
  }
}
