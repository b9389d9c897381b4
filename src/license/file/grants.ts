import { type Feature, type LicenseClaims, type LicenseType } from './license-file.js';
import { boundsOf, type LicenseBounds, strictestBounds } from './license-bounds.js';
import { afterLastSecond } from './last-second.js';
import { type Model, models, type Product, products } from './product.js';

/** Seats of one product and model that the license files give at one moment, taken together. */
export interface Grant {
  product: Product;
  model: Model;
  quantity: number;
  /** Machines that may be registered; undefined: as many as there are. */
  machineQuota: number | undefined;
  offline: boolean;
  /** Of all entitlements the strictest. */
  bounds: LicenseBounds;
  features: Feature[];
  /** Of the entitlement that lasts longest. */
  licenseType: LicenseType;
  /** When the longest entitlement ends; in its grace days this is past. */
  expiresAt: Date;
  /** Others take over without a gap when it ends. */
  isFollowedUp: boolean;
  /** {@link expiresAt} and its grace days. */
  endsAt: Date;
  /** How long a seat lives at most: until {@link endsAt}, or the end of the seats that take over then. */
  lastsUntil: Date;
  /** How long each of its seats lives at least, whichever entitlement it comes from. */
  allLastUntil: Date;
}

interface Period {
  starts: number;
  expires: number;
  ends: number;
}

/** Seats that come from one entitlement of one file, and what they may do. */
export interface GrantPart {
  quantity: number;
  features: Feature[];
  licenseType: LicenseType;
  /** Whether its seats may be out as offline licenses. */
  offline: boolean;
  /** How many of them may be out so. */
  offlineSeats: number;
  bounds: LicenseBounds;
  expiresAt: Date;
  /** Other seats take over without a gap when these end. */
  isFollowedUp: boolean;
  /** The end of this entitlement, grace days included. */
  endsAt: Date;
  /** See {@link Grant.lastsUntil}. */
  lastsUntil: Date;
}

/** As much as anybody needs, and less than what the database counts with. */
const maxQuantity = 1_000_000_000;

/** Adds up what all files grant at a time. */
export function grantsAt(files: readonly LicenseClaims[], at: Date): Grant[] {
  return products.flatMap((product) => models.flatMap((model) => grantAt(files, product, model, at) ?? []));
}

/** The same entitlement by entitlement, the one that lasts longest first: the order in which its seats are taken. */
export function partsAt(files: readonly LicenseClaims[], product: Product, model: Model, at: Date): GrantPart[] {
  return liveAt(files, product, model, at).map(({ file, entitlement, expires, ends }) => ({
    isFollowedUp: isFollowedUp(files, { product, model }, new Date(expires), at),
    quantity: entitlement.quantity,
    features: entitlement.features.map(({ key, name }) => ({ key, name })),
    licenseType: file.licenseType,
    offline: entitlement.offline === true,
    offlineSeats: offlineSeatsOf(entitlement),
    bounds: boundsOf(entitlement),
    expiresAt: new Date(expires),
    endsAt: new Date(ends),
    lastsUntil: lastsUntil(files, { product, model }, ends),
  }));
}

/**
 * What a seat may do: that of the entitlement it comes from. Beyond the quota, or after a cut of it, a seat is like the last.
 *
 * @param position of the seat among all that are taken, from 0
 */
export function partOf(parts: readonly GrantPart[], position: number): GrantPart | undefined {
  let before = 0;
  return parts.find(({ quantity }) => position < (before += quantity)) ?? parts.at(-1);
}

/** What is left for sessions when this many seats are out as offline licenses, which take the first that allow it. */
export function besideOffline(parts: readonly GrantPart[], offline: number): GrantPart[] {
  let left = offline;
  return parts.map((part) => {
    const out = Math.min(left, part.offlineSeats);
    left -= out;
    return { ...part, quantity: part.quantity - out };
  });
}

