/** The tabs of a person's page, in their order; part of its address. */
export const personTabs = ['now', 'sessions', 'machines', 'refusals', 'keys', 'history'] as const;
export type PersonTab = (typeof personTabs)[number];

/** The tabs of a machine's page. */
export const machineTabs = ['now', 'sessions', 'refusals', 'history'] as const;
export type MachineTab = (typeof machineTabs)[number];
