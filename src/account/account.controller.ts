import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { RootOnly } from '../access/access.js';
import { type Caller, CallerOf } from '../access/caller.js';
import { Confirmed } from '../access/confirmed.js';
import { PeopleOnly } from '../access/key-scopes.js';
import { ResetLink } from '../auth/password/dto/password.js';
import { ApiProblems } from '../http/problem/api-problems.js';
import { IdPipe } from '../http/validation/validation.js';
import { AccountService } from './account.service.js';
import { ErasureService } from './erasure.service.js';
import { SecondFactorReset } from './second-factor-reset.js';
import {
  AccountChange,
  AccountPage,
  AccountView,
  ChangedAccount,
  AccountQuery,
  AccountResult,
  AccountsChange,
} from './dto/account.js';

@ApiTags('Administration')
@Controller('api/v1/users')
@RootOnly()
export class AccountController {
  constructor(
    private readonly accounts: AccountService,
    private readonly erasure: ErasureService,
    private readonly secondFactors: SecondFactorReset,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List all users of the server' })
  @ApiOkResponse({ type: AccountPage })
  @ApiProblems({ 400: 'A page, size or sort that makes no sense.' })
  list(@Query() query: AccountQuery): Promise<AccountPage> {
    return this.accounts.list(query);
  }

  @Get(':userId')
  @ApiOperation({ summary: 'Look at a user' })
  @ApiOkResponse({ type: AccountView })
  @ApiProblems({ 404: 'No such user.' })
  get(@Param('userId', IdPipe) id: number): Promise<AccountView> {
    return this.accounts.get(id);
  }

  @Patch(':userId')
  @Confirmed()
  @ApiOperation({ summary: 'Disable, enable or verify a user; appoint or dismiss an administrator' })
  @ApiOkResponse({ type: ChangedAccount })
  @ApiProblems({
    400: 'Not true or false.',
    404: 'No such user.',
    409: 'It is the last administrator, or an unverified account that is to become one without `confirm`.',
  })
  change(
    @CallerOf() caller: Caller,
    @Param('userId', IdPipe) id: number,
    @Body() change: AccountChange,
  ): Promise<ChangedAccount> {
    return this.accounts.change(caller, id, change);
  }

  @Post('bulk')
  @Confirmed()
  @HttpCode(200)
  @ApiOperation({ summary: 'Disable or enable several users; each has its own result' })
  @ApiOkResponse({ type: [AccountResult], description: 'In the order of the ids, each once.' })
  changeSeveral(@CallerOf() caller: Caller, @Body() change: AccountsChange): Promise<AccountResult[]> {
    return this.accounts.changeSeveral(caller, change);
  }

  @Post(':userId/reset-password')
  @PeopleOnly()
  @Confirmed()
  @ApiOperation({ summary: 'Make a link with which a user sets a new password; it works once, for an hour' })
  @ApiCreatedResponse({ type: ResetLink })
  @ApiProblems({ 404: 'No such user.' })
  resetLink(@CallerOf() caller: Caller, @Param('userId', IdPipe) id: number): Promise<ResetLink> {
    return this.accounts.resetLink(caller, id);
  }

  @Delete(':userId/second-factors')
  @HttpCode(204)
  @PeopleOnly()
  @Confirmed()
  @ApiOperation({
    summary:
      'Remove the authenticator apps, passkeys and recovery codes of a user, and end all sessions; the user is mailed',
  })
  @ApiNoContentResponse({ description: 'The user signs in with the password alone.' })
  @ApiProblems({ 404: 'No such user.' })
  resetSecondFactors(@CallerOf() caller: Caller, @Param('userId', IdPipe) id: number): Promise<void> {
    return this.secondFactors.reset(caller, id);
  }

  @Delete(':userId/personal-data')
  @HttpCode(204)
  @PeopleOnly()
  @Confirmed()
  @ApiOperation({
    summary:
      'Erase a person: the account, and names, addresses and host names everywhere, audit log included; for good',
  })
  @ApiNoContentResponse()
  @ApiProblems({
    404: 'No such user.',
    409: 'It is your own account, the last administrator, or the owner of an organization.',
    503: 'The audit log is busy; try again.',
  })
  erase(@CallerOf() caller: Caller, @Param('userId', IdPipe) id: number): Promise<void> {
    return this.erasure.erase(caller, id);
  }
}
