import {
  Body,
  Controller,
  Delete,
  Headers,
  HttpCode,
  HttpStatus,
  Param,
  Post,
  Query,
  Res,
  UseInterceptors,
} from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiHeader,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { SignedIn } from '../../access/access.js';
import { type Caller, CallerOf } from '../../access/caller.js';
import { disconnectSignal } from '../../http/disconnect-signal.js';
import { WithoutLeaseTokens } from '../../access/without-lease-tokens.js';
import { KeyScopes } from '../../access/key-scopes.js';
import { ApiProblems } from '../../http/problem/api-problems.js';
import { UuidPipe } from '../../http/validation/validation.js';
import { clockOffset, clockWarning } from './renewal/client-clock.js';
import {
  BorrowedSeatView,
  JobQuery,
  LeaseRelease,
  LeaseRenewal,
  LeaseView,
  NewLease,
  ReleasedView,
  RenewalView,
} from './dto/lease.js';
import { type NativeClaims, LeaseTokenService } from './token/lease-token.service.js';
import { HeldSeatAnswer } from './held-seat-answer.js';
import { BorrowedSeatService } from './borrowed-seat.service.js';
import { IdleSessionService } from './ending/idle-session.service.js';
import { LeaseReleaseService } from './ending/lease-release.service.js';
import { LeaseService, type Renewal } from './lease.service.js';

/** What became of a check-out, in HTTP. */
const statusOf = { created: HttpStatus.CREATED, extended: HttpStatus.OK };

@ApiTags('Leases')
@Controller('api/v1/leases')
@SignedIn()
@KeyScopes('seats')
@WithoutLeaseTokens()
export class LeaseController {
  constructor(
    private readonly leases: LeaseService,
    private readonly releases: LeaseReleaseService,
    private readonly borrowed: BorrowedSeatService,
    private readonly idleSessions: IdleSessionService,
    private readonly tokens: LeaseTokenService,
  ) {}

