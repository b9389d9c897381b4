import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { SignedIn } from '../auth/access.js';
import { type Caller, CallerOf } from '../auth/caller.js';
import { ApiProblems } from '../http/api-problems.js';
import { PageQuery } from '../http/paging.js';
import { IdPipe } from '../http/validation.js';
import { NewOrganization, OrganizationName, OrganizationPage, OrganizationView } from './dto/organization.js';
import { Allow } from './organization-permission.js';
import { OrganizationService } from './organization.service.js';

@ApiTags('Organizations')
@Controller('api/v1/organizations')
export class OrganizationController {
  constructor(private readonly organizations: OrganizationService) {}

  @Get()
  @SignedIn()
  @ApiOperation({ summary: 'List my organizations (root: all of them)' })
  @ApiOkResponse({ type: OrganizationPage })
  @ApiProblems({ 400: 'A page, size or sort that makes no sense.' })
  list(@CallerOf() caller: Caller, @Query() query: PageQuery): Promise<OrganizationPage> {
    return this.organizations.list(caller, query);
  }

  @Post()
  @SignedIn()
  @ApiOperation({ summary: 'Create an organization and own it; without a body it gets a default name' })
  @ApiCreatedResponse({ type: OrganizationView })
  @ApiProblems({ 400: 'A name that is empty or over 100 characters.' })
  create(@CallerOf() caller: Caller, @Body() organization?: NewOrganization): Promise<OrganizationView> {
    return this.organizations.create(caller, organization?.name);
  }

  @Get(':organizationId')
  @Allow('organization.view')
  @ApiOperation({ summary: 'Look at an organization' })
  @ApiOkResponse({ type: OrganizationView })
  get(@CallerOf() caller: Caller, @Param('organizationId', IdPipe) id: number): Promise<OrganizationView> {
    return this.organizations.get(caller, id);
  }

  @Patch(':organizationId')
  @Allow('organization.rename')
  @ApiOperation({ summary: 'Rename an organization' })
  @ApiOkResponse({ type: OrganizationView })
  @ApiProblems({ 400: 'A name that is empty or over 100 characters.' })
  rename(
    @CallerOf() caller: Caller,
    @Param('organizationId', IdPipe) id: number,
    @Body() { name }: OrganizationName,
  ): Promise<OrganizationView> {
    return this.organizations.rename(caller, id, name);
  }
}
