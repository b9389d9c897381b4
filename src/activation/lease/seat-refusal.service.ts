import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { LRUCache } from 'lru-cache';
import { DataSource } from 'typeorm';
import { type Caller } from '../../access/caller.js';
import { type Change } from '../../audit/audited-change.js';
import { AuditService } from '../../audit/audit.service.js';
import { GroupCommit } from '../../concurrency/group-commit.js';
import { rowsOf } from '../../database/query.js';
import { evaluationFeature } from '../../license/file/client-features.js';
import { LicenseService } from '../../license/license.service.js';
import { models, type Product } from '../../license/file/product.js';
import { type Denied } from './check-out/check-out-item.js';
import { passesByItself, productOf, type SeatSession } from '../seat/seat-decision.js';
import { type Ending, endingOf, type Holder, SeatDeniedError, type SeatsInUse } from '../seat/seat-errors.js';
import {
  type AskedSeats,
  holdersOf,
  lastEndings,
  ownHolders,
  askedSeatsOf,
  type SessionKey,
} from './seat-refusal.queries.js';

interface SeatsRow {
  name: string;
  seats: number;
  machineQuota: number | null;
  offline: number;
  heldTokens: number;
  held: number;
  availableAt: Date | null;
  waiting: number;
  recordedTime: Date;
  endsAt: Date | null;
  licensedBorrowDays: number;
  borrowMaxDays: number;
  borrowKeepSeats: number;
  borrowEndsAt: Date | null;
}

/** Milliseconds for which a look at the seats of an organization answers everyone who is refused there. */
const sharedMillis = 1_000;

/** Organizations whose seats are remembered at once. */
const maxOrganizations = 1_000;

/** What was found in one organization, by what was asked. */
interface SharedLook {
  /** The time of the database at the first refusal that it answered. */
  at: Date;
  answers: Map<string, Promise<SeatsInUse>>;
  /** The answers name only some of the holders, so that a seat that changes hands rarely changes them. */
  isPartial: boolean;
}

/**
 * Composes refusals, with everything that can help: who holds the seats, and when one can become free. At a full pool hundreds ask
 * again and again, so they share a look at the seats for a second; a change of the organization's seats on this server ends it.
 */
@Injectable()
export class SeatRefusalService {
  private readonly looks = new LRUCache<number, SharedLook>({ max: maxOrganizations });

  private readonly endings = new GroupCommit<SessionKey, Ending | undefined>(
    async (sessions) => {
      const rows = await rowsOf<Ending & { place: number }>(this.dataSource, lastEndings(sessions));
      const byPlace = new Map(rows.map(({ place, ...ending }) => [place, ending]));
      return sessions.map((_, index) => ({ result: byPlace.get(index + 1) }));
    },
    () => false,
    200,
    2,
  );

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly licenses: LicenseService,
    audit: AuditService,
  ) {
    audit.whenCommitted((changes) => this.forget(changes));
  }

  async of(
    denied: Denied,
    { clientPackage, machineId, sessionId }: SeatSession,
    organizationId: number,
    caller: Caller,
  ): Promise<SeatDeniedError> {
    const { code, former } = denied;
    const product = productOf(clientPackage);
    const floatingOnly = clientPackage === 'FLOATING_ENGINE';
    const own = code === 'seat-used-elsewhere' ? caller.id : null;
    const [seats, ended] = await Promise.all([
      this.shared(denied, { organizationId, product, floatingOnly, own }),
      former
        ? endingOf(former)
        : this.endings.add({ userId: caller.id, organizationId, product, machineId, sessionId }),
    ]);
    const ownHeld = seats.holders.filter(({ email }) => email === caller.email).length;
    return new SeatDeniedError(code, { ...seats, ownHeld, ended }, former);
  }

  private forget(changes: readonly Change[]): void {
    for (const { action, organizationId } of changes) {
      if (action.startsWith('license.')) this.looks.clear();
      if (typeof organizationId !== 'number' || action === 'lease.denied') continue;
      if (this.looks.peek(organizationId)?.isPartial && action.startsWith('lease.')) continue;
      this.looks.delete(organizationId);
    }
  }

  private shared(denied: Denied, asked: AskedSeats): Promise<SeatsInUse> {
    const look = this.lookAt(asked.organizationId, denied.now);
    const key = JSON.stringify([denied.code, asked]);
    const known = look.answers.get(key);
    if (known) return known;
    const answer = this.seats(denied, asked);
    look.answers.set(key, answer);
    answer.then(
      ({ held, holders }) => (look.isPartial ||= held > holders.length),
      () => look.answers.delete(key),
    );
    return answer;
  }

  private lookAt(organizationId: number, now: Date): SharedLook {
    const known = this.looks.get(organizationId);
    // Not a TTL: the clock may be set back.
    if (known && Math.abs(now.getTime() - known.at.getTime()) < sharedMillis) return known;
    const look: SharedLook = { at: now, answers: new Map(), isPartial: false };
    this.looks.set(organizationId, look);
    return look;
  }

  private async seats({ code, now }: Denied, asked: AskedSeats): Promise<SeatsInUse> {
    const { product, own } = asked;
    // The holders of the other seats have nothing to do with a cap.
    const isAboutHolders = passesByItself(code) && code !== 'cap-reached';
    const listing = own === null ? holdersOf(asked, now) : ownHolders(asked, now);
    const [[row], holders] = await Promise.all([
      rowsOf<SeatsRow>(this.dataSource, askedSeatsOf(asked, now)),
      isAboutHolders ? rowsOf<Holder>(this.dataSource, listing) : [],
    ]);
    if (!row) throw new Error(`Organization ${asked.organizationId} is gone`);
    const known = {
      ...row,
      product,
      organization: row.name,
      now,
      holders,
      isEvaluation: this.isEvaluation(product, now),
      isFollowedUp: models.some((model) => this.licenses.grant(product, model, now)?.isFollowedUp),
    };
    if (!isAboutHolders) return { ...known, held: 0, availableAt: null };
    // Only a few sessions can share a seat of one's own.
    return own === null ? known : { ...known, held: holders.length, availableAt: holders[0]?.expiresAt ?? null };
  }

  private isEvaluation(product: Product, now: Date): boolean {
    const features = models
      .flatMap((model) => this.licenses.parts(product, model, now))
      .flatMap((part) => part.features);
    return features.length > 0 && features.every(({ key }) => key === evaluationFeature);
  }
}
