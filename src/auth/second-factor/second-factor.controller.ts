import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { SignedIn } from '../../access/access.js';
import { type Caller, CallerOf } from '../../access/caller.js';
import { Confirmed } from '../../access/confirmed.js';
import { WithoutSecondFactor } from '../../access/without-second-factor.js';
import { PeopleOnly } from '../../access/key-scopes.js';
import { ApiProblems } from '../../http/problem/api-problems.js';
import { UuidPipe } from '../../http/validation/validation.js';
import {
  BeginTotp,
  FactorCode,
  FactorView,
  NewTotp,
  RecoveryCodeCount,
  RecoveryCodesView,
} from './dto/second-factor.js';
import { SecondFactorService } from './second-factor.service.js';

@ApiTags('My account')
@Controller('api/v1/users/me/second-factors')
@SignedIn()
@PeopleOnly()
@WithoutSecondFactor()
export class SecondFactorController {
  constructor(private readonly factors: SecondFactorService) {}

  @Get()
  @ApiOperation({ summary: 'List my authenticator apps and passkeys' })
  @ApiOkResponse({ type: [FactorView] })
  list(@CallerOf() caller: Caller): Promise<FactorView[]> {
    return this.factors.list(caller);
  }

  @Post('totp')
  @Confirmed()
  @ApiOperation({ summary: 'Begin to add an authenticator app; it counts after its first code' })
  @ApiCreatedResponse({ type: NewTotp })
  @ApiProblems({ 409: '`too-many-second-factors`: the account has as many as it may have.' })
  beginTotp(@CallerOf() caller: Caller, @Body() begin?: BeginTotp): Promise<NewTotp> {
    return this.factors.beginTotp(caller, begin?.name);
  }

  @Post('totp/confirm')
  @HttpCode(200)
  @ApiOperation({
    summary:
      'Add the app with its first code; ends my other sessions and the tokens of programs, and makes recovery codes',
  })
  @ApiOkResponse({ type: RecoveryCodesView })
  @ApiProblems({
    400: 'The code is wrong, has been used, or shows that the clock of the phone is wrong.',
    409: '`no-factor-begun`: no app waits for its first code.',
  })
  confirmTotp(@CallerOf() caller: Caller, @Body() { code }: FactorCode): Promise<RecoveryCodesView> {
    return this.factors.confirmTotp(caller, code);
  }

  @Get('recovery-codes')
  @ApiOperation({ summary: 'How many recovery codes I have not used' })
  @ApiOkResponse({ type: RecoveryCodeCount })
  codesLeft(@CallerOf() caller: Caller): Promise<RecoveryCodeCount> {
    return this.factors.codesLeft(caller);
  }

  @Post('recovery-codes')
  @Confirmed()
  @HttpCode(200)
  @ApiOperation({ summary: 'Get ten new recovery codes; those before no longer work' })
  @ApiOkResponse({ type: RecoveryCodesView })
  @ApiProblems({ 404: 'You have no second factor that they could replace.' })
  renewCodes(@CallerOf() caller: Caller): Promise<RecoveryCodesView> {
    return this.factors.renewCodes(caller);
  }

  @Delete(':factorId')
  @Confirmed()
  @HttpCode(204)
  @ApiOperation({
    summary: 'Remove an authenticator app or a passkey; ends my other sessions and the tokens of programs',
  })
  @ApiNoContentResponse({ description: 'Removed.' })
  @ApiProblems({
    404: 'You have no such factor.',
    409: '`last-second-factor`: it is the last one, and the account has to have one.',
  })
  remove(@CallerOf() caller: Caller, @Param('factorId', UuidPipe) id: string): Promise<void> {
    return this.factors.remove(caller, id);
  }
}
