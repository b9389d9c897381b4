import { Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { RootOnly } from '../access/access.js';
import { type Caller, CallerOf } from '../access/caller.js';
import { Confirmed } from '../access/confirmed.js';
import { PeopleOnly } from '../access/key-scopes.js';
import { ApiProblems } from '../http/problem/api-problems.js';
import { IdPipe } from '../http/validation/validation.js';
import { CreatedScimToken, ScimTokenView } from './dto/scim-token.js';
import { ScimTokenService } from './scim-token.service.js';

@ApiTags('Identity providers')
@Controller('api/v1/identity-providers/:providerId/scim-tokens')
@RootOnly()
export class ScimTokenController {
  constructor(private readonly tokens: ScimTokenService) {}

  @Get()
  @ApiOperation({ summary: 'List the SCIM tokens of a provider' })
  @ApiOkResponse({ type: [ScimTokenView] })
  @ApiProblems({ 404: 'No such provider.' })
  list(@Param('providerId', IdPipe) providerId: number): Promise<ScimTokenView[]> {
    return this.tokens.list(providerId);
  }

  @Post()
  @PeopleOnly()
  @Confirmed()
  @ApiOperation({ summary: 'Create a token for SCIM at /scim/v2; the answer is the only place where it is shown' })
  @ApiCreatedResponse({ type: CreatedScimToken })
  @ApiProblems({ 404: 'No such provider.', 409: 'There are five tokens already.' })
  create(@CallerOf() caller: Caller, @Param('providerId', IdPipe) providerId: number): Promise<CreatedScimToken> {
    return this.tokens.create(caller, providerId);
  }

  @Delete(':tokenId')
  @PeopleOnly()
  @HttpCode(204)
  @ApiOperation({ summary: 'Revoke a SCIM token: it ends at once' })
  @ApiNoContentResponse({ description: 'Revoked.' })
  @ApiProblems({ 404: 'No such provider or token.' })
  delete(
    @CallerOf() caller: Caller,
    @Param('providerId', IdPipe) providerId: number,
    @Param('tokenId', IdPipe) tokenId: number,
  ): Promise<void> {
    return this.tokens.delete(caller, providerId, tokenId);
  }
}
