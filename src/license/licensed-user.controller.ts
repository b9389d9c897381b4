import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Caller, CallerOf } from '../access/caller.js';
import { ApiProblems } from '../http/problem/api-problems.js';
import { IdPipe } from '../http/validation/validation.js';
import { Allow } from '../access/organization-permission.js';
import {
  LicensedUserPage,
  LicensedUserQuery,
  LicensedUserResult,
  LicensedUsersChange,
  NewLicensedUser,
  SeatKind,
  SeatTransfer,
} from './dto/licensed-user.js';
import { LicensedUserService } from './licensed-user.service.js';

@ApiTags('Seats')
@Controller('api/v1/organizations/:organizationId/licensed-users')
export class LicensedUserController {
  constructor(private readonly licensedUsers: LicensedUserService) {}

  @Get()
  @Allow('license.view')
  @ApiOperation({ summary: 'List who holds per-user seats' })
  @ApiOkResponse({ type: LicensedUserPage })
  list(
    @Param('organizationId', IdPipe) organizationId: number,
    @Query() query: LicensedUserQuery,
  ): Promise<LicensedUserPage> {
    return this.licensedUsers.list(organizationId, query);
  }

  @Post()
  @Allow('licensed-user.manage')
  @HttpCode(204)
  @ApiOperation({ summary: 'Assign a per-user seat to a member' })
  @ApiNoContentResponse({ description: 'Assigned, or was already.' })
  @ApiProblems({ 409: 'All seats are assigned.' })
  assign(
    @CallerOf() caller: Caller,
    @Param('organizationId', IdPipe) organizationId: number,
    @Body() { userId, product, model }: NewLicensedUser,
  ): Promise<void> {
    return this.licensedUsers.assign(caller, { organizationId, product, model }, userId);
  }

  @Post('bulk')
  @Allow('licensed-user.manage')
  @HttpCode(200)
  @ApiOperation({ summary: 'Assign per-user seats to several members, or take theirs back; each has its own result' })
  @ApiOkResponse({ type: [LicensedUserResult], description: 'In the order of the ids, each once.' })
  changeSeveral(
    @CallerOf() caller: Caller,
    @Param('organizationId', IdPipe) organizationId: number,
    @Body() { userIds, product, model, assign }: LicensedUsersChange,
  ): Promise<LicensedUserResult[]> {
    return this.licensedUsers.changeSeveral(caller, { organizationId, product, model }, userIds, assign);
  }

  @Delete(':userId')
  @Allow('licensed-user.manage')
  @HttpCode(204)
  @ApiOperation({ summary: "Take a per-user seat back; the user's session on it ends" })
  @ApiNoContentResponse({ description: 'Unassigned.' })
  unassign(
    @CallerOf() caller: Caller,
    @Param('organizationId', IdPipe) organizationId: number,
    @Param('userId', IdPipe) userId: number,
    @Query() { product, model }: SeatKind,
  ): Promise<void> {
    return this.licensedUsers.unassign(caller, { organizationId, product, model }, userId);
  }

  @Post(':userId/transfer')
  @Allow('licensed-user.manage')
  @HttpCode(204)
  @ApiOperation({ summary: "Give a user's per-user seat to another member in one step; a session on it ends" })
  @ApiNoContentResponse({ description: 'Transferred.' })
  @ApiProblems({ 409: 'The other one has such a seat already.' })
  transfer(
    @CallerOf() caller: Caller,
    @Param('organizationId', IdPipe) organizationId: number,
    @Param('userId', IdPipe) userId: number,
    @Body() { to, product, model }: SeatTransfer,
  ): Promise<void> {
    return this.licensedUsers.transfer(caller, { organizationId, product, model }, userId, to);
  }
}