/** Entitlements to a product and model in force, the one that lasts longest first. */
function liveAt(
  files: readonly LicenseClaims[],
  product: Product,
  model: Model,
  at: Date,
): (Period & { file: LicenseClaims; entitlement: LicenseClaims['entitlements'][number] })[] {
  const now = at.getTime();
  return files
    .flatMap((file) => file.entitlements.map((entitlement) => ({ file, entitlement, ...periodOf(file, entitlement) })))
    .filter(({ entitlement }) => entitlement.product === product && entitlement.model === model)
    .filter(({ starts, ends }) => starts <= now && now < ends)
    .sort((a, b) => b.expires - a.expires || b.ends - a.ends);
}

/** What all files grant of one product and model at a time; undefined: nothing. */
export function grantAt(files: readonly LicenseClaims[], product: Product, model: Model, at: Date): Grant | undefined {
  const live = liveAt(files, product, model, at);
  const longestLived = live[0];
  if (!longestLived) return undefined;
  const quotas = live.map(({ entitlement }) => entitlement.machineQuota);
  const ends = Math.max(...live.map((each) => each.ends));
  const features = new Map(live.flatMap(({ entitlement }) => entitlement.features.map((each) => [each.key, each])));
  return {
    product,
    model,
    quantity: total(live.map(({ entitlement }) => entitlement.quantity)),
    machineQuota: quotas.includes(undefined) ? undefined : total(quotas.map((quota) => quota ?? 0)),
    offline: live.some(({ entitlement }) => entitlement.offline === true),
    bounds: strictestBounds(live.map(({ entitlement }) => boundsOf(entitlement))),
    features: [...features.values()].map(({ key, name }) => ({ key, name })),
    licenseType: longestLived.file.licenseType,
    expiresAt: new Date(longestLived.expires),
    isFollowedUp: isFollowedUp(files, { product, model }, new Date(longestLived.expires), at),
    endsAt: new Date(ends),
    lastsUntil: lastsUntil(files, { product, model }, ends),
    allLastUntil: lastsUntil(files, { product, model }, Math.min(...live.map((each) => each.ends))),
  };
}

/**
 * Where as many seats with the same features take over without a gap, a lease need not end with the license that ends: Katalon's
 * clients would all stop then, because they look every 30 seconds only, and renew nothing that has ended.
 */
function lastsUntil(files: readonly LicenseClaims[], kind: { product: Product; model: Model }, ends: number): Date {
  for (let until = ends; ;) {
    const before = liveAt(files, kind.product, kind.model, new Date(until - 1));
    const after = liveAt(files, kind.product, kind.model, new Date(until));
    const seats = (those: typeof after): number => total(those.map(({ entitlement }) => entitlement.quantity));
    const keys = (those: typeof after): string[] =>
      those.flatMap(({ entitlement }) => entitlement.features.map(({ key }) => key));
    const has = new Set(keys(after));
    if (after.length === 0 || seats(after) < seats(before) || !keys(before).every((key) => has.has(key)))
      return new Date(until);
    until = Math.max(...after.map((each) => each.ends));
  }
}

function offlineSeatsOf(entitlement: LicenseClaims['entitlements'][number]): number {
  if (entitlement.offline !== true) return 0;
  // A share such as 0.29 of 100 is 28.999… in binary.
  return Math.floor(entitlement.quantity * boundsOf(entitlement).offlineMaxShare + 1e-9);
}

function total(counts: readonly number[]): number {
  return Math.min(
    maxQuantity,
    counts.reduce((sum, count) => sum + count, 0),
  );
}

/** The next moment after `at` at which {@link grantsAt} gives another answer; undefined: never. */
export function nextChangeAfter(files: readonly LicenseClaims[], at: Date): Date | undefined {
  const moments = files
    .flatMap((file) => file.entitlements.map((entitlement) => periodOf(file, entitlement)))
    .flatMap(({ starts, ends }) => [starts, ends])
    .filter((moment) => moment > at.getTime());
  return moments.length > 0 ? new Date(Math.min(...moments)) : undefined;
}

/** When the last entitlement to a product and model ended, grace days included; undefined: there was none. */
export function lastEndBefore(
  files: readonly LicenseClaims[],
  product: Product,
  model: Model,
  at: Date,
): Date | undefined {
  const ends = files
    .flatMap((file) => file.entitlements.map((entitlement) => ({ entitlement, ...periodOf(file, entitlement) })))
    .filter(({ entitlement }) => entitlement.product === product && entitlement.model === model)
    .map((each) => each.ends)
    .filter((end) => end <= at.getTime());
  return ends.length > 0 ? new Date(Math.max(...ends)) : undefined;
}

