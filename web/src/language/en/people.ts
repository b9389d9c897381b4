/** One person, or one machine. */
export const people = {
  all: 'All users',
  allMachines: 'All machines',
  tab: {
    now: 'Now',
    sessions: 'Sessions of a year',
    machines: 'Machines',
    refusals: 'Refusals',
    keys: 'API keys',
    history: 'History',
  },
  reason: 'Reason',
  noRefusals: 'Never refused a seat',
  noKeys: 'No API keys',
  keyName: 'Name',
  keyCreated: 'Created',
  keyUsed: 'Last used',
  keyExpires: 'Expires',
  noPlace: 'No seat is bound to this machine.',
} as const;
