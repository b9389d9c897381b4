import { Body, Controller, HttpCode, Inject, Post, Req, Res, UseGuards } from '@nestjs/common';
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { SETTINGS } from '../config/config.module.js';
import { type Settings } from '../config/settings.js';
import { ApiProblems } from '../http/api-problems.js';
import { type User } from '../user/user.entity.js';
import { Public, SignedIn } from './access.js';
import { type Caller, CallerOf } from './caller.js';
import { SignIn } from './dto/sign-in.js';
import { LocalGuard } from './local.guard.js';
import { sessionCookie, sessionSeconds, SessionService } from './session.service.js';

@ApiTags('Sign-in')
@Controller('api/v1/auth')
export class AuthController {
  private readonly cookie: { path: string; httpOnly: boolean; sameSite: 'lax'; secure: boolean };

  constructor(
    private readonly sessions: SessionService,
    @Inject(SETTINGS) settings: Settings,
  ) {
    this.cookie = { path: '/', httpOnly: true, sameSite: 'lax', secure: settings.serverUrl.startsWith('https:') };
  }

  @Post('sign-in')
  @Public()
  @UseGuards(LocalGuard)
  @HttpCode(204)
  @ApiOperation({ summary: 'Begin a session: sets the session cookie' })
  @ApiNoContentResponse({ description: 'Signed in.' })
  @ApiProblems({ 400: 'A field is missing.', 401: 'Wrong e-mail address or password.' })
  async signIn(
    @Body() _credentials: SignIn,
    @Req() request: FastifyRequest & { user: User },
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const token = await this.sessions.signIn(request.user, request.ip, request.headers['user-agent']);
    reply.setCookie(sessionCookie, token, { ...this.cookie, maxAge: sessionSeconds });
  }

  @Post('sign-out')
  @SignedIn()
  @HttpCode(204)
  @ApiOperation({ summary: 'End this session' })
  @ApiNoContentResponse({ description: 'Signed out.' })
  async signOut(@CallerOf() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    await this.sessions.signOut(caller);
    reply.clearCookie(sessionCookie, this.cookie);
  }
}
