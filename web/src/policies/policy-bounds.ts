import type { SubscriptionView } from '../../generated/api';

export interface PolicyBounds {
  leaseMinutes: number;
  overagePercent: number;
  /** For the kind of seats that may be borrowed for longest. */
  borrowDays: number;
}

/** What the license allows at most, for all that the organization has; the server refuses what is above. */
export function boundsOf(
  subscriptions: readonly Pick<SubscriptionView, 'model' | 'maxLeaseMinutes' | 'maxOveragePercent' | 'borrowMaxDays'>[],
): PolicyBounds {
  const floating = subscriptions.filter(({ model }) => model === 'floating');
  return {
    leaseMinutes: subscriptions.length > 0 ? Math.min(...subscriptions.map((each) => each.maxLeaseMinutes)) : 1440,
    overagePercent: floating.length > 0 ? Math.min(...floating.map((each) => each.maxOveragePercent)) : 0,
    borrowDays: Math.max(0, ...subscriptions.map((each) => each.borrowMaxDays)),
  };
}
