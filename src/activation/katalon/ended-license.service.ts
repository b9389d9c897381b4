import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type Logger } from 'pino';
import { DataSource } from 'typeorm';
import { boundedCache } from '../../concurrency/bounded-cache.js';
import { AuditService } from '../../audit/audit.service.js';
import { type Caller } from '../../access/caller.js';
import { Clock } from '../../clock/clock.js';
import { holdUntilCommit } from '../../database/locks.js';
import { Notifications } from '../../database/notifications.js';
import { type DomainError, NotFoundError } from '../../errors/domain-error.js';
import { LOG } from '../../log/log.module.js';
import { MembershipService } from '../../organization/membership.service.js';
import { denialChange } from '../lease/check-out/check-out.js';
import { denials, formerSessions } from '../lease/check-out/check-out-statements.js';
import { type ActivatedLicense } from './dto/katalon.js';
import { type FormerSession } from '../seat/former-session.js';
import { endedLongAgo, LeaseTokenService, type SignedLicense } from '../lease/token/lease-token.service.js';
import { productOf, type SeatSession } from '../seat/seat-decision.js';
import { endingOf, describeEnding, NoOrganizationError, SeatDeniedError } from '../seat/seat-errors.js';

/** A Katalon client asks for a seat, or for the one that it has. */
export interface ClientRequest {
  caller: Caller;
  session: SeatSession;
  /** Undefined: the server chooses. */
  organizationId: number | undefined;
}

/** An answer that holds until something changes. */
interface Kept {
  answer: ActivatedLicense;
  /** How many changes had been heard of when the seat was asked for. */
  changes: number;
  /** Where a change may free a seat for the session. */
  organizations: readonly number[];
  /** Milliseconds since 1970. */
  until: number;
}

/** An expired lease frees its seat without a notification; the session gets the seat within this time. */
const keptMillis = 60_000;

/** Sessions whose answer is kept: some 2 KB each. */
const maxKept = 20_000;

/** Changes of these topics free no seat. */
const otherTopics: ReadonlySet<string> = new Set(['denials', 'mail', 'invitations', 'plugins']);

/**
 * Tells a session that its license has ended. A Katalon client that has had a license takes nothing else for an end: after any
 * other refusal of its renewal it runs on for ever. The answer is asked for every 30 seconds until the client stops, so it is
 * kept, and signed once.
 */
