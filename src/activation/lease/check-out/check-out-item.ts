import { type Actor } from '../../../access/actor.js';
import { type Settings } from '../../../config/settings.js';
import { type Model } from '../../../license/file/product.js';
import { type FormerSession } from '../../seat/former-session.js';
import { type DenialCode, type SeatRequest } from '../../seat/seat-decision.js';

/** A request as it comes into a batch. */
export interface CheckOutItem {
  request: SeatRequest;
  actor: Actor;
  /** Whether a refusal is final, and so a denial to be counted. */
  recordDenial: boolean;
  /**
   * Whether it waits its turn when there is no seat: because it asked for that, and then not with {@link recordDenial}; or for as
   * long as the policy has Runtime Engines wait, unless its session had a seat before.
   */
  mayWait?: 'as-asked' | 'by-policy';
  /** Its place among those who wait, once it does. */
  ticket?: number;
  /**
   * For a session that may have had a seat before: in which organization, null: in any. Its refusal is recorded once for each
   * reason, and says what it had. With {@link recordDenial}.
   */
  former?: { organizationId: number | null };
}

export interface Granted {
  outcome: 'created' | 'extended';
  id: string;
  number: number;
  model: Model;
  /** Name of the organization whose seat it is. */
  organizationName: string;
  renewedAt: Date;
  expiresAt: Date;
  /** Share of the lease after which its renewal is due. */
  renewalShare: number;
  /** The same for Katalon's clients. */
  clientRenewalShare: number;
  /** As {@link expiresAt}, of a borrowed seat; null: it is not borrowed. */
  borrowedUntil: Date | null;
  /** Seats of its pool that are in use beyond the quota. */
  overage: number;
  quota: number;
}

export interface Denied {
  outcome: 'denied';
  code: DenialCode;
  now: Date;
  /** The place among those who wait; undefined: it does not wait. */
  ticket?: number;
  /** How long it waits, where the policy says so. */
  waitSeconds?: number;
  /** Where it stands among those who wait, from 1 on, when it joins them. */
  position?: number;
  /** Why it cannot join the queue: the user, or the organization, has too many waiting requests already. */
  crowd?: 'user' | 'organization';
  /** The lease that the session had before, where that was asked for. */
  former?: FormerSession;
}

/** What a server's administrator allows one user or organization. */
export type CheckOutLimits = Pick<Settings, 'maxLeasesPerUser' | 'maxWaitingPerUser' | 'maxWaitingPerOrganization'>;

export type CheckOutResult = Granted | Denied;
