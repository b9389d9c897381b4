import { Body, Controller, Get, Header, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import { ApiConsumes, ApiFoundResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { Public } from '../../access/access.js';
import { ClientAddress } from '../../http/client-address.js';
import { ApiProblems } from '../../http/problem/api-problems.js';
import { IdPipe } from '../../http/validation/validation.js';
import { IdentityProviders } from '../identity-providers.js';
import { BrowserRedirects } from '../single-sign-on/browser-redirects.js';
import { ProviderAddresses } from '../single-sign-on/provider-addresses.js';
import { SingleSignOnError } from '../single-sign-on/single-sign-on.errors.js';
import { LogoutRequest } from './dto/openid.js';
import { LogoutRefusedError } from './openid.errors.js';
import { OpenidLogoutService } from './openid-logout.service.js';
import { OpenidSignInService } from './openid-sign-in.service.js';

@ApiTags('Sign-in')
@Controller('auth/providers/:providerId')
@Public()
export class OpenidController {
  constructor(
    private readonly providers: IdentityProviders,
    private readonly signIns: OpenidSignInService,
    private readonly logouts: OpenidLogoutService,
    private readonly addresses: ProviderAddresses,
    private readonly redirects: BrowserRedirects,
  ) {}

  @Get('callback')
  @ApiOperation({ summary: 'Where an OpenID provider sends a browser back to: begins a session' })
  @ApiFoundResponse({ description: 'To the console; or to the sign-in page, which says what is wrong.' })
  @ApiProblems({ 404: 'No such provider.' })
  async callback(
    @Param('providerId', IdPipe) id: number,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const provider = await this.providers.find(id, 'oidc');
    const query = request.url.split('?')[1] ?? '';
    await this.redirects.send({ request, reply }, async () => {
      const next = await this.signIns.finish(provider, query, { request, reply });
      return this.addresses.of(next ?? '/');
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
    const provider = await this.providers.find(id, 'oidc');
    try {
      await this.logouts.ended(provider, token, address);
    } catch (error) {
      throw error instanceof SingleSignOnError ? new LogoutRefusedError(error) : error;
    }
  }
}