@Injectable()
export class EndedLicenseService {
  private readonly kept = boundedCache<string, Kept>(maxKept);
  private readonly licenses = boundedCache<string, Promise<SignedLicense>>(maxKept, keptMillis);
  /** Refusals of sessions whose organization is gone: no list of refusals is left that would remember them. */
  private readonly recordedHere = boundedCache<string, true>(maxKept);
  private changes = 0;
  private lastChangeForAll = 0;
  private readonly lastChange = new Map<number, number>();

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly audit: AuditService,
    private readonly clock: Clock,
    private readonly memberships: MembershipService,
    private readonly tokens: LeaseTokenService,
    private readonly notifications: Notifications,
    @Inject(LOG) private readonly log: Logger,
  ) {
    notifications.on('organization_changed', (payload) => {
      const [id, topic = ''] = payload.split(' ');
      if (!otherTopics.has(topic)) this.changed(Number(id));
    });
    notifications.on('access_changed', () => this.changed());
    notifications.onResume(() => this.changed());
    notifications.on('clock_set_back', () => this.kept.clear());
    // What this server has done itself counts at once.
    audit.whenCommitted((changes) => {
      for (const { action, organizationId } of changes) {
        if (organizationId !== undefined && action !== 'lease.denied') this.changed(organizationId);
      }
    });
  }

  /** How many changes have been heard of; to be read before a seat is asked for. */
  get changesHeard(): number {
    return this.changes;
  }

  /** What the session was told less than a minute ago, if nothing has changed since. */
  recall(asked: ClientRequest): ActivatedLicense | undefined {
    const kept = this.notifications.isListening ? this.kept.get(keyOf(asked)) : undefined;
    if (!kept || kept.until <= this.clock.millis() || this.lastChangeForAll > kept.changes) return undefined;
    const isStale = kept.organizations.some((id) => (this.lastChange.get(id) ?? 0) > kept.changes);
    return isStale ? undefined : kept.answer;
  }

  /**
   * @param error why there is no seat
   * @param changes see {@link changesHeard}
   * @throws the error itself, unless this very session was granted a seat in the last 30 days
   */
  async answer(error: unknown, asked: ClientRequest, changes: number): Promise<ActivatedLicense> {
    if (!isRefusal(error)) throw error;
    const isDenial = error instanceof SeatDeniedError;
    const former = isDenial ? error.former : await this.recordLeft(asked);
    if (!former || isDeactivated(former, asked)) throw error;
    const ending = isDenial ? undefined : endingOf(former);
    const message = ending ? `${describeEnding(ending)} ${error.message}` : error.message;
    if (!former.recorded) this.logOnce(error, asked, former);
    const roles = await this.memberships.of(asked.caller.id);
    const answer = await this.answerOf(former, asked, roles.get(former.organizationId) ?? null, message);
    this.kept.set(keyOf(asked), {
      answer,
      changes,
      organizations: [...new Set([...roles.keys(), former.organizationId])],
      until: this.clock.millis() + keptMillis,
    });
    return answer;
  }

  private async answerOf(
    former: FormerSession,
    { session }: ClientRequest,
    role: string | null,
    errorMessage: string,
  ): Promise<ActivatedLicense> {
    const { number, organizationId, organizationName, startedAt } = former;
    const { token, publicPem } = await this.licenseOf(session, organizationId);
    return {
      id: number,
      value: token,
      machineId: session.machineId,
      createAt: startedAt,
      expirationDate: endedLongAgo,
      organization: { id: organizationId, name: organizationName ?? `Organization ${organizationId}`, role },
      errorMessage,
      publicKey: publicPem,
    };
  }

  /** It is the same whenever it is asked for, until the signing key is another one. */
  private licenseOf({ clientPackage, machineId }: SeatSession, organizationId: number): Promise<SignedLicense> {
    const product = productOf(clientPackage);
    const key = JSON.stringify([product, organizationId, machineId]);
    const known = this.licenses.get(key);
    if (known) return known;
    const license = this.tokens.forEndedSession(product, organizationId, machineId);
    this.licenses.set(key, license);
    license.catch(() => this.licenses.delete(key));
    return license;
  }

  /** Records that a session is refused whose user is no longer a member, or whose organization is gone. */
  private async recordLeft({ caller, session, organizationId }: ClientRequest): Promise<FormerSession | undefined> {
    const asking = [
      {
        request: { ...session, userId: caller.id, organizationId: organizationId ?? 0 },
        organizationId: organizationId ?? null,
        code: 'not-a-member' as const,
      },
    ];
    return this.dataSource.transaction(async (manager) => {
      // One after the other: the second one sees that the first was recorded.
      await holdUntilCommit(manager, 'refusals of', `${caller.id} ${session.sessionId}`);
      const [text, values] = formerSessions(asking, this.clock.now());
      const [former] = await manager.query<FormerSession[]>(text, [...values]);
      if (!former || former.recorded) return former;
      const request = { ...session, userId: caller.id, organizationId: former.organizationId };
      if (former.organizationName === null) {
        const key = JSON.stringify([caller.id, session.machineId, session.sessionId]);
        if (this.recordedHere.has(key)) return { ...former, recorded: true };
        this.recordedHere.set(key, true);
      } else {
        const [insert, of] = denials([{ request, code: 'not-a-member' }], this.clock.now());
        await manager.query(insert, [...of]);
      }
      await this.audit.record(manager, caller, denialChange(request, 'not-a-member'));
      return former;
    });
  }

  private logOnce(error: DomainError, { caller, session }: ClientRequest, { organizationId }: FormerSession): void {
    const { machineId, sessionId, clientPackage } = session;
    const who = { organizationId, userId: caller.id, machineId, sessionId, clientPackage };
    this.log.info({ ...who, code: error.code }, 'A session was told that its license has ended');
  }

  private changed(organizationId?: number): void {
    this.changes++;
    if (organizationId === undefined) this.lastChangeForAll = this.changes;
    else this.lastChange.set(organizationId, this.changes);
  }
}

/** Refusals of a seat; whatever else goes wrong is no end of a license. */
function isRefusal(error: unknown): error is DomainError {
  return error instanceof SeatDeniedError || error instanceof NotFoundError || error instanceof NoOrganizationError;
}

/**
 * Whether the person at this machine gave the seat up in Studio's menu: the next activation comes out of its dialog, which
 * shows a refusal's text and nothing of an ended license.
 */
function isDeactivated({ reason }: FormerSession, { session }: ClientRequest): boolean {
  return reason === 'machine-deactivated' && session.clientPackage === 'KSE';
}

function keyOf({ caller, session, organizationId }: ClientRequest): string {
  const { clientPackage, machineId, sessionId } = session;
  return JSON.stringify([caller.id, clientPackage, machineId, sessionId, organizationId]);
}
