import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { type Caller } from '../../access/caller.js';
import { Clock } from '../../clock/clock.js';
import { InvalidRequestError } from '../../http/validation/validation.js';
import { type Product } from '../../license/file/product.js';
import { CheckOuts } from './check-outs.js';
import { LeaseOrganizations } from './lease-organizations.js';
import { type Waiting } from './queue/seat-queue.js';
import { SeatWaiting } from './queue/seat-waiting.js';
import { type CheckOutItem, type Granted } from './check-out/check-out-item.js';
import { endingOfLease } from './ending/lease-release.queries.js';
import { renewAt } from '../seat/lease-policy.js';
import { type Renewed } from './renewal/lease-renewal-statements.js';
import { LeaseRenewalService } from './renewal/lease-renewal.service.js';
import { successorOf } from './token/lease-token-sign-in.queries.js';
import { expiredLeaseOf } from './lease.queries.js';
import { checkMachineId, checkMachineIdBinds } from '../seat/machine-id.js';
import { type ClientPackage, productOf, type SeatSession } from '../seat/seat-decision.js';
import { LeaseEndedError, NoOrganizationError, ServerStoppingError } from '../seat/seat-errors.js';
import { SeatRefusalService } from './seat-refusal.service.js';

/** A seat that was granted or goes on. */
export interface GrantedLease extends Granted {
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
  /** See {@link Granted.borrowedUntil}. */
  borrowedUntil: Date | null;
  /** Runtime Engine has taken its seat over: there is no token for a native program. */
  isTakenOver?: boolean;
  /** The new lease, where the old one was over and had to compete for a seat. */
  replacement?: GrantedLease;
  session?: SeatSession;
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
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly organizations: LeaseOrganizations,
    private readonly checkOuts: CheckOuts,
    private readonly waiting: SeatWaiting,
    private readonly renewals: LeaseRenewalService,
    private readonly refusals: SeatRefusalService,
    private readonly clock: Clock,
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
   * @throws InvalidRequestError when the seat is to be borrowed until a time that is over
   * @throws SharedMachineIdError when a seat is to be borrowed for a machine id that many machines have
   */
  async checkOut(
    caller: Caller,
    session: SeatSession,
    organizationId?: number,
    how: HowToAsk = {},
  ): Promise<GrantedLease> {
    checkMachineId(session.machineId, 'native');
    if (session.fingerprint !== null) checkMachineId(session.fingerprint, 'native');
    if (session.borrowUntil) this.checkLoan(session.borrowUntil, session.machineId);
    // Katalon's clients look at a license's features, native programs at what they like.
    if (how.former) session = { ...session, acceptedModels: this.checkOuts.acceptedModels(session.clientPackage) };
    if (organizationId !== undefined) {
      return this.checkOutIn(caller, session, await this.organizations.memberOf(caller, organizationId), how);
    }
    const candidates = await this.organizations.candidates(caller, session);
    for (const candidate of candidates.length > 1 ? candidates : []) {
      const result = await this.checkOuts.ask({ caller, session, organizationId: candidate });
      if (result.outcome !== 'denied') return this.leaseOf(result, session.clientPackage, candidate);
    }
    const first = candidates[0];
    if (first === undefined) throw new NoOrganizationError();
    return this.checkOutIn(caller, session, first, how);
  }

  private checkLoan(until: Date, machineId: string): void {
    checkMachineIdBinds(machineId);
    if (until > this.clock.now()) return;
    const message = 'borrowUntil must be in the future';
    throw new InvalidRequestError([{ field: 'borrowUntil', message, rule: 'future' }]);
  }

  private async checkOutIn(
    caller: Caller,
    session: SeatSession,
    organizationId: number,
    how: HowToAsk,
  ): Promise<GrantedLease> {
    const { waiting } = how;
    // The client would not learn of the seat, or of its place in the queue.
    if (waiting?.gone.aborted) throw new ServerStoppingError();
    const asking = { caller, session, organizationId };
    const result = waiting ? await this.waiting.asAsked(asking, waiting) : await this.waiting.asClient(asking, how);
    if (result.outcome === 'denied') throw await this.refusals.of(result, session, organizationId, caller);
    return this.leaseOf(result, session.clientPackage, organizationId);
  }

  /**
   * Prolongs a lease. One that has expired competes for a seat like any other, whether its own was given away or not.
   *
   * @throws LeaseEndedError
   * @throws SeatDeniedError
   */
  async renew(caller: Caller, id: string): Promise<Renewal> {
    const renewed = await this.renewals.renew(id, caller.id);
    if (renewed) return renewalOf(id, renewed);
    const lost = { id, userId: caller.id };
    const successor = await successorOf(this.dataSource, lost);
    const followed = successor && (await this.renewals.renew(successor, caller.id));
    if (followed) return { ...renewalOf(id, followed), isTakenOver: true };
    const expiredLease = await expiredLeaseOf(this.dataSource, lost);
    if (!expiredLease) throw new LeaseEndedError(await endingOfLease(this.dataSource, lost));
    // What has a floating seat binds no machine now.
    const isFloatingEngine = expiredLease.product === 'KRE' && expiredLease.model === 'floating';
    const clientPackage: ClientPackage = isFloatingEngine ? 'FLOATING_ENGINE' : expiredLease.product;
    const session = { ...expiredLease, clientPackage };
    const lease = await this.checkOut(caller, session, expiredLease.organizationId);
    const { renewedAt, renewAt: due, expiresAt, borrowedUntil } = lease;
    return { id: lease.id, renewedAt, renewAt: due, expiresAt, borrowedUntil, replacement: lease, session };
  }

  /**
   * Prolongs what a session has, as Studio renews: by asking again. It takes no seat, so it needs no lock of the pool.
   *
   * @param organizationId undefined: whichever it has its seat from
   * @returns undefined for a session that has to check out: it holds nothing live, or rules about machines are to be asked
   */
  async renewSession(
    caller: Caller,
    session: SeatSession,
    organizationId: number | undefined,
  ): Promise<GrantedLease | undefined> {
    const row = await this.renewals.renewSession(session, caller.id, organizationId);
    if (!row) return undefined;
    const overage = row.model === 'floating' ? Math.max(0, row.inUse - row.quota) : 0;
    const times = {
      renewedAt: new Date(row.renewed),
      expiresAt: new Date(row.expires),
      borrowedUntil: timeOf(row.borrowed),
    };
    return this.leaseOf({ ...row, ...times, overage, outcome: 'extended' }, session.clientPackage, row.organizationId);
  }

  private leaseOf(granted: Granted, clientPackage: ClientPackage, organizationId: number): GrantedLease {
    const { renewedAt, expiresAt, borrowedUntil, renewalShare, clientRenewalShare } = granted;
    return {
      ...granted,
      organizationId,
      product: productOf(clientPackage),
      // A borrowed seat needs no renewal.
      renewAt: borrowedUntil ?? renewAt(renewedAt, expiresAt, renewalShare),
      clientRenewAt: renewAt(renewedAt, expiresAt, clientRenewalShare),
    };
  }
}

/** @param millis since 1970 */
function timeOf(millis: number | null): Date | null {
  return millis === null ? null : new Date(millis);
}

function renewalOf(id: string, renewed: Renewed): Renewal {
  const renewedAt = new Date(renewed.renewed);
  const expiresAt = new Date(renewed.expires);
  const borrowedUntil = timeOf(renewed.borrowed);
  const due = borrowedUntil ?? renewAt(renewedAt, expiresAt, renewed.renewalShare);
  return { id, renewedAt, renewAt: due, expiresAt, borrowedUntil };
}
