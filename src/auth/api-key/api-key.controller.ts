import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../../http/problem/api-problems.js';
import { IdPipe } from '../../http/validation/validation.js';
import { SignedIn } from '../../access/access.js';
import { Confirmed } from '../../access/confirmed.js';
import { PeopleOnly } from '../../access/key-scopes.js';
import { ApiKeyService } from './api-key.service.js';
import { type Caller, CallerOf } from '../../access/caller.js';
import { ApiKeyView, CreatedApiKey, NewApiKey } from './dto/api-key.js';

@ApiTags('My account')
@Controller('api/v1/users/me/api-keys')
@SignedIn()
export class ApiKeyController {
  constructor(private readonly apiKeys: ApiKeyService) {}

  @Get()
  @ApiOperation({ summary: 'List my API keys' })
  @ApiOkResponse({ type: [ApiKeyView] })
  list(@CallerOf() caller: Caller): Promise<ApiKeyView[]> {
    return this.apiKeys.list(caller.id);
  }

  @Post()
  @PeopleOnly()
  @Confirmed()
  @ApiOperation({ summary: 'Create an API key; the answer is the only place where it is shown' })
  @ApiCreatedResponse({ type: CreatedApiKey })
  @ApiProblems({
    400: 'No name, an unknown scope, or an expiry that is past or too late.',
    409: 'There are 20 keys already.',
  })
  create(@CallerOf() caller: Caller, @Body() newKey: NewApiKey): Promise<CreatedApiKey> {
    return this.apiKeys.create(caller, newKey);
  }

  @Delete(':id')
  @PeopleOnly()
  @HttpCode(204)
  @ApiOperation({ summary: 'Delete an API key: it and all tokens got with it end at once' })
  @ApiNoContentResponse({ description: 'Deleted.' })
  @ApiProblems({ 404: 'You have no such key.' })
  delete(@CallerOf() caller: Caller, @Param('id', IdPipe) id: number): Promise<void> {
    return this.apiKeys.delete(caller, { userId: caller.id }, id);
  }
}
