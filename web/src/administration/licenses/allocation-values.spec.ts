import { describe, expect, it } from '@jest/globals';
import type { AllocationView } from '../../../generated/api';
import { changesOf, keyOf, maxOf, offeredOf, allocationValuesOf } from './allocation-values';

function allocation(change: Partial<AllocationView>): AllocationView {
  return {
    ...{ product: 'KSE', model: 'floating', granted: 10, allocatedElsewhere: 4 },
    ...{ quantity: null, quota: 6, withheld: 0, version: 3 },
    ...change,
  };
}

describe("the form of an organization's share of the seats", () => {
  const studio = allocation({ quantity: 5 });
  const engine = allocation({ product: 'KRE', version: 8 });

  it('shows shares by product and model, and none as an empty field', () => {
    expect(allocationValuesOf([studio, engine])).toEqual({ 'KSE floating': 5, 'KRE floating': '' });
  });

  it('leaves out what is not granted, unless a share of it is left', () => {
    const nothing = allocation({ granted: 0 });
    const left = allocation({ granted: 0, quantity: 2 });
    expect(offeredOf([nothing, left, studio])).toEqual([left, studio]);
  });

  it('takes at most what the other organizations leave', () => {
    expect(maxOf(studio)).toBe(6);
    expect(maxOf(allocation({ allocatedElsewhere: 12 }))).toBe(0);
  });

  it('sends only the shares that were changed, with the version that they replace', () => {
    const values = { ...allocationValuesOf([studio, engine]), [keyOf(engine)]: '3' };
    expect(changesOf(values, [studio, engine])).toEqual([
      { product: 'KRE', model: 'floating', quantity: 3, version: 8 },
    ]);
  });

  it('sends an emptied field as no share, and nothing as nothing', () => {
    expect(changesOf({ ...allocationValuesOf([studio]), [keyOf(studio)]: '' }, [studio])).toEqual([
      { product: 'KSE', model: 'floating', quantity: null, version: 3 },
    ]);
    expect(changesOf(allocationValuesOf([studio, engine]), [studio, engine])).toEqual([]);
  });

  it('tells a share of nothing from no share', () => {
    expect(changesOf({ [keyOf(engine)]: 0 }, [engine])).toMatchObject([{ quantity: 0 }]);
  });
});
