import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Caller, CallerOf } from '../access/caller.js';
import { Confirmed } from '../access/confirmed.js';
import { ApiProblems } from '../http/problem/api-problems.js';
import { IdPipe } from '../http/validation/validation.js';
import { Allow } from '../access/organization-permission.js';
import {
  MemberPage,
  MemberQuery,
  MemberRole,
  MemberView,
  RemovedMemberPage,
  RemovedMemberQuery,
  MemberResult,
  Members,
  MembersRole,
} from './dto/member.js';
import { MemberService } from './member.service.js';

@ApiTags('Members')
@Controller('api/v1/organizations/:organizationId')
export class MemberController {
  constructor(private readonly members: MemberService) {}

  @Get('members')
  @Allow('member.view')
  @ApiOperation({ summary: 'List the active users of an organization' })
  @ApiOkResponse({ type: MemberPage })
  list(@Param('organizationId', IdPipe) organizationId: number, @Query() query: MemberQuery): Promise<MemberPage> {
    return this.members.list(organizationId, query);
  }

  @Get('members/:userId')
  @Allow('member.view')
  @ApiOperation({ summary: 'Show one active user of an organization' })
  @ApiOkResponse({ type: MemberView })
  get(
    @Param('organizationId', IdPipe) organizationId: number,
    @Param('userId', IdPipe) userId: number,
  ): Promise<MemberView> {
    return this.members.get(organizationId, userId);
  }

  @Patch('members/:userId')
  @Allow('member.manage')
  @Confirmed()
  @ApiOperation({ summary: 'Give a member another role; it holds at once, also in open sessions' })
  @ApiOkResponse({ type: MemberView })
  @ApiProblems({
    400: 'A role that cannot be given.',
    409: 'It is the owner, or `stale-version`: changed by another user since it was read; `changes` says who.',
  })
  changeRole(
    @CallerOf() caller: Caller,
    @Param('organizationId', IdPipe) organizationId: number,
    @Param('userId', IdPipe) userId: number,
    @Body() change: MemberRole,
  ): Promise<MemberView> {
    return this.members.changeRole(caller, organizationId, userId, change);
  }

  @Post('members/change-role')
  @Allow('member.manage')
  @Confirmed()
  @HttpCode(200)
  @ApiOperation({ summary: 'Give several members another role; each has its own result' })
  @ApiOkResponse({ type: [MemberResult], description: 'In the order of the ids, each once.' })
  changeRoles(
    @CallerOf() caller: Caller,
    @Param('organizationId', IdPipe) organizationId: number,
    @Body() { userIds, role }: MembersRole,
  ): Promise<MemberResult[]> {
    return this.members.changeRoles(caller, organizationId, userIds, role);
  }

  @Post('members/remove')
  @Allow('member.manage')
  @HttpCode(200)
  @ApiOperation({ summary: 'Remove several members; each has its own result' })
  @ApiOkResponse({ type: [MemberResult], description: 'In the order of the ids, each once.' })
  removeSeveral(
    @CallerOf() caller: Caller,
    @Param('organizationId', IdPipe) organizationId: number,
    @Body() { userIds }: Members,
  ): Promise<MemberResult[]> {
    return this.members.removeSeveral(caller, organizationId, userIds);
  }

  @Delete('members/:userId')
  @Allow('member.manage')
  @HttpCode(204)
  @ApiOperation({ summary: 'Remove a member: their sessions end and their per-user seats return' })
  @ApiNoContentResponse({ description: 'Removed.' })
  @ApiProblems({ 409: 'It is the owner.' })
  remove(
    @CallerOf() caller: Caller,
    @Param('organizationId', IdPipe) organizationId: number,
    @Param('userId', IdPipe) userId: number,
  ): Promise<void> {
    return this.members.remove(caller, organizationId, userId);
  }

  @Get('removed-members')
  @Allow('member.view')
  @ApiOperation({ summary: 'List who was a member once' })
  @ApiOkResponse({ type: RemovedMemberPage })
  removed(
    @Param('organizationId', IdPipe) organizationId: number,
    @Query() query: RemovedMemberQuery,
  ): Promise<RemovedMemberPage> {
    return this.members.removed(organizationId, query);
  }
}
