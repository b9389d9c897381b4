import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Caller, CallerOf } from '../access/caller.js';
import { Confirmed } from '../access/confirmed.js';
import { PeopleOnly } from '../access/key-scopes.js';
import { Allow } from '../access/organization-permission.js';
import { CreatedApiKey } from '../auth/api-key/dto/api-key.js';
import { ApiProblems } from '../http/problem/api-problems.js';
import { IdPipe } from '../http/validation/validation.js';
import {
  NewServiceAccount,
  NewServiceAccountKey,
  ServiceAccountChange,
  ServiceAccountDetails,
  ServiceAccountPage,
  ServiceAccountView,
  ServiceAccountQuery,
} from './dto/service-account.js';
import { ServiceAccountKeyService } from './service-account-key.service.js';
import { ServiceAccountService } from './service-account.service.js';

@ApiTags('Service accounts')
@Controller('api/v1/organizations/:organizationId/service-accounts')
@Allow('member.manage')
export class ServiceAccountController {
  constructor(
    private readonly accounts: ServiceAccountService,
    private readonly keys: ServiceAccountKeyService,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List the service accounts of an organization' })
  @ApiOkResponse({ type: ServiceAccountPage })
  list(
    @Param('organizationId', IdPipe) organizationId: number,
    @Query() query: ServiceAccountQuery,
  ): Promise<ServiceAccountPage> {
    return this.accounts.list(organizationId, query);
  }

  @Post()
  @Confirmed()
  @ApiOperation({ summary: 'Create an account for programs: it holds seats under its own name and never signs in' })
  @ApiCreatedResponse({ type: ServiceAccountView })
  @ApiProblems({
    400: 'A name that is missing, or looks like an e-mail address; a role that cannot be given.',
    409: 'The name is taken, or the organization has as many service accounts as the server allows.',
  })
  create(
    @CallerOf() caller: Caller,
    @Param('organizationId', IdPipe) organizationId: number,
    @Body() body: NewServiceAccount,
  ): Promise<ServiceAccountView> {
    return this.accounts.create(caller, organizationId, body);
  }

  @Get(':serviceAccountId')
  @ApiOperation({ summary: 'Show a service account with its keys' })
  @ApiOkResponse({ type: ServiceAccountDetails })
  get(
    @Param('organizationId', IdPipe) organizationId: number,
    @Param('serviceAccountId', IdPipe) id: number,
  ): Promise<ServiceAccountDetails> {
    return this.keys.list(organizationId, id);
  }

  @Patch(':serviceAccountId')
  @Confirmed()
  @ApiOperation({ summary: 'Rename a service account, or give it another role; both hold at once' })
  @ApiOkResponse({ type: ServiceAccountView })
  @ApiProblems({
    400: 'As for a new one.',
    409: 'The name is taken, or `stale-version`: changed by another user since it was read; `changes` says who.',
  })
  change(
    @CallerOf() caller: Caller,
    @Param('organizationId', IdPipe) organizationId: number,
    @Param('serviceAccountId', IdPipe) id: number,
    @Body() body: ServiceAccountChange,
  ): Promise<ServiceAccountView> {
    return this.accounts.change(caller, organizationId, id, body);
  }

  @Delete(':serviceAccountId')
  @HttpCode(204)
  @ApiOperation({ summary: 'Delete a service account: its keys, tokens and seats end at once; history keeps its name' })
  @ApiNoContentResponse({ description: 'Deleted.' })
  delete(
    @CallerOf() caller: Caller,
    @Param('organizationId', IdPipe) organizationId: number,
    @Param('serviceAccountId', IdPipe) id: number,
  ): Promise<void> {
    return this.accounts.delete(caller, organizationId, id);
  }

  @Post(':serviceAccountId/keys')
  @PeopleOnly()
  @Confirmed()
  @ApiOperation({ summary: 'Create a key of a service account; the answer is the only place where it is shown' })
  @ApiCreatedResponse({ type: CreatedApiKey })
  @ApiProblems({
    400: 'No name, a scope that a service account cannot have, or an expiry that is past or too late.',
    409: 'It has as many keys as an account may have.',
  })
  createKey(
    @CallerOf() caller: Caller,
    @Param('organizationId', IdPipe) organizationId: number,
    @Param('serviceAccountId', IdPipe) id: number,
    @Body() body: NewServiceAccountKey,
  ): Promise<CreatedApiKey> {
    return this.keys.create(caller, organizationId, id, body);
  }

  @Delete(':serviceAccountId/keys/:keyId')
  @PeopleOnly()
  @HttpCode(204)
  @ApiOperation({ summary: 'Delete a key of a service account: it and all tokens got with it end at once' })
  @ApiNoContentResponse({ description: 'Deleted.' })
  deleteKey(
    @CallerOf() caller: Caller,
    @Param('organizationId', IdPipe) organizationId: number,
    @Param('serviceAccountId', IdPipe) id: number,
    @Param('keyId', IdPipe) keyId: number,
  ): Promise<void> {
    return this.keys.delete(caller, organizationId, id, keyId);
  }
}
