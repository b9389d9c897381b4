import { Controller, Delete, Get, Header, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import {
  ApiBody,
  ApiConsumes,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiProduces,
  ApiTags,
} from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { DataSource } from 'typeorm';
import { Public, RootOnly } from '../access/access.js';
import { type Caller, CallerOf } from '../access/caller.js';
import { Confirmed } from '../access/confirmed.js';
import { ApiProblems } from '../http/problem/api-problems.js';
import { NotFoundError } from '../errors/domain-error.js';
import { BodyLimit } from '../http/limits/route-limits.js';
import { IdPipe } from '../http/validation/validation.js';
import { type KnownKey, SigningService } from '../signing/signing.service.js';
import { LicenseText, licenseView, LicenseView } from './dto/license.js';
import { SigningKeyQuery } from './dto/signing-key.js';
import { LicensePreview, licensePreview, statementPreview, TimeCorrectionView } from './dto/license-preview.js';
import { LicenseInstallationService } from './license-installation.service.js';
import { LicenseService } from './license.service.js';
import { SeatDivisionService } from './pool/seat-division.service.js';
import { RecordedTimeService } from './recorded-time.service.js';
import { licenseBodyLimit, uploadedLicense } from './uploaded-license.js';

@ApiTags('Server licenses')
@Controller('api/v1')
export class LicenseController {
  constructor(
    private readonly licenses: LicenseService,
    private readonly installation: LicenseInstallationService,
    private readonly division: SeatDivisionService,
    private readonly recordedTime: RecordedTimeService,
    private readonly signing: SigningService,
    @InjectDataSource() private readonly dataSource: DataSource,
  ) {}

  @Get('licenses')
  @RootOnly()
  @ApiOperation({ summary: 'List the installed license files' })
  @ApiOkResponse({ type: [LicenseView] })
  async list(): Promise<LicenseView[]> {
    return (await this.licenses.states()).map(licenseView);
  }

  @Post('licenses/preview')
  @BodyLimit(licenseBodyLimit)
  @RootOnly()
  @HttpCode(200)
  @ApiOperation({
    summary: 'What a license file would grant; it is checked as for the installation, and not installed',
  })
  @ApiConsumes('multipart/form-data', 'application/json')
  @ApiBody({ type: LicenseText })
  @ApiOkResponse({ type: LicensePreview })
  @ApiProblems({
    400: 'Not a license file, altered, expired, for another server, or signed by an unknown key.',
    413: 'Larger than 64 KiB.',
  })
  async preview(@Req() request: FastifyRequest): Promise<LicensePreview> {
    const text = await uploadedLicense(request);
    const statement = await this.recordedTime.statementIn(text);
    if (statement) return statementPreview(statement, await this.recordedTime.previewTime(statement));
    const previewed = await this.installation.preview(text);
    return licensePreview(previewed, await this.division.excessWith(previewed));
  }

  @Post('licenses')
  @BodyLimit(licenseBodyLimit)
  @RootOnly()
  @ApiOperation({ summary: "Install another license file, a newer issue of one, or the vendor's statement of time" })
  @ApiConsumes('multipart/form-data', 'application/json')
  @ApiBody({ type: LicenseText })
  @ApiCreatedResponse({ type: LicenseView })
  @ApiOkResponse({
    type: TimeCorrectionView,
    description: 'It was a statement of time: the recorded time is corrected.',
  })
  @ApiProblems({
    400: 'Not a license file, altered, expired, for another server, or signed by an unknown key.',
    409: 'A newer issue is installed, or a file that was issued later than the statement of time.',
    413: 'Larger than 64 KiB.',
  })
  async install(
    @CallerOf() caller: Caller,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<LicenseView | TimeCorrectionView> {
    const text = await uploadedLicense(request);
    const statement = await this.recordedTime.statementIn(text);
    if (statement) {
      void reply.status(200);
      return this.recordedTime.correctTime(statement, caller);
    }
    return this.dataSource.transaction(async (manager) => {
      const { claims } = await this.installation.install(manager, text, caller);
      const state = (await this.licenses.states(manager)).find(({ installed }) => installed.jti === claims.jti);
      if (!state) throw new Error('The license that was just installed is not there');
      return licenseView(state);
    });
  }

  @Get('licenses/:licenseId')
  @RootOnly()
  @ApiOperation({ summary: 'Look at an installed license file' })
  @ApiOkResponse({ type: LicenseView })
  @ApiProblems({ 404: 'No such license.' })
  async get(@Param('licenseId', IdPipe) id: number): Promise<LicenseView> {
    const state = (await this.licenses.states()).find(({ installed }) => installed.id === id);
    if (!state) throw new NotFoundError('The license');
    return licenseView(state);
  }

  @Delete('licenses/:licenseId')
  @RootOnly()
  @Confirmed()
  @HttpCode(204)
  @ApiOperation({
    summary: 'Remove a license file; its seats are gone with it, and sessions for which there are no seats left end',
  })
  @ApiNoContentResponse({ description: 'Removed.' })
  @ApiProblems({ 404: 'No such license.' })
  remove(@CallerOf() caller: Caller, @Param('licenseId', IdPipe) id: number): Promise<void> {
    return this.installation.uninstall(id, caller);
  }

  @Get('signing-key.pem')
  @Public()
  @Header('content-type', 'application/x-pem-file')
  @Header('content-disposition', 'attachment; filename="signing-key.pem"')
  @ApiOperation({
    summary:
      "This server's public key, which clients verify their licenses with; with `kid` another one, also of former days",
  })
  @ApiProduces('application/x-pem-file')
  @ApiOkResponse({ type: String, description: 'SPKI in PEM.' })
  @ApiProblems({ 404: 'This server has never had such a key.' })
  signingKey(@Query() { kid }: SigningKeyQuery): string {
    const keys = this.signing.allKeys();
    if (kid === 'all') return keys.map(described).join('');
    if (kid === undefined) return this.signing.publicPem('studio');
    const key = keys.find((each) => each.kid === kid);
    if (!key) throw new NotFoundError('The signing key', 'This server has no signing key with this kid.');
    return key.publicPem;
  }
}

/** A key with what it is, in lines that readers of PEM pass over. */
function described({ purpose, kid, publicPem, retiredAt }: KnownKey): string {
  const state = retiredAt ? `retired ${retiredAt.toISOString()}` : 'current';
  return `kid: ${kid}\npurpose: ${purpose}\nstate: ${state}\n${publicPem}`;
}
