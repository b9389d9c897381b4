import { type Actor } from '../access/actor.js';

/** A change, as the code that makes it tells it. */
export interface Change {
  action: string;
  organizationId?: number;
  targetType?: string;
  targetId?: string | number;
  /** What is worth knowing later. Never a secret. */
  details?: Record<string, unknown>;
  /** The account that it happens to, for a `ChangeFollower`; the audit log does not keep it. */
  userId?: number;
}

/** A change and who made it. */
export interface AuditedChange {
  actor: Actor;
  change: Change;
}
