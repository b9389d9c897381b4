/** Why a lease ends, as the audit log says it. */
export const endReasons = [
  'released',
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
