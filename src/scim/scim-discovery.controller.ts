import { Controller, Get, Inject, Param } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { SETTINGS } from '../config/config.module.js';
import { type Settings } from '../config/settings.js';
import { NotFoundError } from '../errors/domain-error.js';
import { resourceTypes, schemaResources, serviceProviderConfig } from './protocol/scim-definitions.js';
import { listResource, type Resource } from './protocol/scim-resource.js';
import { ScimRoute } from './scim-route.js';

/** What clients ask before anything else (RFC 7644, 4). */
@ApiTags('SCIM')
@Controller('scim/v2')
export class ScimDiscoveryController {
  private readonly serverUrl: string;

  constructor(@Inject(SETTINGS) { serverUrl }: Settings) {
    this.serverUrl = serverUrl;
  }

  @Get('ServiceProviderConfig')
  @ScimRoute()
  @ApiOperation({ summary: 'What this server can do by SCIM' })
  @ApiResponse({ status: 200, description: 'RFC 7643, section 5.' })
  config(): Resource {
    return serviceProviderConfig(this.serverUrl);
  }

  @Get('ResourceTypes')
  @ScimRoute()
  @ApiOperation({ summary: 'The kinds of resources: users and groups' })
  @ApiResponse({ status: 200, description: 'RFC 7643, section 6.' })
  types(): Resource {
    return allOf(resourceTypes(this.serverUrl));
  }

  @Get('ResourceTypes/:id')
  @ScimRoute({ 404: 'No such kind.' })
  @ApiOperation({ summary: 'One kind of resources' })
  @ApiResponse({ status: 200, description: 'RFC 7643, section 6.' })
  type(@Param('id') id: string): Resource {
    return oneOf(resourceTypes(this.serverUrl), id);
  }

  @Get('Schemas')
  @ScimRoute()
  @ApiOperation({ summary: 'The attributes that this server keeps' })
  @ApiResponse({ status: 200, description: 'RFC 7643, section 7.' })
  schemas(): Resource {
    return allOf(schemaResources(this.serverUrl));
  }

  @Get('Schemas/:id')
  @ScimRoute({ 404: 'No such schema.' })
  @ApiOperation({ summary: 'The attributes of one kind of resources' })
  @ApiResponse({ status: 200, description: 'RFC 7643, section 7.' })
  schema(@Param('id') id: string): Resource {
    return oneOf(schemaResources(this.serverUrl), id);
  }
}

function allOf(resources: Resource[]): Resource {
  return listResource(resources, resources.length, 1);
}

function oneOf(resources: readonly Resource[], id: string): Resource {
  const found = resources.find((each) => each.id === id);
  if (!found) throw new NotFoundError('The resource');
  return found;
}
