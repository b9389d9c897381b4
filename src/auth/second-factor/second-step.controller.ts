import { Body, Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { Public } from '../../access/access.js';
import { ApiProblems } from '../../http/problem/api-problems.js';
import { BrowserSignIn } from './browser-sign-in.js';
import { SecondStep } from './dto/second-factor.js';

@ApiTags('Sign-in')
@Controller('api/v1/auth/second-factor')
export class SecondStepController {
  constructor(private readonly signIns: BrowserSignIn) {}

  @Post()
  @Public()
  @HttpCode(204)
  @ApiOperation({ summary: 'The second step of a sign-in: sets the session cookie' })
  @ApiNoContentResponse({ description: 'Signed in.' })
  @ApiProblems({
    400: 'A field is missing.',
    401: 'The code is wrong, or the sign-in has expired. A wrong code leaves the sign-in as it was.',
    429: 'Too many wrong codes.',
  })
  async finish(
    @Body() { code }: SecondStep,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    await this.signIns.finish({ request, reply }, code);
  }
}
