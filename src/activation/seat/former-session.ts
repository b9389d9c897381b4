import { type EndReason } from './lease-end.js';

/** A lease that a session has, or had in the last 30 days. */
export interface FormerSession {
  /** Of the session among those asked for, from 1 on. */
  place: number;
  organizationId: number;
  /** Null: the organization is gone. */
  organizationName: string | null;
  /** 0: the lease is over. */
  number: number;
  startedAt: Date;
  /** Null while its lease is there, as `by` and `at` are. */
  reason: EndReason | null;
  by: string | null;
  at: Date | null;
  /** Whether this refusal of the session was recorded since. */
  recorded: boolean;
}
