import { Body, Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { Public } from '../../access/access.js';
import { ApiProblems } from '../../http/problem/api-problems.js';
import { BrowserSignIn } from './browser-sign-in.js';
import { SecondStep } from './dto/second-step.js';

@ApiTags('Sign-in')
@Controller('api/v1/auth/second-factor')
export class SecondStepController {
  constructor(private readonly signIns: BrowserSignIn) {}

  @Post('options')
  @Public()
  @HttpCode(200)
  @ApiOperation({
    summary: 'What the browser needs to ask a passkey for the second step (`PublicKeyCredentialRequestOptionsJSON`)',
  })
  @ApiOkResponse({ schema: { type: 'object', additionalProperties: true } })
  @ApiProblems({ 401: 'The sign-in has expired.', 409: '`passkeys-unavailable`' })
  options(@Req() request: FastifyRequest): Promise<object> {
    return this.signIns.passkeyOptions({ request });
  }

  @Post()
  @Public()
  @HttpCode(204)
  @ApiOperation({ summary: 'The second step of a sign-in: sets the session cookie' })
  @ApiNoContentResponse({ description: 'Signed in.' })
  @ApiProblems({
    400: 'A field is missing.',
    401: 'The code or the passkey is wrong, or the sign-in has expired. A wrong code leaves the sign-in as it was.',
    429: 'Too many wrong codes.',
  })
  async finish(
    @Body() step: SecondStep,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    await this.signIns.finish({ request, reply }, step);
  }
}
