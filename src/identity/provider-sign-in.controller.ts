import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { ApiFoundResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { Public } from '../access/access.js';
import { ApiProblems } from '../http/problem/api-problems.js';
import { IdPipe } from '../http/validation/validation.js';
import { IdentityProviders } from './identity-providers.js';
import { OpenidSignInService } from './openid/openid-sign-in.service.js';
import { SamlSignInService } from './saml/saml-sign-in.service.js';
import { BrowserRedirects } from './single-sign-on/browser-redirects.js';
import { SignInRequest } from './single-sign-on/dto/sign-in-request.js';

@ApiTags('Sign-in')
@Controller('auth/providers/:providerId')
@Public()
export class ProviderSignInController {
  constructor(
    private readonly providers: IdentityProviders,
    private readonly openid: OpenidSignInService,
    private readonly saml: SamlSignInService,
    private readonly redirects: BrowserRedirects,
  ) {}

  @Get('sign-in')
  @ApiOperation({ summary: 'Sign in with an OpenID or SAML provider: for browsers, which are sent there' })
  @ApiFoundResponse({ description: 'To the provider; or to the sign-in page, which says what is wrong.' })
  @ApiProblems({ 404: 'No such provider.' })
  async signIn(
    @Param('providerId', IdPipe) id: number,
    @Query() { next, again }: SignInRequest,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const provider = await this.providers.find(id, 'oidc', 'saml');
    const signIns = provider.kind === 'saml' ? this.saml : this.openid;
    const exchange = { request, reply };
    await this.redirects.send(exchange, () => signIns.begin(provider, exchange, { next, again: again !== undefined }));
  }
}
