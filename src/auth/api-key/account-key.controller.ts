import { Controller, Delete, Get, HttpCode, Param, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { RootOnly } from '../../access/access.js';
import { type Caller, CallerOf } from '../../access/caller.js';
import { ApiKeyView } from './dto/api-key.js';
import { PeopleOnly } from '../../access/key-scopes.js';
import { ApiProblems } from '../../http/problem/api-problems.js';
import { IdPipe } from '../../http/validation/validation.js';
import { AccountKeyService } from './account-key.service.js';
import { AccountKeyPage, AccountKeyQuery } from './dto/account-key.js';

@ApiTags('Administration')
@Controller('api/v1')
@RootOnly()
export class AccountKeyController {
  constructor(private readonly keys: AccountKeyService) {}

  @Get('api-keys')
  @ApiOperation({ summary: 'List the API keys of all users' })
  @ApiOkResponse({ type: AccountKeyPage })
  @ApiProblems({ 400: 'A page, size or sort that makes no sense.' })
  list(@Query() query: AccountKeyQuery): Promise<AccountKeyPage> {
    return this.keys.list(query);
  }

  @Delete('api-keys/:keyId')
  @PeopleOnly()
  @HttpCode(204)
  @ApiOperation({ summary: "Revoke anybody's API key: it and all tokens got with it end at once" })
  @ApiNoContentResponse({ description: 'Revoked.' })
  @ApiProblems({ 404: 'No such key.' })
  revoke(@CallerOf() caller: Caller, @Param('keyId', IdPipe) id: number): Promise<void> {
    return this.keys.revoke(caller, id);
  }

  @Get('users/:userId/api-keys')
  @ApiOperation({ summary: 'List the API keys of a user' })
  @ApiOkResponse({ type: [ApiKeyView] })
  @ApiProblems({ 404: 'No such user.' })
  ofUser(@Param('userId', IdPipe) userId: number): Promise<ApiKeyView[]> {
    return this.keys.ofUser(userId);
  }

  @Delete('users/:userId/api-keys/:keyId')
  @PeopleOnly()
  @HttpCode(204)
  @ApiOperation({ summary: 'Revoke an API key of a user' })
  @ApiNoContentResponse({ description: 'Revoked.' })
  @ApiProblems({ 404: 'The user has no such key.' })
  revokeOf(
    @CallerOf() caller: Caller,
    @Param('userId', IdPipe) userId: number,
    @Param('keyId', IdPipe) id: number,
  ): Promise<void> {
    return this.keys.revoke(caller, id, userId);
  }
}
