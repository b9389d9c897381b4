import { type Address, GuardedAddressError, isInternal } from '../network/guarded-address.js';
import { type Route } from './bounded-request.js';

/**
 * Directly to what is inside, and to everything else by the proxy, if there is one. It may know names that are not known here.
 *
 * @param proxy `http://…`
 * @param addressesOf finds the addresses of the host, and refuses those that are not good
 * @throws GuardedAddressError
 */
export async function proxiedRoute(proxy: string | undefined, addressesOf: () => Promise<Address[]>): Promise<Route> {
  try {
    const addresses = await addressesOf();
    const isInside = addresses.some(({ address }) => isInternal(address));
    return proxy === undefined || isInside ? { addresses } : { proxy: new URL(proxy) };
  } catch (error) {
    if (proxy === undefined || error instanceof GuardedAddressError) throw error;
    return { proxy: new URL(proxy) };
  }
}
