import { Body, Controller, Get, Header, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { PublicOrSignedIn } from '../access/access.js';
import { type Caller, CallerIfAny } from '../access/caller.js';
import { ApiProblems } from '../http/problem/api-problems.js';
import { ClientAddress } from '../http/client-address.js';
import { NewPasswordProblems } from '../user/new-password-problems.js';
import { Acceptance, AcceptedInvitation, OpenedInvitation } from './dto/invitation.js';
import { InvitationAcceptanceService } from './invitation-acceptance.service.js';

@ApiTags('Invitations')
@Controller('api/v1/invitations/:token')
@PublicOrSignedIn()
@ApiProblems({
  404: 'No such link, or a newer one has replaced it.',
  409: 'Another account is signed in: sign out first.',
  410: 'The link has been used, has expired or was withdrawn.',
})
export class InvitationLinkController {
  constructor(private readonly invitations: InvitationAcceptanceService) {}

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
  @ApiProblems({ 400: 'A new account needs a password; it is missing or breaks the rules.' })
  @NewPasswordProblems()
  accept(
    @Param('token') token: string,
    @CallerIfAny() caller: Caller | undefined,
    @ClientAddress() address: string,
    @Body() acceptance?: Acceptance,
  ): Promise<AcceptedInvitation> {
    return this.invitations.accept(token, acceptance ?? {}, caller, address);
  }
}
