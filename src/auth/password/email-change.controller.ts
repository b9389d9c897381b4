import { Body, Controller, HttpCode, Patch, Post } from '@nestjs/common';
import { ApiAcceptedResponse, ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../../http/problem/api-problems.js';
import { ClientAddress } from '../../http/client-address.js';
import { Public, SignedIn } from '../../access/access.js';
import { type Caller, CallerOf } from '../../access/caller.js';
import { Confirmed } from '../../access/confirmed.js';
import { EmailProof, NewEmail } from './dto/email-change.js';
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

@ApiTags('Sign-in')
@Controller('api/v1/auth/verify-email')
export class EmailProofController {
  constructor(private readonly changes: EmailChangeService) {}

  @Post()
  @Public()
  @HttpCode(204)
  @ApiOperation({ summary: 'Change the address of an account with the token of a link' })
  @ApiNoContentResponse({ description: 'Changed. Sign in with the new address.' })
  @ApiProblems({
    404: 'No such link, or a newer one has replaced it.',
    409: 'There is an account for the address meanwhile.',
    410: 'The link has been used or has expired.',
  })
  confirm(@Body() { token }: EmailProof, @ClientAddress() address: string): Promise<void> {
    return this.changes.confirm(token, address);
  }
}
