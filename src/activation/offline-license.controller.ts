import { Body, Controller, Get, Header, Param, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { AccessRecord } from '../audit/access-record.js';
import { type Caller, CallerOf } from '../auth/caller.js';
import { ApiProblems } from '../http/api-problems.js';
import { PageQuery } from '../http/paging.js';
import { IdPipe } from '../http/validation.js';
import { Allow } from '../organization/organization-permission.js';
import { NewOfflineLicense, OfflineLicensePage, OfflineLicenseView } from './dto/offline-license.js';
import { OfflineLicenseService } from './offline-license.service.js';

@ApiTags('Seats')
@Controller('api/v1/organizations/:organizationId/offline-licenses')
export class OfflineLicenseController {
  constructor(
    private readonly offlineLicenses: OfflineLicenseService,
    private readonly access: AccessRecord,
  ) {}

  @Get()
  @Allow('offline-license.view')
  @ApiOperation({ summary: 'List the licenses of machines without a network' })
  @ApiOkResponse({ type: OfflineLicensePage })
  list(
    @Param('organizationId', IdPipe) organizationId: number,
    @Query() query: PageQuery,
  ): Promise<OfflineLicensePage> {
    return this.offlineLicenses.list(organizationId, query);
  }

  @Post()
  @Allow('offline-license.create')
  @ApiOperation({ summary: 'Create a license for a machine without a network; it takes a seat until it expires' })
  @ApiCreatedResponse({ type: OfflineLicenseView })
  @ApiProblems({
    400: '`machine-id-not-accepted`, `wildcard-machine-id`, `shared-machine-id`: not the id of one machine; or an end in the past or after the license.',
    403: '`machine-denied`: by the license policy.',
    409: 'No seat is free but for those who have reservations, or the license does not allow offline use.',
  })
  create(
    @CallerOf() caller: Caller,
    @Param('organizationId', IdPipe) organizationId: number,
    @Body() license: NewOfflineLicense,
  ): Promise<OfflineLicenseView> {
    return this.offlineLicenses.create(caller, organizationId, license);
  }

  @Get(':offlineLicenseId/file')
  @Allow('offline-license.view')
  @Header('content-type', 'application/octet-stream')
  @Header('content-disposition', 'attachment; filename="offline.lic"')
  @ApiOperation({ summary: 'Download the .lic file' })
  @ApiProduces('application/octet-stream')
  @ApiOkResponse({ type: String, description: 'A compact JWS (RS256), the whole text of the file.' })
  async file(
    @CallerOf() caller: Caller,
    @Param('organizationId', IdPipe) organizationId: number,
    @Param('offlineLicenseId', IdPipe) id: number,
  ): Promise<string> {
    const text = await this.offlineLicenses.file(organizationId, id);
    const change = {
      action: 'offline-license.downloaded',
      organizationId,
      targetType: 'offline-license',
      targetId: id,
    };
    await this.access.record({ actor: caller, change });
    return text;
  }
}
