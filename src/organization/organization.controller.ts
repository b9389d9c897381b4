import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { SignedIn } from '../access/access.js';
import { type Caller, CallerOf } from '../access/caller.js';
import { Confirmed } from '../access/confirmed.js';
import { KeyScopes } from '../access/key-scopes.js';
import { ApiProblems } from '../http/problem/api-problems.js';
import { IdPipe } from '../http/validation/validation.js';
import {
  NewOrganization,
  NewOwner,
  OrganizationDetails,
  OrganizationSettings,
  OrganizationPage,
  OrganizationView,
  OrganizationQuery,
} from './dto/organization.js';
import { Allow } from '../access/organization-permission.js';
import { OrganizationOwnership } from './organization-ownership.js';
import { OrganizationService } from './organization.service.js';

@ApiTags('Organizations')
@Controller('api/v1/organizations')
export class OrganizationController {
  constructor(
    private readonly organizations: OrganizationService,
    private readonly ownership: OrganizationOwnership,
  ) {}

  @Get()
  @SignedIn()
  @ApiOperation({ summary: 'List my organizations (root: all of them)' })
  @ApiOkResponse({ type: OrganizationPage })
  @ApiProblems({ 400: 'A page, size or sort that makes no sense.' })
  list(@CallerOf() caller: Caller, @Query() query: OrganizationQuery): Promise<OrganizationPage> {
    return this.organizations.list(caller, query);
  }

  @Post()
  @SignedIn()
  @KeyScopes('seats', 'write')
  @ApiOperation({ summary: 'Create an organization and own it; without a body it gets a default name' })
  @ApiCreatedResponse({ type: OrganizationView })
  @ApiProblems({
    400: 'A name that is empty or over 100 characters.',
    403: "Only the server's administrator creates organizations here, or your address is not verified.",
    409: '`too-many-organizations`: your account owns as many as it may.',
  })
  create(@CallerOf() caller: Caller, @Body() organization?: NewOrganization): Promise<OrganizationView> {
    return this.organizations.create(caller, organization?.name);
  }

  @Get(':organizationId')
  @KeyScopes('seats', 'read')
  @Allow('organization.view')
  @ApiOperation({ summary: 'Look at an organization' })
  @ApiOkResponse({ type: OrganizationDetails })
  get(@CallerOf() caller: Caller, @Param('organizationId', IdPipe) id: number): Promise<OrganizationDetails> {
    return this.organizations.get(caller, id);
  }

  @Patch(':organizationId')
  @Allow('organization.rename')
  @Confirmed((body) => (body as Partial<OrganizationSettings> | null)?.requireSecondFactor !== undefined)
  @ApiOperation({ summary: 'Rename an organization, or say whether its members have to have a second factor' })
  @ApiOkResponse({ type: OrganizationDetails })
  @ApiProblems({
    400: 'A name that is empty or over 100 characters.',
    409: '`stale-version`: changed by another user since it was read; `changes` says who.',
  })
  change(
    @CallerOf() caller: Caller,
    @Param('organizationId', IdPipe) id: number,
    @Body() change: OrganizationSettings,
  ): Promise<OrganizationDetails> {
    return this.organizations.change(caller, id, change);
  }

  @Delete(':organizationId')
  @Allow('organization.delete')
  @Confirmed()
  @HttpCode(204)
  @ApiOperation({ summary: 'Delete an organization and all that belongs to it; the audit log keeps who was in it' })
  @ApiNoContentResponse({ description: 'Deleted.' })
  @ApiProblems({ 409: 'Some of its seats are in use.' })
  delete(@CallerOf() caller: Caller, @Param('organizationId', IdPipe) id: number): Promise<void> {
    return this.organizations.delete(caller, id);
  }

  @Post(':organizationId/transfer-ownership')
  @Allow('organization.transfer')
  @Confirmed()
  @HttpCode(200)
  @ApiOperation({ summary: 'Make another member the owner; the former owner becomes an admin' })
  @ApiOkResponse({ type: OrganizationView })
  @ApiProblems({ 409: 'The account of the new owner is disabled, or owns as many organizations as it may.' })
  async transfer(
    @CallerOf() caller: Caller,
    @Param('organizationId', IdPipe) id: number,
    @Body() { userId }: NewOwner,
  ): Promise<OrganizationView> {
    await this.ownership.transfer(caller, id, userId);
    return this.organizations.get(caller, id);
  }
}
