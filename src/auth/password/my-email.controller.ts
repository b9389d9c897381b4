import { Body, Controller, HttpCode, Patch, Post } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../../http/problem/api-problems.js';
import { SignedIn } from '../../access/access.js';
import { type Caller, CallerOf } from '../../access/caller.js';
import { Confirmed } from '../../access/confirmed.js';
import { NewEmail } from './dto/email-change.js';
import { ForgottenPassword } from './dto/password.js';
import { EmailChangeService } from './email-change.service.js';
import { PeopleOnly } from '../../access/key-scopes.js';

@ApiTags('My account')
@Controller('api/v1/users/me/email')
@SignedIn()
@PeopleOnly()
export class MyEmailController {
  constructor(private readonly changes: EmailChangeService) {}

  @Post()
  @Confirmed()
  @HttpCode(202)
  @ApiOperation({ summary: 'Have a link mailed to my new address; with it the address is changed' })
  @ApiAcceptedResponse({ type: ForgottenPassword })
  @ApiProblems({
    400: 'Not an e-mail address, or the one that I have.',
    409: 'An identity provider keeps my address.',
    429: 'Too many changes in an hour.',
  })
  request(@CallerOf() caller: Caller, @Body() { email }: NewEmail): Promise<ForgottenPassword> {
    return this.changes.request(caller, email);
  }

  @Patch()
  @Confirmed()
  @HttpCode(202)
  @ApiOperation({ summary: 'The same as `POST`' })
  @ApiAcceptedResponse({ type: ForgottenPassword })
  @ApiProblems({
    400: 'Not an e-mail address, or the one that I have.',
    409: 'An identity provider keeps my address.',
    429: 'Too many changes in an hour.',
  })
  change(@CallerOf() caller: Caller, @Body() { email }: NewEmail): Promise<ForgottenPassword> {
    return this.changes.request(caller, email);
  }
}