  @Post()
  @ApiOperation({ summary: 'Check out a seat, or wait for one; the same session again prolongs the one it has' })
  @ApiCreatedResponse({ type: LeaseView, description: 'A new lease.' })
  @ApiOkResponse({ type: LeaseView, description: 'The session had this lease already; it lasts longer now.' })
  @ApiProblems({
    400: 'A field is missing or wrong, or `wildcard-machine-id`, `machine-id-not-accepted`: the machine id or fingerprint stands for many machines, or is not visible text.',
    403: '`machine-denied`, `license-expired`, `not-licensed`, `machine-unidentified`, `no-seat-assigned`: for an administrator to change. `borrow-not-allowed`, `borrow-too-long`, `borrow-beyond-license`: the license or the policy does not lend a seat until then.',
    404: 'No such organization, or you are not a member of it.',
    409: '`seat-used-elsewhere`, `machine-quota-reached`, `reserved-for-others`, `others-waiting`, `seats-exhausted`, `user-limit-reached`, `borrow-seats-kept`: `holders` lists up to 50 of those who hold the seats, the longest first, `availableAt` and `Retry-After` when the first can fall free.',
    429: '`too-many-waiting`, `too-many-waiting-here`: the account, or everybody, has as many check-outs waiting for the organization as the server allows.',
  })
  async checkOut(
    @CallerOf() caller: Caller,
    @Body() body: NewLease,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<LeaseView> {
    const { organizationId, product, machineId, sessionId } = body;
    const session = {
      clientPackage: product,
      machineId,
      sessionId,
      hostname: body.hostname ?? null,
      version: body.version ?? null,
      fingerprint: body.fingerprint ?? null,
      jobId: body.jobId ?? null,
      borrowUntil: body.borrowUntil === undefined ? undefined : wholeSecond(body.borrowUntil),
    };
    const seconds = body.waitSeconds ?? 0;
    const waiting = seconds > 0 ? { seconds, gone: disconnectSignal(reply) } : undefined;
    const lease = await this.leases.checkOut(caller, session, organizationId, { waiting });
    const { token, warning } = await this.tokens.forNative(lease, session);
    const { id, model, expiresAt, renewAt, renewedAt, borrowedUntil } = lease;
    reply.status(statusOf[lease.outcome]);
    return { id, token, model, expiresAt, renewAt, borrowedUntil, ...timesOf(renewedAt, body.clientTime, warning) };
  }

  @Post(':leaseId/renew')
  @HttpCode(200)
  @ApiOperation({ summary: 'Prolong a lease of mine; the body may be absent' })
  @ApiOkResponse({ type: RenewalView })
  @ApiProblems({
    400: 'A field is wrong, or the token was not signed by this server.',
    403: 'The token is of another lease.',
    409: 'It had expired, and all seats are in use now.',
    410: 'It is over: released, idle, or ended by an administrator (`reason`, and in words); or it never was yours.',
  })
  async renew(
    @CallerOf() caller: Caller,
    @Param('leaseId', UuidPipe) id: string,
    @Body() { token, idleSeconds, clientTime }: LeaseRenewal,
  ): Promise<RenewalView> {
    const claims = token === undefined ? undefined : await this.tokens.claimsOf(token, id);
    if (idleSeconds) await this.idleSessions.endIfIdle(caller, id, idleSeconds);
    const renewal = await this.leases.renew(caller, id);
    const fresh = await this.freshToken(renewal, claims);
    const { renewAt, renewedAt, expiresAt, borrowedUntil } = renewal;
    const times = timesOf(renewedAt, clientTime, fresh?.warning ?? null);
    return { id: renewal.id, token: fresh?.token ?? null, expiresAt, renewAt, borrowedUntil, ...times };
  }

  @Delete()
  @ApiOperation({ summary: 'Give back all seats of a CI job of mine, from whichever step' })
  @ApiOkResponse({ type: ReleasedView })
  @ApiProblems({ 400: 'The job is missing.' })
  async releaseJob(@CallerOf() caller: Caller, @Query() job: JobQuery): Promise<ReleasedView> {
    return { released: await this.releases.releaseJob(caller, job) };
  }

  @Delete(':leaseId')
  @HttpCode(204)
  @UseInterceptors(HeldSeatAnswer)
  @ApiOperation({ summary: 'Give a seat back; one that is gone already is given back. The body may be absent' })
  @ApiHeader({ name: 'Lease-Token', required: false, description: 'As `token` in the body.' })
  @ApiNoContentResponse({ description: 'Nothing is held under this id any more.' })
  @ApiOkResponse({
    type: BorrowedSeatView,
    description: 'It is borrowed and its token did not come: the seat stays taken.',
  })
  @ApiProblems({ 400: 'The token was not signed by this server.', 403: 'The token is of another lease.' })
  async release(
    @CallerOf() caller: Caller,
    @Param('leaseId', UuidPipe) id: string,
    @Body() { token }: LeaseRelease,
    @Headers('lease-token') header?: string,
  ): Promise<Date | undefined> {
    const proof = token ?? header;
    const claims = proof === undefined ? undefined : await this.tokens.claimsOf(proof, id);
    return this.borrowed.release(caller, id, claims);
  }

  /** A new token for a client that showed the old one, and for a lease that is new. */
  private async freshToken(
    { replacement, renewedAt, expiresAt, borrowedUntil, session, isTakenOver }: Renewal,
    claims: NativeClaims | undefined,
  ): Promise<{ token: string; warning: string | null } | undefined> {
    if (replacement && session) return this.tokens.forNative(replacement, session);
    if (!claims || isTakenOver) return undefined;
    const { jti, fence, product, model, organizationId } = claims;
    const lease = {
      id: jti,
      number: fence,
      product,
      model,
      organizationId,
      renewedAt,
      expiresAt,
      borrowedUntil,
      overage: 0,
      quota: 0,
    };
    return this.tokens.forNative(lease, claims);
  }
}

/** Tokens and their ends are whole seconds. */
function wholeSecond(time: string): Date {
  return new Date(Math.floor(Date.parse(time) / 1000) * 1000);
}

function timesOf(
  serverTime: Date,
  clientTime: string | undefined,
  warning: string | null,
): Pick<RenewalView, 'serverTime' | 'clockOffsetSeconds' | 'warning'> {
  const clockOffsetSeconds = clockOffset(clientTime, serverTime);
  const warnings = [warning, clockWarning(clockOffsetSeconds)].filter((each) => typeof each === 'string');
  return { serverTime, clockOffsetSeconds, warning: warnings.length > 0 ? warnings.join(' ') : null };
}
