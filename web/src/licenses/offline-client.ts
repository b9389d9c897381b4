import type { OfflineLicenseView } from '../../generated/api';

export type OfflineProduct = OfflineLicenseView['product'];

/** What an offline license is for: they take different files. */
export const offlineClients = ['studio', 'engine', 'program'] as const;
export type OfflineClient = (typeof offlineClients)[number];

/** The product of a client; undefined: a program can take any. */
export const productOf: Record<OfflineClient, OfflineProduct | undefined> = {
  studio: 'KSE',
  engine: 'KRE',
  program: undefined,
};

/** What can take a license for the product. */
export function clientsOf(product: OfflineProduct): OfflineClient[] {
  return offlineClients.filter((client) => (productOf[client] ?? product) === product);
}

export function isOfflineClient(value: string): value is OfflineClient {
  return offlineClients.some((client) => client === value);
}
