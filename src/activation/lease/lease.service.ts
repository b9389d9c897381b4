import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type Logger } from 'pino';
import { DataSource } from 'typeorm';
import { AuditService } from '../../audit/audit.service.js';
import { type Caller } from '../../access/caller.js';
import { Clock } from '../../clock/clock.js';
import { SETTINGS } from '../../config/config.module.js';
import { type Settings } from '../../config/settings.js';
import { GroupCommit, isItemError, type Outcome } from '../../concurrency/group-commit.js';
import { NotAMemberError } from '../../organization/organization.errors.js';
import { TooManyOpenError } from '../../errors/limit-errors.js';
import { isAcceptedByClient } from '../../license/file/client-features.js';
import { LicenseService } from '../../license/license.service.js';
import { type Model, type Product } from '../../license/file/product.js';
import { LOG } from '../../log/log.module.js';
import { MembershipService } from '../../organization/membership.service.js';
import { CheckOutBatch } from './check-out/check-out.js';
import { type CheckOutItem, type CheckOutResult, type Granted } from './check-out/check-out-item.js';
import { OutageError, QuotasOutdatedError } from './check-out/snapshot.js';
import { LeaseReleaseService } from './lease-release.service.js';
import { LeaseMetrics } from './lease-metrics.js';
import { renewAt } from '../seat/lease-policy.js';
import { LeaseRenewalService } from './lease-renewal.service.js';
import { checkMachineId } from '../seat/machine-id.js';
import { HeartbeatService } from './heartbeat.service.js';
import {
  type ClientPackage,
  modelsFor,
  passesByItself,
  productOf,
  type SeatRequest,
  type Session,
} from '../seat/seat-decision.js';
import { LeaseEndedError, NoOrganizationError, ServerStoppingError } from '../seat/seat-errors.js';
import { SeatQueue } from './seat-queue.js';
import { SeatRefusalService } from './seat-refusal.service.js';

/** A seat that was granted or goes on. */
export interface Lease extends Granted {
  organizationId: number;
  product: Product;
  renewAt: Date;
  /** When one of Katalon's clients is to renew it. */
  clientRenewAt: Date;
}

export interface Renewal {
  id: string;
  renewedAt: Date;
  renewAt: Date;
  expiresAt: Date;
  /** The new lease, where the old one was over and had to compete for a seat. */
  anew?: Lease;
  session?: Session;
}

/** How long a request waits for a seat. */
export interface Waiting {
  seconds: number;
  /** Aborted when the client has gone away. */
  gone: AbortSignal;
}

/** How a session asks for a seat. */
export interface HowToAsk {
  waiting?: Waiting;
  /** See {@link CheckOutItem}. */
  former?: CheckOutItem['former'];
  /** Of a client that waits without asking for it: aborted when it has gone away. */
  gone?: AbortSignal;
}

