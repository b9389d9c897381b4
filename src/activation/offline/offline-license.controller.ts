import { Body, Controller, Get, Param, Post, Query, StreamableFile } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { type Caller, CallerOf } from '../../access/caller.js';
import { ApiProblems } from '../../http/problem/api-problems.js';
import { IdPipe } from '../../http/validation/validation.js';
import { Allow } from '../../access/organization-permission.js';
import {
  NewOfflineLicense,
  OfflineFileQuery,
  OfflineLicensePage,
  OfflineLicenseView,
  OfflineLicenseQuery,
} from './dto/offline-license.js';
import { OfflineIssueService } from './offline-issue.service.js';
import { OfflineLicenseService } from './offline-license.service.js';

@ApiTags('Seats')
@Controller('api/v1/organizations/:organizationId/offline-licenses')
export class OfflineLicenseController {
  constructor(
    private readonly offlineLicenses: OfflineLicenseService,
    private readonly issues: OfflineIssueService,
  ) {}

  @Get()
  @Allow('offline-license.view')
  @ApiOperation({ summary: 'List the licenses of machines without a network' })
  @ApiOkResponse({ type: OfflineLicensePage })
  list(
    @Param('organizationId', IdPipe) organizationId: number,
    @Query() query: OfflineLicenseQuery,
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
    return this.issues.create(caller, organizationId, license);
  }

  @Get(':offlineLicenseId/file')
  @Allow('offline-license.view')
  @ApiOperation({
    summary: 'Download the license for a machine',
    description:
      "Katalon Studio 7.8 refuses a `.lic` of this server in its own dialog, and Runtime Engine 7.8 in its `license` folder: both verify it with the vendor's key. Studio is activated by `sh`, `ps1` or `properties`; Runtime Engine takes only files that the vendor has signed.",
  })
  @ApiProduces('application/octet-stream', 'text/plain', 'application/x-pem-file')
  @ApiOkResponse({ type: String, description: 'By default a compact JWS (RS256), the whole text of the `.lic` file.' })
  @ApiProblems({
    404: 'No such offline license in the organization.',
    409: '`file-not-for-studio`: the license is for Runtime Engine, or lacks the feature that Studio looks for.',
  })
  async file(
    @CallerOf() caller: Caller,
    @Param('organizationId', IdPipe) organizationId: number,
    @Param('offlineLicenseId', IdPipe) id: number,
    @Query() { format = 'lic' }: OfflineFileQuery,
  ): Promise<StreamableFile> {
    const { name, type, text } = await this.offlineLicenses.download(caller, { organizationId, id }, format);
    return new StreamableFile(Buffer.from(text), { type, disposition: `attachment; filename="${name}"` });
  }
}
