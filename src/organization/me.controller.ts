import { Body, Controller, Get, Patch } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { SignedIn } from '../access/access.js';
import { type Caller, CallerOf } from '../access/caller.js';
import { WithoutSecondFactor } from '../access/without-second-factor.js';
import { KeyScopes } from '../access/key-scopes.js';
import { ApiProblems } from '../http/problem/api-problems.js';
import { MeView, Profile } from './dto/me.js';
import { MeService } from './me.service.js';

@ApiTags('My account')
@Controller('api/v1/users/me')
@SignedIn()
export class MeController {
  constructor(private readonly accounts: MeService) {}

  @Get()
  @KeyScopes('seats', 'read')
  @WithoutSecondFactor()
  @ApiOperation({ summary: 'Who am I, and where do I belong' })
  @ApiOkResponse({ type: MeView })
  me(@CallerOf() caller: Caller): Promise<MeView> {
    return this.accounts.get(caller);
  }

  @Patch()
  @ApiOperation({ summary: 'Change my profile' })
  @ApiOkResponse({ type: MeView })
  @ApiProblems({ 400: 'A name over 100 characters.' })
  change(@CallerOf() caller: Caller, @Body() profile: Profile): Promise<MeView> {
    return this.accounts.change(caller, profile);
  }
}
