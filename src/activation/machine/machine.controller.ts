import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Caller, CallerOf } from '../../access/caller.js';
import { ApiProblems } from '../../http/problem/api-problems.js';
import { IdPipe } from '../../http/validation/validation.js';
import { Allow } from '../../access/organization-permission.js';
import { DenialPage, DenialQuery } from './dto/denial.js';
import { BodyLimit } from '../../http/limits/route-limits.js';
import { MachineResult, Machines, machinesBodyLimit } from '../seat/machines.js';
import { MachinePage, MachineQuery, MachineTransfer } from './dto/machine.js';
import { MachineService } from './machine.service.js';

@ApiTags('Seats')
@Controller('api/v1/organizations/:organizationId')
export class MachineController {
  constructor(private readonly machines: MachineService) {}

  @Get('machines')
  @Allow('machine.view')
  @ApiOperation({
    summary: 'List the machines that hold node-locked seats, or count for the machine quota of other seats',
  })
  @ApiOkResponse({ type: MachinePage })
  list(@Param('organizationId', IdPipe) organizationId: number, @Query() query: MachineQuery): Promise<MachinePage> {
    return this.machines.list(organizationId, query);
  }

  @Delete('machines/:machineId')
  @Allow('machine.remove')
  @HttpCode(204)
  @ApiOperation({ summary: 'Unregister a machine, which frees its node-locked seats; sessions on them end' })
  @ApiNoContentResponse({ description: 'Unregistered.' })
  remove(
    @CallerOf() caller: Caller,
    @Param('organizationId', IdPipe) organizationId: number,
    @Param('machineId') machineId: string,
  ): Promise<void> {
    return this.machines.remove(caller, organizationId, machineId);
  }

  @Post('machines/remove')
  @Allow('machine.remove')
  @BodyLimit(machinesBodyLimit)
  @HttpCode(200)
  @ApiOperation({ summary: 'Unregister several machines; each has its own result' })
  @ApiOkResponse({ type: [MachineResult], description: 'In the order of the ids, each once.' })
  removeSeveral(
    @CallerOf() caller: Caller,
    @Param('organizationId', IdPipe) organizationId: number,
    @Body() { machineIds }: Machines,
  ): Promise<MachineResult[]> {
    return this.machines.removeSeveral(caller, organizationId, machineIds);
  }

  @Post('machines/:machineId/transfer')
  @Allow('machine.remove')
  @HttpCode(204)
  @ApiOperation({ summary: 'Give the places of a machine to another one in one step; sessions on them end' })
  @ApiNoContentResponse({ description: 'Transferred.' })
  @ApiProblems({
    400: '`wildcard-machine-id`, `machine-id-not-accepted`, `shared-machine-id`: not the id of one machine.',
    409: 'The other machine has a place of its own.',
  })
  transfer(
    @CallerOf() caller: Caller,
    @Param('organizationId', IdPipe) organizationId: number,
    @Param('machineId') machineId: string,
    @Body() transfer: MachineTransfer,
  ): Promise<void> {
    return this.machines.transfer(caller, organizationId, machineId, transfer);
  }

  @Get('denials')
  @Allow('denial.view')
  @ApiOperation({ summary: 'List who was refused a seat, and why' })
  @ApiOkResponse({ type: DenialPage })
  denials(@Param('organizationId', IdPipe) organizationId: number, @Query() query: DenialQuery): Promise<DenialPage> {
    return this.machines.denials(organizationId, query);
  }
}
