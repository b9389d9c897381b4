import { Body, Controller, Delete, Get, Headers, HttpCode, Param, Patch, Post, Put, Query } from '@nestjs/common';
import { ApiBody, ApiNoContentResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ScimListQuery, ScimSelection } from './dto/scim-list-query.js';
import { ScimBodyPipe } from './scim-body.pipe.js';
import { type ScimClient, ScimClientOf } from './scim-client.js';
import { patchSchema, groupSchema } from './protocol/scim-definitions.js';
import { type Document } from './protocol/scim-document.js';
import { ScimIdPipe } from './scim-id.pipe.js';
import { type Resource, type Versioned } from './protocol/scim-resource.js';
import { ScimRoute } from './scim-route.js';
import { ScimGroupService } from './scim-group.service.js';

const refusals = {
  400: 'An attribute is missing or wrong.',
  404: 'No such group.',
  409: 'The displayName belongs to another group.',
  412: 'The group has changed since it was read (`If-Match`).',
};

@ApiTags('SCIM')
@Controller('scim/v2/Groups')
export class ScimGroupController {
  constructor(private readonly groups: ScimGroupService) {}

  @Get()
  @ScimRoute({ 400: 'A filter that this server does not know.' })
  @ApiOperation({ summary: 'List the groups that the provider keeps up to date' })
  @ApiResponse({ status: 200, description: 'One page: `Resources`, `totalResults`, `startIndex`, `itemsPerPage`.' })
  list(@ScimClientOf() client: ScimClient, @Query() query: ScimListQuery): Promise<Resource> {
    return this.groups.list(client, query);
  }

  @Post()
  @ScimRoute({ 400: refusals[400], 409: refusals[409] })
  @ApiOperation({ summary: 'Create a group; the rules of the provider say what it gives' })
  @ApiBody({ schema: groupSchema })
  @ApiResponse({ status: 201, schema: groupSchema, description: 'Created.' })
  create(@ScimClientOf() client: ScimClient, @Body(ScimBodyPipe) body: Document): Promise<Versioned> {
    return this.groups.create(client, body);
  }

  @Get(':id')
  @ScimRoute({ 404: refusals[404] })
  @ApiOperation({ summary: 'Look at a group' })
  @ApiResponse({ status: 200, schema: groupSchema, description: 'The group.' })
  get(
    @ScimClientOf() client: ScimClient,
    @Param('id', ScimIdPipe) id: number,
    @Query() selection: ScimSelection,
  ): Promise<Versioned> {
    return this.groups.get(client, id, selection);
  }

  @Put(':id')
  @ScimRoute(refusals)
  @ApiOperation({ summary: 'Replace a group' })
  @ApiBody({ schema: groupSchema })
  @ApiResponse({ status: 200, schema: groupSchema, description: 'Replaced.' })
  replace(
    @ScimClientOf() client: ScimClient,
    @Param('id', ScimIdPipe) id: number,
    @Body(ScimBodyPipe) body: Document,
    @Headers('if-match') ifMatch?: string,
  ): Promise<Versioned> {
    return this.groups.replace(client, { id, ifMatch }, body);
  }

  @Patch(':id')
  @ScimRoute(refusals)
  @ApiOperation({ summary: 'Change a group: its name and its members' })
  @ApiBody({ schema: patchSchema })
  @ApiResponse({ status: 200, schema: groupSchema, description: 'Changed.' })
  patch(
    @ScimClientOf() client: ScimClient,
    @Param('id', ScimIdPipe) id: number,
    @Body(ScimBodyPipe) body: Document,
    @Headers('if-match') ifMatch?: string,
  ): Promise<Versioned> {
    return this.groups.patch(client, { id, ifMatch }, body);
  }

  @Delete(':id')
  @ScimRoute(refusals)
  @HttpCode(204)
  @ApiOperation({ summary: 'Delete a group: its people lose what it gave' })
  @ApiNoContentResponse({ description: 'Gone.' })
  remove(
    @ScimClientOf() client: ScimClient,
    @Param('id', ScimIdPipe) id: number,
    @Headers('if-match') ifMatch?: string,
  ): Promise<void> {
    return this.groups.remove(client, { id, ifMatch });
  }
}
