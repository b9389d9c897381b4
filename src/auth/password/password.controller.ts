import { Body, Controller, HttpCode, Post, Put } from '@nestjs/common';
import { ApiAcceptedResponse, ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../../http/problem/api-problems.js';
import { NewPasswordProblems } from '../../user/new-password-problems.js';
import { SignedIn } from '../../access/access.js';
import { type Caller, CallerOf } from '../../access/caller.js';
import { ChangePassword, ForgottenPassword } from './dto/password.js';
import { PeopleOnly } from '../../access/key-scopes.js';
import { PasswordLinkMails } from './password-link-mails.js';
import { PasswordService } from './password.service.js';

@ApiTags('My account')
@Controller('api/v1/users/me')
@SignedIn()
@PeopleOnly()
export class PasswordController {
  constructor(
    private readonly passwords: PasswordService,
    private readonly mails: PasswordLinkMails,
  ) {}

  @Put('password')
  @HttpCode(204)
  @ApiOperation({ summary: 'Change my password: ends my other sessions, and the tokens of programs' })
  @ApiNoContentResponse({ description: 'Changed. A program signs in again with the new one.' })
  @ApiProblems({
    400: 'The new password breaks the rules.',
    403: 'The current password is wrong.',
    409: 'An identity provider keeps my password.',
  })
  @NewPasswordProblems('Too many failed attempts, or new passwords of mine that are being checked.')
  change(@CallerOf() caller: Caller, @Body() passwords: ChangePassword): Promise<void> {
    return this.passwords.change(caller, passwords);
  }

  @Post('verification-mail')
  @HttpCode(202)
  @ApiOperation({ summary: 'Have a link mailed that verifies my address; a new password is set with it' })
  @ApiAcceptedResponse({ type: ForgottenPassword })
  @ApiProblems({ 409: 'The address is verified already.' })
  verify(@CallerOf() caller: Caller): Promise<ForgottenPassword> {
    return this.mails.sendVerification(caller);
  }
}
