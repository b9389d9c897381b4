import { Body, Controller, Delete, Get, Header, HttpCode, Post, Query, Res } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { SignedIn } from '../../access/access.js';
import { type Caller, CallerOf } from '../../access/caller.js';
import { KeyScopes } from '../../access/key-scopes.js';
import { NotFoundError } from '../../errors/domain-error.js';
import { HeldForClients } from '../../http/client-hold.js';
import { disconnectSignal } from '../../http/disconnect-signal.js';
import { ApiProblems } from '../../http/problem/api-problems.js';
import { productName } from '../../license/file/product.js';
import { OrganizationService } from '../../organization/organization.service.js';
import {
  ActivatedLicense,
  ActivateQuery,
  ExpirationQuery,
  FeaturesQuery,
  FeatureView,
  KatalonOrganization,
  ClientMachineQuery,
  ReleaseQuery,
  TrackedSession,
} from './dto/katalon.js';
import { IdleSessionService } from '../lease/ending/idle-session.service.js';
import { LeaseReleaseService } from '../lease/ending/lease-release.service.js';
import { MachineDeactivationService } from '../machine/machine-deactivation.service.js';
import { ClientActivationService } from './client-activation.service.js';
import { checkMachineId } from '../seat/machine-id.js';
import { SeatService } from '../lease/seat.service.js';
import { TrackingService } from './tracking.service.js';
import { NotAMemberError } from '../../organization/organization.errors.js';

/** The routes that Katalon Studio and Runtime Engine call, in their own form. */
@ApiTags('Katalon Studio')
@Controller('api/v1')
@SignedIn()
@KeyScopes('seats')
export class KatalonController {
  constructor(
    private readonly activations: ClientActivationService,
    private readonly releases: LeaseReleaseService,
    private readonly machines: MachineDeactivationService,
    private readonly idleSessions: IdleSessionService,
    private readonly organizations: OrganizationService,
    private readonly seats: SeatService,
    private readonly tracking: TrackingService,
  ) {}

  @Post('license-keys/activate')
  @HeldForClients()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Take a seat, or renew it: everything in the query',
    description:
      'A session that was granted a seat before and cannot have one now gets a license that ended on 2000-01-01, with the reason in `errorMessage`. ' +
      'The first activation of a Runtime Engine waits for a seat for as long as the policy says (`engineWaitSeconds`).',
  })
  @ApiOkResponse({ type: ActivatedLicense })
  @ApiProblems({
    400: 'A parameter is missing, doubled or too long, or `machine-id-not-accepted`, `wildcard-machine-id`: the machine id is not 16 to 128 hexadecimal digits and hyphens.',
    403: 'No such seats, an expired license or one that ends in less than a minute, or no organization.',
    404: 'No such organization, or you are not a member of it.',
    409: 'All seats are in use; the message names the holders.',
    503: '`database-unavailable`: its database has been away for longer than CLIENT_HOLD_SECONDS. `too-many-held`: too many clients wait for it.',
  })
  async activate(
    @CallerOf() caller: Caller,
    @Query() query: ActivateQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ActivatedLicense> {
    const { machineKey, sessionId, hostname, ksVersion } = query;
    checkMachineId(machineKey, 'client');
    const session = {
      clientPackage: query.package,
      client: query.package === 'KSE' ? ('studio' as const) : ('engine' as const),
      machineId: machineKey,
      sessionId,
      hostname: hostname?.trim() || null,
      version: ksVersion?.trim() || null,
      fingerprint: null,
      jobId: null,
    };
    const asked = { caller, session, organizationId: query.organizationId };
    return this.activations.activate(asked, () => disconnectSignal(reply));
  }

  @Post('license-keys/release')
  @HeldForClients()
  @HttpCode(204)
  @ApiOperation({ summary: 'Give back the seat of a session' })
  @ApiNoContentResponse({ description: 'The session holds no seat any more.' })
  @ApiProblems({ 400: 'A parameter is missing, doubled or too long.' })
  release(@CallerOf() caller: Caller, @Query() query: ReleaseQuery): Promise<void> {
    const session = { clientPackage: query.package, machineId: query.machineKey, sessionId: query.sessionId };
    return this.releases.releaseSession(caller, session, query.organizationId);
  }

  @Delete('machine')
  @HttpCode(204)
  @ApiOperation({ summary: 'Deactivate a machine: its leases end and it is unregistered' })
  @ApiNoContentResponse({ description: 'Nothing of yours is active there any more.' })
  @ApiProblems({ 400: 'A parameter is missing, doubled or too long.' })
  deactivate(@CallerOf() caller: Caller, @Query() query: ClientMachineQuery): Promise<void> {
    return this.machines.deactivate(caller, query.machineKey, query.package, query.organizationId);
  }

  @Get('organizations/list')
  @KeyScopes('seats', 'read')
  @ApiOperation({ summary: 'My organizations, and whether they have Runtime Engine seats' })
  @ApiOkResponse({ type: [KatalonOrganization] })
  async list(@CallerOf() caller: Caller): Promise<KatalonOrganization[]> {
    const organizations = await this.organizations.ofMember(caller);
    const withSeats = await this.seats.withSeats(
      organizations.map(({ id }) => id),
      'KRE',
    );
    return organizations.map(({ id, name, role }) => ({ id, name, role, kreLicense: withSeats.has(id) }));
  }

  @Get('features')
  @KeyScopes('seats', 'read')
  @ApiOperation({ summary: 'Features of the seats of an organization' })
  @ApiOkResponse({ type: [FeatureView] })
  async features(@CallerOf() caller: Caller, @Query() { organizationId }: FeaturesQuery): Promise<FeatureView[]> {
    const features = await this.seats.features(await this.mine(caller, organizationId));
    return features.map(({ name, key }) => ({ name, key }));
  }

  @Get('subscription/expiration')
  @KeyScopes('seats', 'read')
  @Header('content-type', 'application/json; charset=utf-8')
  @ApiOperation({ summary: 'When the license of a product expires: a bare JSON date' })
  @ApiOkResponse({ schema: { type: 'string', format: 'date-time' } })
  @ApiProblems({ 404: 'There is no license for the product, or no such organization.' })
  async expiration(@CallerOf() caller: Caller, @Query() query: ExpirationQuery): Promise<string> {
    const product = query.feature === 'KSE' ? 'KSE' : 'KRE';
    const expiry = await this.seats.expiry(await this.mine(caller, query.organizationId), product);
    if (!expiry)
      throw new NotFoundError(
        'The license',
        `There is no license for ${productName[product]}. Ask your administrator.`,
      );
    return JSON.stringify(expiry);
  }

  @Post('tracking')
  @HttpCode(204)
  @ApiOperation({ summary: 'Report a finished session, or one that is idle' })
  @ApiNoContentResponse({ description: 'Noted.' })
  async track(@CallerOf() caller: Caller, @Body() report: TrackedSession): Promise<void> {
    await this.tracking.record(caller, report);
    const { organizationId, machineId, sessionId, idleSeconds } = report;
    if (typeof idleSeconds !== 'number' || organizationId === undefined || !machineId || !sessionId) return;
    await this.idleSessions.endSession(caller, { organizationId, machineId, sessionId }, idleSeconds);
  }

  /** @throws NotAMemberError */
  private async mine(caller: Caller, organizationId: number | undefined): Promise<number[]> {
    const ids = (await this.organizations.ofMember(caller)).map(({ id }) => id);
    if (organizationId === undefined) return ids;
    if (!ids.includes(organizationId)) {
      throw new NotAMemberError(organizationId);
    }
    return [organizationId];
  }
}
