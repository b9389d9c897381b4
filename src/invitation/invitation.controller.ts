import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import {
  ApiConsumes,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { type Caller, CallerOf } from '../access/caller.js';
import { Confirmed } from '../access/confirmed.js';
import { ApiProblems } from '../http/problem/api-problems.js';
import { BodyLimit } from '../http/limits/route-limits.js';
import { IdPipe } from '../http/validation/validation.js';
import { Allow } from '../access/organization-permission.js';
import {
  InvitationChangeResult,
  InvitationPage,
  InvitationQuery,
  InvitationResult,
  Invitations,
  InvitationView,
  NewInvitations,
} from './dto/invitation.js';
import { InvitationService } from './invitation.service.js';

/** A list may name any role. */
function givesMoreThanUser(body: unknown): boolean {
  const { role, preview } = (body ?? {}) as { role?: unknown; preview?: unknown };
  return role !== 'USER' && preview !== true;
}

@ApiTags('Invitations')
@Controller('api/v1/organizations/:organizationId/invitations')
@Allow('invitation.manage')
export class InvitationController {
  constructor(private readonly invitations: InvitationService) {}

  @Get()
  @ApiOperation({ summary: 'List the invitations of an organization, with their links and states' })
  @ApiOkResponse({ type: InvitationPage })
  list(
    @Param('organizationId', IdPipe) organizationId: number,
    @Query() query: InvitationQuery,
  ): Promise<InvitationPage> {
    return this.invitations.list(organizationId, query);
  }

  @Post()
  @BodyLimit(512 * 1024)
  @Confirmed(givesMoreThanUser)
  @ApiOperation({ summary: 'Invite people by their e-mail addresses or a CSV list; each address has its own result' })
  @ApiConsumes('application/json', 'text/csv')
  @ApiCreatedResponse({ type: [InvitationResult], description: 'At least one address is invited.' })
  @ApiProblems({
    400: 'No address that is one, or a role that cannot be given.',
    409: 'All addresses are already members or invited, or there are no such seats to assign.',
    429: '`too-many-invitations-today`, `too-many-mails-today`: no invitation was sent.',
  })
  invite(
    @CallerOf() caller: Caller,
    @Param('organizationId', IdPipe) organizationId: number,
    @Body() invitations: NewInvitations,
  ): Promise<InvitationResult[]> {
    return this.invitations.invite(caller, organizationId, invitations);
  }

  @Post('resend')
  @HttpCode(200)
  @ApiOperation({ summary: 'Make new links for several invitations; each has its own result' })
  @ApiOkResponse({ type: [InvitationChangeResult], description: 'In the order of the ids, each once.' })
  resendSeveral(
    @CallerOf() caller: Caller,
    @Param('organizationId', IdPipe) organizationId: number,
    @Body() { invitationIds }: Invitations,
  ): Promise<InvitationChangeResult[]> {
    return this.invitations.resendSeveral(caller, organizationId, invitationIds);
  }

  @Post('revoke')
  @HttpCode(200)
  @ApiOperation({ summary: 'Take several invitations back; each has its own result' })
  @ApiOkResponse({ type: [InvitationChangeResult], description: 'In the order of the ids, each once.' })
  revokeSeveral(
    @CallerOf() caller: Caller,
    @Param('organizationId', IdPipe) organizationId: number,
    @Body() { invitationIds }: Invitations,
  ): Promise<InvitationChangeResult[]> {
    return this.invitations.revokeSeveral(caller, organizationId, invitationIds);
  }

  @Post(':invitationId/resend')
  @HttpCode(200)
  @ApiOperation({ summary: 'Make a new link for an invitation; the old one no longer works' })
  @ApiOkResponse({ type: InvitationView })
  @ApiProblems({ 409: 'It was accepted or withdrawn.', 429: '`too-many-resends-today`, `too-many-mails-today`.' })
  resend(
    @CallerOf() caller: Caller,
    @Param('organizationId', IdPipe) organizationId: number,
    @Param('invitationId', IdPipe) id: number,
  ): Promise<InvitationView> {
    return this.invitations.resend(caller, organizationId, id);
  }

  @Delete(':invitationId')
  @HttpCode(204)
  @ApiOperation({ summary: 'Take an invitation back' })
  @ApiNoContentResponse({ description: 'Its link no longer works.' })
  @ApiProblems({ 409: 'The invited person is a member by now.' })
  revoke(
    @CallerOf() caller: Caller,
    @Param('organizationId', IdPipe) organizationId: number,
    @Param('invitationId', IdPipe) id: number,
  ): Promise<void> {
    return this.invitations.revoke(caller, organizationId, id);
  }
}
