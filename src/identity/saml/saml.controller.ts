import { Body, Controller, Get, Header, Param, Post, Query, Req, Res } from '@nestjs/common';
import {
  ApiConsumes,
  ApiFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiProduces,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { Public } from '../../access/access.js';
import { type Exchange } from '../../auth/second-factor/browser-sign-in.js';
import { FromOtherSites } from '../../http/cross-site.js';
import { defaultBodyLimit } from '../../http/limits/route-limits.js';
import { ApiProblems } from '../../http/problem/api-problems.js';
import { IdPipe } from '../../http/validation/validation.js';
import { IdentityProviders } from '../identity-providers.js';
import { BrowserRedirects } from '../single-sign-on/browser-redirects.js';
import { ProviderAddresses } from '../single-sign-on/provider-addresses.js';
import { ArrivalQuery, LogoutForm, maxResponse, SamlResponseForm } from './dto/saml.js';
import { type LogoutMessage } from './logout-request.js';
import { SamlClients } from './saml-clients.js';
import { SamlLogoutService } from './saml-logout.service.js';
import { SamlSignInService } from './saml-sign-in.service.js';
import { serviceMetadata } from './service-metadata.js';

/** Base64 in a form: some of its characters take three. */
const bodyLimit = maxResponse * 1.2;

@ApiTags('Sign-in')
@Controller('auth/providers/:providerId')
@Public()
export class SamlController {
  constructor(
    private readonly providers: IdentityProviders,
    private readonly clients: SamlClients,
    private readonly signIns: SamlSignInService,
    private readonly logouts: SamlLogoutService,
    private readonly addresses: ProviderAddresses,
    private readonly redirects: BrowserRedirects,
  ) {}

  @Get('metadata')
  @Header('content-type', 'application/samlmetadata+xml')
  @ApiOperation({ summary: 'What a SAML provider has to know about this server; its address names this server there' })
  @ApiProduces('application/samlmetadata+xml')
  @ApiOkResponse({ schema: { type: 'string' } })
  @ApiProblems({ 404: 'No such provider.' })
  async metadata(@Param('providerId', IdPipe) id: number): Promise<string> {
    const provider = await this.providers.findAny(id, 'saml');
    return serviceMetadata(this.clients.addressesOf(id), this.clients.keysOf(provider));
  }

  @Post('acs')
  @FromOtherSites(bodyLimit)
  @ApiOperation({ summary: 'Where the page of a SAML provider sends a browser, with what it says about a person' })
  @ApiConsumes('application/x-www-form-urlencoded')
  @ApiResponse({ status: 303, description: 'To begin the session; or to the sign-in page, which says what is wrong.' })
  @ApiProblems({ 400: 'No response of a provider.', 404: 'No such provider.', 413: 'The response is too large.' })
  async acs(
    @Param('providerId', IdPipe) id: number,
    @Body() { SAMLResponse, RelayState }: SamlResponseForm,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const provider = await this.providers.find(id, 'saml');
    const exchange = { request, reply };
    await this.redirects.send(exchange, async () => {
      const names = await this.signIns.receive(provider, { SAMLResponse, RelayState }, exchange);
      return `${this.addresses.ofProvider(id, 'arrival')}?${new URLSearchParams({ ...names }).toString()}`;
    });
  }

  @Get('arrival')
  @ApiOperation({ summary: 'Begins the session of a browser that has come from a SAML provider' })
  @ApiFoundResponse({ description: 'To the console; or to the sign-in page, which says what is wrong.' })
  @ApiProblems({ 404: 'No such provider.' })
  async arrival(
    @Param('providerId', IdPipe) id: number,
    @Query() { arrival, state = '' }: ArrivalQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const provider = await this.providers.find(id, 'saml');
    const exchange = { request, reply };
    await this.redirects.send(exchange, async () => {
      const next = await this.signIns.finish(provider, { arrival, state }, exchange);
      return this.addresses.of(next ?? '/');
    });
  }

  @Get('logout')
  @ApiOperation({ summary: 'Where a SAML provider sends a browser after signing out, with its request in the address' })
  @ApiFoundResponse({ description: 'To the provider, or to the sign-in page.' })
  @ApiProblems({ 404: 'No such provider.' })
  async logout(
    @Param('providerId', IdPipe) id: number,
    @Query() { SAMLRequest, RelayState }: LogoutForm,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const message = SAMLRequest === undefined ? undefined : { query: request.url.split('?')[1] ?? '' };
    await this.signOut({ id, message, relayState: RelayState }, { request, reply });
  }

  @Post('logout')
  @FromOtherSites(defaultBodyLimit)
  @ApiOperation({ summary: 'The same, with the request in a form' })
  @ApiConsumes('application/x-www-form-urlencoded')
  @ApiResponse({ status: 303, description: 'To the provider, or to the sign-in page.' })
  @ApiProblems({ 404: 'No such provider.' })
  async logoutForm(
    @Param('providerId', IdPipe) id: number,
    @Body() { SAMLRequest, RelayState }: LogoutForm,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const message = SAMLRequest === undefined ? undefined : { form: SAMLRequest };
    await this.signOut({ id, message, relayState: RelayState }, { request, reply });
  }

  /** @param message of the provider; absent: it has answered, and there is nothing left to do */
  private async signOut(
    { id, message, relayState = '' }: { id: number; message: LogoutMessage | undefined; relayState?: string },
    exchange: Exchange,
  ): Promise<void> {
    const provider = await this.providers.find(id, 'saml');
    await this.redirects.send(exchange, async () => {
      const address = message && (await this.logouts.ended(provider, { message, relayState }, exchange.request));
      return address ?? this.addresses.of('/sign-in');
    });
  }
}
