/** The lists of the page of licenses, in their order; part of its address. */
export const licenseTabs = ['users', 'online', 'own', 'offline', 'machines'] as const;
export type LicenseTab = (typeof licenseTabs)[number];

/** Reads the address. */
export function licenseTabIn({ tab }: Record<string, unknown>): { tab?: LicenseTab } {
  const known = licenseTabs.find((each) => each === tab);
  return known ? { tab: known } : {};
}