/** Seats are taken and kept: check-out and renewal. What arrives at the same moment shares one commit. */
@Injectable()
export class LeaseService {
  private readonly checkOuts = new GroupCommit<CheckOutItem, CheckOutResult>(
    (items) => this.checkOutBatch(items),
    isItemError,
    200,
    1,
    (items, seconds) => this.metrics.batch('check-out', items, seconds),
  );

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly licenses: LicenseService,
    private readonly memberships: MembershipService,
    private readonly audit: AuditService,
    private readonly clock: Clock,
    private readonly metrics: LeaseMetrics,
    private readonly heartbeat: HeartbeatService,
    private readonly queue: SeatQueue,
    private readonly renewals: LeaseRenewalService,
    private readonly releases: LeaseReleaseService,
    private readonly refusals: SeatRefusalService,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(LOG) private readonly log: Logger,
  ) {}

  /**
   * Gives the session a seat, or prolongs the one it has: asking twice is asking once.
   *
   * @param organizationId undefined: whichever organization of the caller has a seat
   * @param how whether to wait, for an organization that is named, and whether to look back when there is no seat
   * @throws SeatDeniedError with the holders
   * @throws NotAMemberError
   * @throws NoOrganizationError when the caller is a member of none
   * @throws TooManyOpenError when too many wait already
   * @throws WildcardMachineIdError and what else {@link checkMachineId} has against the machine id
   */
  async checkOut(caller: Caller, session: Session, organizationId?: number, how: HowToAsk = {}): Promise<Lease> {
    checkMachineId(session.machineId, 'native');
    if (session.fingerprint !== null) checkMachineId(session.fingerprint, 'native');
    // Katalon's clients look at a license's features, native programs at what they like.
    if (how.former) session = { ...session, acceptedModels: this.acceptedModels(session.clientPackage) };
    if (organizationId !== undefined) {
      return this.checkOutIn(caller, session, await this.memberOf(caller, organizationId), how);
    }
    const candidates = await this.candidates(caller, session);
    for (const candidate of candidates.length > 1 ? candidates : []) {
      const result = await this.ask(caller, session, candidate);
      if (result.outcome !== 'denied') return this.leaseOf(result, session.clientPackage, candidate);
    }
    const first = candidates[0];
    if (first === undefined) throw new NoOrganizationError();
    return this.checkOutIn(caller, session, first, how);
  }

  /** Kinds of seats that the client would accept, as far as the licenses in force tell; of the others it is told why not. */
  private acceptedModels(clientPackage: ClientPackage): Model[] {
    const product = productOf(clientPackage);
    return modelsFor(clientPackage).filter((model) => {
      const parts = this.licenses.parts(product, model, this.clock.now());
      return parts.length === 0 || parts.some(({ features }) => isAcceptedByClient(product, features));
    });
  }

  private async checkOutIn(caller: Caller, session: Session, organizationId: number, how: HowToAsk): Promise<Lease> {
    const { waiting } = how;
    // The client would not learn of the seat, or of its place in the queue.
    if (waiting?.gone.aborted) throw new ServerStoppingError();
    const result = waiting
      ? await this.askAndWait(caller, session, organizationId, waiting)
      : await this.askAsClient(caller, session, organizationId, how);
    if (result.outcome === 'denied') throw await this.refusals.of(result, session, organizationId, caller);
    return this.leaseOf(result, session.clientPackage, organizationId);
  }

  private async askAndWait(
    caller: Caller,
    session: Session,
    organizationId: number,
    waiting: Waiting,
  ): Promise<CheckOutResult> {
    const result = await this.ask(caller, session, organizationId, { mayWait: 'as-asked' });
    if (result.outcome !== 'denied') return result;
    if (result.crowd) throw this.crowded(result.crowd);
    return this.wait(caller, session, organizationId, waiting, result.ticket);
  }

  /** A Runtime Engine that asks for its first seat waits for as long as the policy says. */
  private async askAsClient(
    caller: Caller,
    session: Session,
    organizationId: number,
    { former, gone }: HowToAsk,
  ): Promise<CheckOutResult> {
    const mayWait = gone && session.client === 'engine' ? ('by-policy' as const) : undefined;
    const result = await this.ask(caller, session, organizationId, { recordDenial: true, former, mayWait });
    if (!gone || result.outcome !== 'denied' || result.ticket === undefined) return result;
    const { waitSeconds: seconds = 0, position, ticket } = result;
    const { machineId, sessionId, hostname } = session;
    const about = { organizationId, userId: caller.id, machineId, sessionId, hostname };
    this.log.info({ ...about, position, seconds }, 'A Runtime Engine waits for a seat');
    try {
      const answer = await this.wait(caller, session, organizationId, { seconds, gone }, ticket);
      const code = answer.outcome === 'denied' ? answer.code : undefined;
      this.log.info({ ...about, outcome: answer.outcome, code }, 'A Runtime Engine has waited for a seat');
      return answer;
    } catch (error) {
      if (!(error instanceof ServerStoppingError)) throw error;
      if (gone.aborted) {
        this.log.info(about, 'A Runtime Engine has disconnected while it waited for a seat');
        throw error;
      }
      // The client gets the refusal with the holders, which helps its user more than the news that the server is stopping.
      return this.ask(caller, session, organizationId, { recordDenial: true });
    }
  }

  private crowded(of: 'user' | 'organization'): TooManyOpenError {
    const { maxWaitingPerUser, maxWaitingPerOrganization } = this.settings;
    return of === 'user'
      ? new TooManyOpenError('too-many-waiting', maxWaitingPerUser)
      : new TooManyOpenError('too-many-waiting-here', maxWaitingPerOrganization);
  }

  /** Waits for a seat, and in the end is refused like any other request. */
  private async wait(
    caller: Caller,
    session: Session,
    organizationId: number,
    { seconds, gone }: Waiting,
    ticket: number | undefined,
  ): Promise<CheckOutResult> {
    const lastTry = { ticket, recordDenial: true };
    if (ticket === undefined) return this.ask(caller, session, organizationId, lastTry);
    const queue = { organizationId, product: productOf(session.clientPackage) };
    let isPlaceLeft = false;
    const isGone = (): boolean => gone.aborted;
    try {
      const answer = await this.queue.wait(ticket, queue, seconds * 1000, gone, async () => {
        const result = await this.ask(caller, session, organizationId, { ticket });
        return result.outcome === 'denied' && passesByItself(result.code) ? undefined : result;
      });
      const seat = answer?.outcome === 'denied' ? undefined : answer;
      // The client is gone, so it cannot learn of a seat or of a refusal.
      if (isGone()) {
        if (seat) await this.releases.release(caller, seat.id);
        throw new ServerStoppingError();
      }
      const result = seat ?? (await this.ask(caller, session, organizationId, lastTry));
      isPlaceLeft = true;
      if (isGone() && result.outcome !== 'denied') {
        await this.releases.release(caller, result.id);
        throw new ServerStoppingError();
      }
      return result;
    } finally {
      if (!isPlaceLeft) await this.queue.leave(ticket);
    }
  }

  /**
   * Prolongs a lease. One that has expired competes for a seat like any other, whether its own was given away or not.
   *
   * @throws LeaseEndedError
   * @throws SeatDeniedError
   */
  async renew(caller: Caller, id: string): Promise<Renewal> {
    const renewed = await this.renewals.renew(id, caller.id);
    if (renewed) {
      const renewedAt = new Date(renewed.renewed);
      const expiresAt = new Date(renewed.expires);
      return { id, renewedAt, renewAt: renewAt(renewedAt, expiresAt, renewed.renewalShare), expiresAt };
    }
    const [late] = await this.dataSource.query<(Omit<SeatRequest, 'userId'> & { model: Model; product: Product })[]>(
      `SELECT organization_id AS "organizationId", machine_id AS "machineId", session_id AS "sessionId", hostname, version,
              fingerprint, job_id AS "jobId", product, model
         FROM (SELECT l.*, p.model FROM lease l JOIN seat_pool p ON p.id = l.pool_id) AS l WHERE id = $1 AND user_id = $2
       UNION ALL
       SELECT organization_id, machine_id, session_id, hostname, version, fingerprint, job_id, product, model
         FROM ended_session WHERE lease_id = $1 AND user_id = $2 AND end_reason = 'expired'`,
      [id, caller.id],
    );
    if (!late) throw new LeaseEndedError(await this.releases.endingOf(caller, id));
    // What has a floating seat binds no machine now.
    const isFloatingEngine = late.product === 'KRE' && late.model === 'floating';
    const clientPackage: ClientPackage = isFloatingEngine ? 'FLOATING_ENGINE' : late.product;
    const session = { ...late, clientPackage };
    const lease = await this.checkOut(caller, session, late.organizationId);
    const { renewedAt, renewAt: due, expiresAt } = lease;
    return { id: lease.id, renewedAt, renewAt: due, expiresAt, anew: lease, session };
  }

  /**
   * Prolongs what a session has, as Studio renews: by asking again. It takes no seat, so it needs no lock of the pool.
   *
   * @param organizationId undefined: whichever it has its seat from
   * @returns undefined for a session that has to check out: it holds nothing live, or rules about machines are to be asked
   */
  async renewSession(caller: Caller, session: Session, organizationId: number | undefined): Promise<Lease | undefined> {
    const row = await this.renewals.renewSession(session, caller.id, organizationId);
    if (!row) return undefined;
    const overage = row.model === 'floating' ? Math.max(0, row.inUse - row.quota) : 0;
    const times = { renewedAt: new Date(row.renewed), expiresAt: new Date(row.expires) };
    return this.leaseOf(
      { ...row, ...times, overage: overage, outcome: 'extended' },
      session.clientPackage,
      row.organizationId,
    );
  }

  private async ask(
    caller: Caller,
    session: Session,
    organizationId: number,
    {
      recordDenial = false,
      ...queue
    }: Partial<Pick<CheckOutItem, 'recordDenial' | 'mayWait' | 'ticket' | 'former'>> = {},
  ): Promise<CheckOutResult> {
    const request = { ...session, userId: caller.id, organizationId };
    try {
      return await this.checkOuts.add({ request, actor: caller, recordDenial, ...queue });
    } catch (error) {
      // The lease refers to the membership, which has ended a moment ago.
      if ((error as { code?: string }).code === '23503') throw new NotAMemberError(organizationId);
      throw error;
    }
  }

  private leaseOf(granted: Granted, clientPackage: ClientPackage, organizationId: number): Lease {
    const { renewedAt, expiresAt, renewalShare, clientRenewalShare } = granted;
    return {
      ...granted,
      organizationId,
      product: productOf(clientPackage),
      renewAt: renewAt(renewedAt, expiresAt, renewalShare),
      clientRenewAt: renewAt(renewedAt, expiresAt, clientRenewalShare),
    };
  }

  /** Where the session has its seat, then where the user was last, then the oldest organization. */
  private async candidates(caller: Caller, { machineId, sessionId, clientPackage }: Session): Promise<number[]> {
    const roles = await this.memberships.of(caller.id);
    // Nearly all users are members of one organization, and there is nothing to look up.
    if (roles.size < 2) return [...roles.keys()];
    const [first] = await this.dataSource.query<{ current: number | null; last: number | null }[]>(
      `SELECT last_organization_id AS last,
              (SELECT organization_id FROM lease
                WHERE user_id = $1 AND product = $2 AND machine_id = $3 AND session_id = $4 LIMIT 1) AS current
         FROM user_account WHERE id = $1`,
      [caller.id, productOf(clientPackage), machineId, sessionId],
    );
    return [...new Set([first?.current, first?.last, ...roles.keys()])].filter(
      (id): id is number => typeof id === 'number' && roles.has(id),
    );
  }

  private async memberOf(caller: Caller, organizationId: number): Promise<number> {
    const role = await this.memberships.roleIn(organizationId, caller.id);
    if (!role) throw new NotAMemberError(organizationId);
    return organizationId;
  }

  private async checkOutBatch(items: readonly CheckOutItem[]): Promise<Outcome<CheckOutResult>[]> {
    for (let attempt = 1; ; attempt++) {
      try {
        const outcomes = await this.dataSource.transaction((manager) =>
          new CheckOutBatch(manager, this.audit, this.clock.offsetMillis, this.settings).run(items),
        );
        this.metrics.extended(outcomes.filter((each) => 'result' in each && each.result.outcome === 'extended').length);
        return outcomes;
      } catch (error) {
        if (attempt === 5) throw error;
        if (error instanceof OutageError) await this.heartbeat.touch();
        else if (error instanceof QuotasOutdatedError) {
          await this.dataSource.transaction((manager) => this.licenses.reallocate(manager));
        } else throw error;
      }
    }
  }
}