/** When the last entitlement ends or ended, grace days not counted; undefined: it does not exist. */
export function lastExpiry(files: readonly LicenseClaims[], product?: Product): Date | undefined {
  const ends = files
    .flatMap((file) => file.entitlements.map((entitlement) => ({ entitlement, ...periodOf(file, entitlement) })))
    .filter(({ entitlement }) => product === undefined || entitlement.product === product)
    .map(({ expires }) => expires);
  return ends.length > 0 ? new Date(Math.max(...ends)) : undefined;
}

/** Grace days of the file follow whatever ends first: the file or the entitlement. */
function periodOf(file: LicenseClaims, entitlement: { startsAt?: string; expiresAt?: string }): Period {
  const starts = Math.max(file.nbf * 1000, entitlement.startsAt ? Date.parse(entitlement.startsAt) : 0);
  const expires = Math.min(file.exp * 1000, entitlement.expiresAt ? Date.parse(entitlement.expiresAt) : Infinity);
  return { starts, expires, ends: afterLastSecond(expires) + file.graceDays * 86_400_000 };
}

/** Whether two files are in force at the same time, for however short. */
export function overlap(one: LicenseClaims, other: LicenseClaims): boolean {
  return one.nbf * 1000 < afterLastSecond(other.exp * 1000) && other.nbf * 1000 < afterLastSecond(one.exp * 1000);
}

/** Whether a file goes on where another one ends: it is in force by then, and lasts longer. */
export function takesOver(next: LicenseClaims, former: LicenseClaims): boolean {
  return next.nbf * 1000 <= afterLastSecond(former.exp * 1000) && next.exp > former.exp;
}

/**
 * Whether the end of seats needs no warning: when they end, others of the same kind are in force that are as many as there are now.
 *
 * @param expiresAt of the seats that end
 */
export function isFollowedUp(
  files: readonly LicenseClaims[],
  kind: { product: Product; model: Model },
  expiresAt: Date,
  at: Date,
): boolean {
  const expires = expiresAt.getTime();
  const ofKind = files
    .flatMap((file) => file.entitlements.map((entitlement) => ({ entitlement, ...periodOf(file, entitlement) })))
    .filter(({ entitlement }) => entitlement.product === kind.product && entitlement.model === kind.model);
  const now = Math.min(at.getTime(), expires - 1);
  const seats = (those: typeof ofKind): number => total(those.map(({ entitlement }) => entitlement.quantity));
  const before = ofKind.filter((each) => each.starts <= now && now < each.expires);
  const after = ofKind.filter((each) => each.starts <= afterLastSecond(expires) && each.expires > expires);
  return after.length > 0 && seats(after) >= seats(before);
}

/** Whether for all seats of a file others take over without a gap, see {@link isFollowedUp}. */
export function isFileFollowedUp(files: readonly LicenseClaims[], file: LicenseClaims, at: Date): boolean {
  return file.entitlements.every((entitlement) => {
    const { expires } = periodOf(file, entitlement);
    return isFollowedUp(files, entitlement, new Date(expires), at);
  });
}

/** What to tell people about a license that ends within 30 days or is past its end; undefined: nothing. */
export function expiryWarning(
  { expiresAt, isFollowedUp, endsAt }: Pick<Grant, 'expiresAt' | 'isFollowedUp' | 'endsAt'>,
  at: Date,
): string | undefined {
  if (isFollowedUp) return undefined;
  const day = (date: Date): string => date.toISOString().slice(0, 10);
  // The day that was written, not the midnight after it.
  const lastMoment = new Date(endsAt.getTime() - (afterLastSecond(expiresAt.getTime()) - expiresAt.getTime()));
  if (at >= expiresAt) {
    return `The license expired on ${day(expiresAt)}. Seats are granted until ${day(lastMoment)} only; ask your administrator to renew it.`;
  }
  if (expiresAt.getTime() - at.getTime() <= 30 * 86_400_000) return `The license expires on ${day(expiresAt)}.`;
  return undefined;
}
