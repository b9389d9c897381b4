import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Put, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Caller, CallerOf } from '../../access/caller.js';
import { ApiProblems } from '../../http/problem/api-problems.js';
import { IdPipe } from '../../http/validation/validation.js';
import {
  TeamMemberPage,
  TeamMemberRole,
  TeamMemberView,
  TeamName,
  TeamPage,
  TeamView,
  TeamQuery,
  TeamMemberQuery,
} from '../dto/team.js';
import { TeamMemberPath } from '../dto/team-member-path.js';
import { Allow, AllowInTeam } from '../../access/organization-permission.js';
import { TeamMemberService } from './team-member.service.js';
import { TeamService } from './team.service.js';

@ApiTags('Teams')
@Controller('api/v1/organizations/:organizationId/teams')
export class TeamController {
  constructor(
    private readonly teams: TeamService,
    private readonly teamMembers: TeamMemberService,
  ) {}

  @Get()
  @Allow('team.view')
  @ApiOperation({ summary: 'List the teams of an organization' })
  @ApiOkResponse({ type: TeamPage })
  list(
    @CallerOf() caller: Caller,
    @Param('organizationId', IdPipe) organizationId: number,
    @Query() query: TeamQuery,
  ): Promise<TeamPage> {
    return this.teams.list(caller, organizationId, query);
  }

  @Post()
  @Allow('team.manage')
  @ApiOperation({ summary: 'Create a team and own it' })
  @ApiCreatedResponse({ type: TeamView })
  @ApiProblems({ 400: 'A name that is empty or over 100 characters.', 409: 'The name is taken, or `too-many-teams`.' })
  create(
    @CallerOf() caller: Caller,
    @Param('organizationId', IdPipe) organizationId: number,
    @Body() { name }: TeamName,
  ): Promise<TeamView> {
    return this.teams.create(caller, organizationId, name);
  }

  @Get(':teamId')
  @Allow('team.view')
  @ApiOperation({ summary: 'Show a team' })
  @ApiOkResponse({ type: TeamView })
  get(
    @CallerOf() caller: Caller,
    @Param('organizationId', IdPipe) organizationId: number,
    @Param('teamId', IdPipe) teamId: number,
  ): Promise<TeamView> {
    return this.teams.get(caller, organizationId, teamId);
  }

  @Patch(':teamId')
  @AllowInTeam('team.manage', 'OWNER', 'ADMIN')
  @ApiOperation({ summary: 'Rename a team' })
  @ApiOkResponse({ type: TeamView })
  @ApiProblems({
    400: 'A name that is empty or over 100 characters.',
    409: 'The name is taken, or `stale-version`: changed by another user since it was read; `changes` says who.',
  })
  rename(
    @CallerOf() caller: Caller,
    @Param('organizationId', IdPipe) organizationId: number,
    @Param('teamId', IdPipe) teamId: number,
    @Body() change: TeamName,
  ): Promise<TeamView> {
    return this.teams.rename(caller, organizationId, teamId, change);
  }

  @Delete(':teamId')
  @AllowInTeam('team.manage', 'OWNER')
  @HttpCode(204)
  @ApiOperation({ summary: 'Delete a team; its members stay in the organization' })
  @ApiNoContentResponse({ description: 'Deleted.' })
  delete(
    @CallerOf() caller: Caller,
    @Param('organizationId', IdPipe) organizationId: number,
    @Param('teamId', IdPipe) teamId: number,
  ): Promise<void> {
    return this.teams.delete(caller, organizationId, teamId);
  }

  @Get(':teamId/members')
  @AllowInTeam('member.view', 'OWNER', 'ADMIN', 'USER')
  @ApiOperation({ summary: 'List the members of a team' })
  @ApiOkResponse({ type: TeamMemberPage })
  members(
    @Param('organizationId', IdPipe) organizationId: number,
    @Param('teamId', IdPipe) teamId: number,
    @Query() query: TeamMemberQuery,
  ): Promise<TeamMemberPage> {
    return this.teamMembers.list(organizationId, teamId, query);
  }

  @Put(':teamId/members/:userId')
  @AllowInTeam('team.manage', 'OWNER', 'ADMIN')
  @ApiOperation({ summary: 'Take a member of the organization into a team, or change the role there' })
  @ApiOkResponse({ type: TeamMemberView })
  @ApiProblems({ 400: 'A role that does not exist.' })
  putMember(
    @CallerOf() caller: Caller,
    @Param() path: TeamMemberPath,
    @Body() change: TeamMemberRole,
  ): Promise<TeamMemberView> {
    return this.teamMembers.put(caller, path, change);
  }

  @Delete(':teamId/members/:userId')
  @AllowInTeam('team.manage', 'OWNER', 'ADMIN')
  @HttpCode(204)
  @ApiOperation({ summary: 'Remove a member from a team' })
  @ApiNoContentResponse({ description: 'Removed.' })
  removeMember(
    @CallerOf() caller: Caller,
    @Param('organizationId', IdPipe) organizationId: number,
    @Param('teamId', IdPipe) teamId: number,
    @Param('userId', IdPipe) userId: number,
  ): Promise<void> {
    return this.teamMembers.remove(caller, organizationId, teamId, userId);
  }
}
