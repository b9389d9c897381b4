import { Body, Controller, Delete, Get, Headers, HttpCode, Param, Patch, Post, Put, Query } from '@nestjs/common';
import { ApiBody, ApiNoContentResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ScimListQuery } from './dto/scim-list-query.js';
import { ScimBodyPipe } from './scim-body.pipe.js';
import { type ScimClient, ScimClientOf } from './scim-client.js';
import { patchSchema, userSchema } from './protocol/scim-definitions.js';
import { type Document } from './protocol/scim-document.js';
import { ScimIdPipe } from './scim-id.pipe.js';
import { type Resource, type Versioned } from './protocol/scim-resource.js';
import { ScimRoute } from './scim-route.js';
import { ScimUserService } from './scim-user.service.js';

const refusals = {
  400: 'An attribute is missing or wrong.',
  404: 'No such user.',
  409: 'The userName or the address belongs to another user, or the last administrator of the server would go.',
  412: 'The user has changed since it was read (`If-Match`).',
};

@ApiTags('SCIM')
@Controller('scim/v2/Users')
export class ScimUserController {
  constructor(private readonly users: ScimUserService) {}

  @Get()
  @ScimRoute({ 400: 'A filter that this server does not know.' })
  @ApiOperation({ summary: 'List the users that the provider keeps up to date' })
  @ApiResponse({ status: 200, description: 'One page: `Resources`, `totalResults`, `startIndex`, `itemsPerPage`.' })
  list(@ScimClientOf() client: ScimClient, @Query() query: ScimListQuery): Promise<Resource> {
    return this.users.list(client, query);
  }

  @Post()
  @ScimRoute({ 400: refusals[400], 409: refusals[409] })
  @ApiOperation({ summary: 'Create a user: an account, or an existing one whose domain is the provider’s' })
  @ApiBody({ schema: userSchema })
  @ApiResponse({ status: 201, schema: userSchema, description: 'Created.' })
  create(@ScimClientOf() client: ScimClient, @Body(ScimBodyPipe) body: Document): Promise<Versioned> {
    return this.users.create(client, body);
  }

  @Get(':id')
  @ScimRoute({ 404: refusals[404] })
  @ApiOperation({ summary: 'Look at a user' })
  @ApiResponse({ status: 200, schema: userSchema, description: 'The user.' })
  get(@ScimClientOf() client: ScimClient, @Param('id', ScimIdPipe) id: number): Promise<Versioned> {
    return this.users.get(client, id);
  }

  @Put(':id')
  @ScimRoute(refusals)
  @ApiOperation({ summary: 'Replace a user' })
  @ApiBody({ schema: userSchema })
  @ApiResponse({ status: 200, schema: userSchema, description: 'Replaced.' })
  replace(
    @ScimClientOf() client: ScimClient,
    @Param('id', ScimIdPipe) id: number,
    @Body(ScimBodyPipe) body: Document,
    @Headers('if-match') ifMatch?: string,
  ): Promise<Versioned> {
    return this.users.replace(client, { id, ifMatch }, body);
  }

  @Patch(':id')
  @ScimRoute(refusals)
  @ApiOperation({ summary: 'Change a user: names, address, `active`' })
  @ApiBody({ schema: patchSchema })
  @ApiResponse({ status: 200, schema: userSchema, description: 'Changed.' })
  patch(
    @ScimClientOf() client: ScimClient,
    @Param('id', ScimIdPipe) id: number,
    @Body(ScimBodyPipe) body: Document,
    @Headers('if-match') ifMatch?: string,
  ): Promise<Versioned> {
    return this.users.patch(client, { id, ifMatch }, body);
  }

  @Delete(':id')
  @ScimRoute(refusals)
  @HttpCode(204)
  @ApiOperation({ summary: 'Delete a user: the account is disabled, and its seats, keys and sessions end' })
  @ApiNoContentResponse({ description: 'Gone.' })
  remove(
    @ScimClientOf() client: ScimClient,
    @Param('id', ScimIdPipe) id: number,
    @Headers('if-match') ifMatch?: string,
  ): Promise<void> {
    return this.users.remove(client, { id, ifMatch });
  }
}
