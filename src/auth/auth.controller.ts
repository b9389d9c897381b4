import { Body, Controller, HttpCode, Inject, Post, Req, Res, UseGuards } from '@nestjs/common';
import { ApiAcceptedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { SETTINGS } from '../config/config.module.js';
import { type Settings } from '../config/settings.js';
import { ApiProblems } from '../http/problem/api-problems.js';
import { ClientAddress } from '../http/client-address.js';
import { type User } from '../user/user.entity.js';
import { NewPasswordProblems } from '../user/new-password-problems.js';
import { Public, SignedIn } from '../access/access.js';
import { WithoutSecondFactor } from '../access/without-second-factor.js';
import { type Caller, CallerOf } from '../access/caller.js';
import { Confirmation, ForgotPassword, ForgottenPassword, ResetPassword } from './password/dto/password.js';
import { SignIn } from './sign-in/dto/sign-in.js';
import { apiKeyScopes, KeyScopes, PeopleOnly } from '../access/key-scopes.js';
import { LocalGuard } from './sign-in/local.guard.js';
import { PasswordLinkMails } from './password/password-link-mails.js';
import { IdentityProof } from './password/identity-proof.js';
import { PasswordService } from './password/password.service.js';
import { SignedOut } from './session/dto/signed-out.js';
import { BrowserSignIn } from './second-factor/browser-sign-in.js';
import { SecondStepNeeded } from './second-factor/dto/second-factor.js';
import { cookieOptions, sessionCookie } from './session/session-cookie.js';
import { SessionService } from './session/session.service.js';

@ApiTags('Sign-in')
@Controller('api/v1/auth')
export class AuthController {
  constructor(
    private readonly sessions: SessionService,
    private readonly signIns: BrowserSignIn,
    private readonly passwords: PasswordService,
    private readonly passwordMails: PasswordLinkMails,
    private readonly proof: IdentityProof,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  @Post('sign-in')
  @Public()
  @UseGuards(LocalGuard)
  @HttpCode(204)
  @ApiOperation({ summary: 'Begin a session: sets the session cookie, or the cookie of half a sign-in' })
  @ApiNoContentResponse({ description: 'Signed in.' })
  @ApiOkResponse({
    type: SecondStepNeeded,
    description:
      'The password is right. The account has a second factor: go on with `POST /api/v1/auth/second-factor`.',
  })
  @ApiProblems({
    400: 'A field is missing.',
    401: 'Wrong e-mail address or password.',
    429: 'Too many failed attempts.',
  })
  async signIn(
    @Body() _credentials: SignIn,
    @Req() request: FastifyRequest & { user: User },
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SecondStepNeeded | undefined> {
    const secondFactor = await this.signIns.begin(request.user, { request, reply });
    if (!secondFactor) return undefined;
    reply.status(200);
    return { secondFactor };
  }

  @Post('forgot-password')
  @Public()
  @HttpCode(202)
  @ApiOperation({ summary: 'Ask for a link to set a new password; the answer is the same whether there is an account' })
  @ApiAcceptedResponse({ type: ForgottenPassword })
  @ApiProblems({ 400: 'Not an e-mail address.' })
  forgotPassword(@Body() { email }: ForgotPassword, @ClientAddress() address: string): Promise<ForgottenPassword> {
    return this.passwordMails.forgot(email, address);
  }

  @Post('reset-password')
  @Public()
  @HttpCode(204)
  @ApiOperation({ summary: 'Set a new password with the token of a link; ends all sessions of the account' })
  @ApiNoContentResponse({ description: 'The new password is set. Sign in with it.' })
  @ApiProblems({
    400: 'The password breaks the rules.',
    404: 'No such link, or a newer one has replaced it.',
    410: 'The link has been used or has expired.',
  })
  @NewPasswordProblems()
  resetPassword(@Body() reset: ResetPassword, @ClientAddress() address: string): Promise<void> {
    return this.passwords.reset(reset, address);
  }

  @Post('confirm/options')
  @SignedIn()
  @WithoutSecondFactor()
  @PeopleOnly()
  @HttpCode(200)
  @ApiOperation({
    summary: 'What the browser needs to confirm with a passkey (`PublicKeyCredentialRequestOptionsJSON`)',
  })
  @ApiOkResponse({ schema: { type: 'object', additionalProperties: true } })
  @ApiProblems({ 409: '`passkeys-unavailable`: browsers make no passkeys for the address of this server.' })
  confirmOptions(@CallerOf() caller: Caller): Promise<object> {
    return this.proof.passkeyOptions(caller);
  }

  @Post('confirm')
  @SignedIn()
  @WithoutSecondFactor()
  @PeopleOnly()
  @HttpCode(204)
  @ApiOperation({
    summary: 'Prove again who I am, for dangerous actions in the next five minutes; signing in proves it, too',
  })
  @ApiNoContentResponse({ description: 'Confirmed for five minutes.' })
  @ApiProblems({
    400: 'A field is missing.',
    403: 'The password or the code is wrong.',
    429: 'Too many failed attempts.',
  })
  async confirm(@CallerOf() caller: Caller, @Body() proof: Confirmation): Promise<void> {
    await this.proof.check(caller, proof);
    await this.sessions.confirm(caller);
  }

  @Post('sign-out')
  @SignedIn()
  @WithoutSecondFactor()
  @KeyScopes(...apiKeyScopes)
  @HttpCode(204)
  @ApiOperation({ summary: 'End this session, or the access token and the refresh tokens that belong to it' })
  @ApiNoContentResponse({ description: 'Signed out.' })
  @ApiOkResponse({
    type: SignedOut,
    description: 'Signed out here. The session began at an identity provider, where a browser can sign out, too.',
  })
  async signOut(
    @CallerOf() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SignedOut | undefined> {
    const url = await this.sessions.signOut(caller);
    reply.clearCookie(sessionCookie, cookieOptions(this.settings));
    if (url === undefined) return undefined;
    reply.status(200);
    return { url };
  }
}
