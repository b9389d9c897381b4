import { type endReasons } from '../../audit/end-reason.js';
import { type LeaseState } from './seat-decision.js';

/** A lease that is over. */
export interface EndedLease extends Pick<
  LeaseState,
  'id' | 'poolId' | 'organizationId' | 'product' | 'userId' | 'machineId' | 'fingerprint' | 'sessionId'
> {
  /** Until when its seat is not free, for it was borrowed and its token is still out. */
  heldUntil?: Date | null;
}

/** Why a lease ends. */
export type EndReason = (typeof endReasons)[number];

/** By whose hand, and from where, leases end. An `Actor` is one. */
export interface Ender {
  /** Empty: each lease's holder, or no person at all. */
  name: string;
  address: string | null;
  /** Where each lease is ended from another address: by `LEASE USER`. */
  addresses?: ReadonlyMap<string, string | null>;
}

/** Leases that expire or are replaced: no person ends them. */
export const noEnder: Ender = { name: '', address: null };

/** The holder gives seats back. */
export function holder({ address }: { address: string | null }): Ender {
  return { name: '', address };
}

/** What the database is told of an end, for the client that comes to renew the lease and for the audit log. */
export function whyEnded(reason: EndReason, ender: Ender): [reason: EndReason, name: string, addresses: string] {
  const { name, address, addresses = new Map([['', address]]) } = ender;
  return [reason, name, JSON.stringify(Object.fromEntries(addresses))];
}
