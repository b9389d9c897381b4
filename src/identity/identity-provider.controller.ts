import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { RootOnly } from '../access/access.js';
import { type Caller, CallerOf } from '../access/caller.js';
import { Confirmed } from '../access/confirmed.js';
import { BodyLimit } from '../http/limits/route-limits.js';
import { ApiProblems } from '../http/problem/api-problems.js';
import { IdPipe } from '../http/validation/validation.js';
import {
  IdentityProviderChange,
  IdentityProviderPage,
  IdentityProviderView,
  NewIdentityProvider,
  IdentityProviderQuery,
} from './dto/identity-provider.js';
import { IdentityProviderService } from './identity-provider.service.js';

/** Certificates, and a rule for each of many groups. */
const bodyLimit = 256 * 1024;

@ApiTags('Identity providers')
@Controller('api/v1/identity-providers')
@RootOnly()
export class IdentityProviderController {
  constructor(private readonly providers: IdentityProviderService) {}

  @Get()
  @ApiOperation({ summary: 'List the directories and single sign-on providers, without their secrets' })
  @ApiOkResponse({ type: IdentityProviderPage })
  list(@Query() query: IdentityProviderQuery): Promise<IdentityProviderPage> {
    return this.providers.list(query);
  }

  @Post()
  @BodyLimit(bodyLimit)
  @Confirmed()
  @ApiOperation({ summary: 'Connect a directory or a single sign-on provider' })
  @ApiCreatedResponse({ type: IdentityProviderView })
  @ApiProblems({
    400: 'A field is missing, wrong, or belongs to another kind of provider.',
    409: 'Another provider has this name.',
  })
  create(@CallerOf() caller: Caller, @Body() provider: NewIdentityProvider): Promise<IdentityProviderView> {
    return this.providers.create(caller, provider);
  }

  @Get(':providerId')
  @ApiOperation({ summary: 'Look at a provider, without its secrets' })
  @ApiOkResponse({ type: IdentityProviderView })
  @ApiProblems({ 404: 'No such provider.' })
  get(@Param('providerId', IdPipe) id: number): Promise<IdentityProviderView> {
    return this.providers.get(id);
  }

  @Patch(':providerId')
  @BodyLimit(bodyLimit)
  @Confirmed()
  @ApiOperation({ summary: 'Change a provider; what is absent stays' })
  @ApiOkResponse({ type: IdentityProviderView })
  @ApiProblems({
    400: 'A wrong field, or no secret for another address or user.',
    404: 'No such provider.',
    409: 'Another provider has this name; or `stale-version`: changed by another user since it was read.',
  })
  change(
    @CallerOf() caller: Caller,
    @Param('providerId', IdPipe) id: number,
    @Body() change: IdentityProviderChange,
  ): Promise<IdentityProviderView> {
    return this.providers.change(caller, id, change);
  }

  @Delete(':providerId')
  @Confirmed()
  @HttpCode(204)
  @ApiOperation({ summary: 'Disconnect a provider: accounts and their roles stay' })
  @ApiNoContentResponse({ description: 'Disconnected.' })
  @ApiProblems({ 404: 'No such provider.' })
  remove(@CallerOf() caller: Caller, @Param('providerId', IdPipe) id: number): Promise<void> {
    return this.providers.remove(caller, id);
  }
}
