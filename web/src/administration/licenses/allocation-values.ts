import type { Allocation, AllocationView } from '../../../generated/api';

/** Seats by product and model; empty: no share of its own. */
export type AllocationValues = Record<string, number | string>;

export function keyOf({ product, model }: AllocationView): string {
  return `${product} ${model}`;
}

/** What can be allocated: what is granted, and what an organization still has a share of. */
export function offeredOf(list: readonly AllocationView[]): AllocationView[] {
  return list.filter(({ granted, quantity }) => granted > 0 || quantity !== null);
}

/** How many seats an organization can have at most: what the others leave. */
export function maxOf({ granted, allocatedElsewhere }: AllocationView): number {
  return Math.max(0, granted - allocatedElsewhere);
}

export function allocationValuesOf(list: readonly AllocationView[]): AllocationValues {
  return Object.fromEntries(offeredOf(list).map((each) => [keyOf(each), each.quantity ?? '']));
}

/** Only the shares that differ from before, each with the version that it replaces. */
export function changesOf(values: AllocationValues, before: readonly AllocationView[]): Allocation[] {
  return offeredOf(before)
    .filter((each) => String(values[keyOf(each)]) !== String(each.quantity ?? ''))
    .map((each) => {
      const value = values[keyOf(each)];
      const quantity = value === '' || value === undefined ? null : Number(value);
      return { product: each.product, model: each.model, quantity, version: each.version };
    });
}
