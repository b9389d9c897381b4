import { Body, Controller, Get, Header, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiConsumes, ApiFoundResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { Public } from '../../access/access.js';
import { DomainError, NotFoundError } from '../../errors/domain-error.js';
import { ClientAddress } from '../../http/client-address.js';
import { ApiProblems } from '../../http/problem/api-problems.js';
import { IdPipe } from '../../http/validation.js';
import { LogoutRequest, SignInRequest } from './dto/openid.js';
import { LogoutRefusedError, OpenidError } from './openid.errors.js';
import { OpenidClients } from './openid-clients.js';
import { OpenidLogoutService } from './openid-logout.service.js';
import { OpenidSignInService } from './openid-sign-in.service.js';

@ApiTags('Sign-in')
@Controller('auth/providers/:providerId')
@Public()
export class OpenidController {
  constructor(
    private readonly signIns: OpenidSignInService,
    private readonly logouts: OpenidLogoutService,
    private readonly clients: OpenidClients,
  ) {}

  @Get('sign-in')
  @ApiOperation({ summary: 'Sign in with an OpenID provider: for browsers, which are sent there' })
  @ApiFoundResponse({ description: 'To the provider; or to the sign-in page, which says what is wrong.' })
  @ApiProblems({ 404: 'No such provider.' })
  async signIn(
    @Param('providerId', IdPipe) id: number,
    @Query() { next, again }: SignInRequest,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const provider = await this.clients.provider(id);
    await this.redirect(reply, () =>
      this.signIns.begin(provider, { request, reply }, { next, again: again !== undefined }),
    );
  }

  @Get('callback')
  @ApiOperation({ summary: 'Where an OpenID provider sends a browser back to: begins a session' })
  @ApiFoundResponse({ description: 'To the console; or to the sign-in page, which says what is wrong.' })
  @ApiProblems({ 404: 'No such provider.' })
  async callback(
    @Param('providerId', IdPipe) id: number,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const provider = await this.clients.provider(id);
    const query = request.url.split('?')[1] ?? '';
    await this.redirect(reply, async () => {
      const next = await this.signIns.finish(provider, query, { request, reply });
      return this.clients.addressOf(next ?? '/');
    });
  }

  @Post('backchannel-logout')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Where an OpenID provider says that a person has signed out there: ends their sessions' })
  @ApiConsumes('application/x-www-form-urlencoded')
  @ApiOkResponse({ description: 'The sessions have ended.' })
  @ApiProblems({ 400: 'Not a good logout token; also with `error` and `error_description`.', 404: 'No such provider.' })
  async backchannelLogout(
    @Param('providerId', IdPipe) id: number,
    @Body() { logout_token: token }: LogoutRequest,
    @ClientAddress() address: string,
  ): Promise<void> {
    const provider = await this.clients.provider(id);
    try {
      await this.logouts.ended(provider, token, address);
    } catch (error) {
      throw error instanceof OpenidError ? new LogoutRefusedError(error) : error;
    }
  }

  /** Sends a browser on. Whatever was refused is said on the sign-in page, in the language of the person. */
  private async redirect(reply: FastifyReply, work: () => Promise<string>): Promise<void> {
    let address: string;
    try {
      address = await work();
    } catch (error) {
      if (!(error instanceof DomainError) || error instanceof NotFoundError) throw error;
      address = this.clients.addressOf(`/sign-in?refused=${encodeURIComponent(error.code)}`);
    }
    await reply.redirect(address, 302);
  }
}
