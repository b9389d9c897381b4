import { Controller, Header, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiBasicAuth, ApiSecurity, ApiBody, ApiConsumes, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { ApiProblems } from '../../http/problem/api-problems.js';
import { HeldForClients } from '../../http/client-hold.js';
import { ClientAddress } from '../../http/client-address.js';
import { disconnectSignal } from '../../http/disconnect-signal.js';
import { Public } from '../../access/access.js';
import { TokenAnswer, TokenRequest } from './dto/oauth.js';
import { OAuthService } from './oauth.service.js';

@ApiTags('Sign-in')
@Controller('oauth')
export class OAuthController {
  constructor(private readonly oauth: OAuthService) {}

  @Post('token')
  @Public()
  // A refresh token that comes twice ends its family, and Katalon clients send none.
  @HeldForClients(({ body }) => (body as { grant_type?: unknown } | null)?.grant_type !== 'refresh_token')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Get an access token for a password, an API key or a refresh token' })
  @ApiConsumes('application/x-www-form-urlencoded')
  @ApiBody({ type: TokenRequest })
  @ApiBasicAuth()
  @ApiSecurity({})
  @ApiOkResponse({ type: TokenAnswer })
  @ApiProblems({
    400: 'A field is missing or the grant type is unknown; also with `error` and `error_description` of RFC 6749.',
    401: 'Wrong password or API key, or a malformed client pair.',
    503: 'Too many failed attempts: this one would not have its turn in time. Or the database has been away for longer than CLIENT_HOLD_SECONDS. `Retry-After` says how long to wait.',
  })
  token(
    @Req() { body, headers }: FastifyRequest,
    @ClientAddress() address: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TokenAnswer> {
    return this.oauth.token(body, headers.authorization, { address, gone: disconnectSignal(reply) });
  }
}
