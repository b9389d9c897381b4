import { Body, Controller, Get, Header, HttpCode, Param, Post, Req } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyRequest } from 'fastify';
import { PublicOrSignedIn } from '../auth/access.js';
import { type Caller, CallerIfAny } from '../auth/caller.js';
import { ApiProblems } from '../http/api-problems.js';
import { Acceptance, AcceptedInvitation, OpenedInvitation } from './dto/invitation.js';
import { InvitationService } from './invitation.service.js';

@ApiTags('Invitations')
@Controller('api/v1/invitations/:token')
@PublicOrSignedIn()
@ApiProblems({
  404: 'No such link, or a newer one has replaced it.',
  409: 'Another account is signed in: sign out first.',
  410: 'The link has been used, has expired or was withdrawn.',
})
export class InvitationLinkController {
  constructor(private readonly invitations: InvitationService) {}

  @Get()
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Open the link of an invitation' })
  @ApiOkResponse({ type: OpenedInvitation })
  open(@Param('token') token: string, @CallerIfAny() caller: Caller | undefined): Promise<OpenedInvitation> {
    return this.invitations.open(token, caller);
  }

  @Post('accept')
  @HttpCode(200)
  @ApiOperation({ summary: 'Accept an invitation; a new account sets its password and name with it' })
  @ApiBody({ type: Acceptance, required: false })
  @ApiOkResponse({ type: AcceptedInvitation })
  @ApiProblems({ 400: 'A new account needs a password, and this is none or breaks the rules.' })
  accept(
    @Param('token') token: string,
    @CallerIfAny() caller: Caller | undefined,
    @Req() { ip }: FastifyRequest,
    @Body() acceptance?: Acceptance,
  ): Promise<AcceptedInvitation> {
    return this.invitations.accept(token, acceptance ?? {}, caller, ip);
  }
}
