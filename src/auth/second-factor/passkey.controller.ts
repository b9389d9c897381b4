import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { SignedIn } from '../../access/access.js';
import { type Caller, CallerOf } from '../../access/caller.js';
import { Confirmed } from '../../access/confirmed.js';
import { PeopleOnly } from '../../access/key-scopes.js';
import { WithoutSecondFactor } from '../../access/without-second-factor.js';
import { ApiProblems } from '../../http/problem/api-problems.js';
import { AddedPasskey, NewPasskey } from './dto/passkey.js';
import { PasskeyService } from './passkey.service.js';

@ApiTags('My account')
@Controller('api/v1/users/me/second-factors/passkeys')
@SignedIn()
@PeopleOnly()
@WithoutSecondFactor()
export class PasskeyController {
  constructor(private readonly passkeys: PasskeyService) {}

  @Post('options')
  @Confirmed()
  @HttpCode(200)
  @ApiOperation({ summary: 'What the browser needs to make a passkey (`PublicKeyCredentialCreationOptionsJSON`)' })
  @ApiOkResponse({ schema: { type: 'object', additionalProperties: true } })
  @ApiProblems({
    409: '`passkeys-unavailable`: the address of this server is not one that browsers make passkeys for.',
  })
  options(@CallerOf() caller: Caller): Promise<object> {
    return this.passkeys.creationOptions(caller);
  }

  @Post()
  @ApiOperation({ summary: 'Add a passkey; ends my other sessions and the tokens of programs' })
  @ApiCreatedResponse({ type: AddedPasskey })
  @ApiProblems({
    400: '`passkey-refused`: it was made for another address or person, or too long ago.',
    409: '`passkey-taken`, `too-many-second-factors`, `passkeys-unavailable`.',
  })
  add(@CallerOf() caller: Caller, @Body() passkey: NewPasskey): Promise<AddedPasskey> {
    return this.passkeys.add(caller, passkey);
  }
}
