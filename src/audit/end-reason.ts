/** Why a lease ends, as the audit log says it. */
export const endReasons = [
  'released',
  /** A borrowed seat came back early, with its token. */
  'returned',
  'terminated',
  'unassigned',
  'machine-deactivated',
  'machine-removed',
  'member-removed',
  'user-disabled',
  'machine-denied',
  'ended-by-holder',
  'transferred',
  'idle',
  /** There are fewer seats than before. */
  'quota-reduced',
  'replaced',
  'expired',
] as const;
