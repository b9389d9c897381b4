/** Katalon Studio Enterprise (with a window) and Katalon Runtime Engine (console, CI). */
export const products = ['KSE', 'KRE'] as const;
export type Product = (typeof products)[number];

export const productName: Record<Product, string> = {
  KSE: 'Katalon Studio Enterprise',
  KRE: 'Katalon Runtime Engine',
};

/**
 * How a seat is held (manual, "Licenses and seats"): by a licensed user; by a machine, from its first activation on;
 * by the user of a session, one seat each.
 */
export const models = ['per-user', 'node-locked', 'floating'] as const;
export type Model = (typeof models)[number];
