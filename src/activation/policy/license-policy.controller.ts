import { Body, Controller, Get, HttpCode, Param, Patch, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Caller, CallerOf } from '../../access/caller.js';
import { ApiProblems } from '../../http/problem/api-problems.js';
import { BodyLimit } from '../../http/limits/route-limits.js';
import { IdPipe } from '../../http/validation/validation.js';
import { Allow } from '../../access/organization-permission.js';
import { MachineResult, machinesBodyLimit } from '../seat/machines.js';
import { DeniedMachines, LicensePolicy } from './dto/license-policy.js';
import { LicensePolicyService } from './license-policy.service.js';

@ApiTags('Seats')
@Controller('api/v1/organizations/:organizationId/license-policy')
export class LicensePolicyController {
  constructor(private readonly policies: LicensePolicyService) {}

  @Get()
  @Allow('license-policy.view')
  @ApiOperation({ summary: 'What the organization has decided about its seats' })
  @ApiOkResponse({ type: LicensePolicy })
  get(@Param('organizationId', IdPipe) organizationId: number): Promise<LicensePolicy> {
    return this.policies.get(organizationId);
  }

  @Patch()
  @BodyLimit(512 * 1024)
  @Allow('license-policy.manage')
  @ApiOperation({
    summary:
      'Decide about lease times, waiting, over-quota, borrowing, idle sessions, reserved seats and caps, and which machines may have seats',
  })
  @ApiOkResponse({ type: LicensePolicy })
  @ApiProblems({
    400: 'A value out of its bounds, or more reserved than there is, or a reservation or cap for someone outside the organization.',
    409: '`stale-version`: changed by another user since it was read; `changes` says who.',
  })
  change(
    @CallerOf() caller: Caller,
    @Param('organizationId', IdPipe) organizationId: number,
    @Body() change: LicensePolicy,
  ): Promise<LicensePolicy> {
    return this.policies.change(caller, organizationId, change);
  }

  @Post('denied-machines')
  @Allow('license-policy.manage')
  @BodyLimit(machinesBodyLimit)
  @HttpCode(200)
  @ApiOperation({ summary: 'Deny several machines their seats, or no longer; each has its own result' })
  @ApiOkResponse({ type: [MachineResult], description: 'In the order of the ids, each once.' })
  @ApiProblems({ 409: '`policy-list-full`: none was denied.' })
  changeDenied(
    @CallerOf() caller: Caller,
    @Param('organizationId', IdPipe) organizationId: number,
    @Body() { machineIds, denied }: DeniedMachines,
  ): Promise<MachineResult[]> {
    return this.policies.changeDenied(caller, organizationId, machineIds, denied);
  }
}
