import { Body, Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { Public } from '../../access/access.js';
import { ApiProblems } from '../../http/problem/api-problems.js';
import { PasskeySignIn } from './passkey-sign-in.js';
import { PasskeyAnswer } from './dto/passkey.js';

@ApiTags('Sign-in')
@Controller('api/v1/auth/passkey')
@Public()
export class PasskeySignInController {
  constructor(private readonly signIns: PasskeySignIn) {}

  @Post('options')
  @HttpCode(200)
  @ApiOperation({
    summary: 'What the browser needs to sign in with a passkey (`PublicKeyCredentialRequestOptionsJSON`)',
  })
  @ApiOkResponse({ schema: { type: 'object', additionalProperties: true } })
  @ApiProblems({
    409: '`passkeys-unavailable`: the address of this server is not one that browsers make passkeys for.',
  })
  options(): Promise<object> {
    return this.signIns.options();
  }

  @Post()
  @HttpCode(204)
  @ApiOperation({ summary: 'Begin a session with a passkey alone: it counts as both steps' })
  @ApiNoContentResponse({ description: 'Signed in.' })
  @ApiProblems({ 401: '`passkey-refused`: not a passkey of an account here, or its answer is old or used.' })
  signIn(
    @Body() answer: PasskeyAnswer,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    return this.signIns.signIn({ request, reply }, answer);
  }
}
