import { expect, it } from '@jest/globals';
import { type Outcome, playOutages } from '../clients/typescript/test/play-outages.js';

const count = Number(process.env.OUTAGES ?? 1000);
const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
/** Servers at the same time, each with a part of the outages: much of the time each of them waits. */
const worlds = 4;

it(`A seat keeper loses no seat and holds none too long in ${count} random outages`, async () => {
  const begin = Date.now();
  const part = Math.ceil(count / worlds);
  const outcomes = await Promise.all(Array.from({ length: worlds }, (_, index) => playOutages(part, seed + index)));
  const seconds = Math.round((Date.now() - begin) / 1000);
  const faults = outcomes.flatMap((each) => each.faults);
  const total = (of: (outcome: Outcome) => number): number => outcomes.reduce((sum, each) => sum + of(each), 0);
  const kinds = Object.keys(outcomes[0]?.outages ?? {}) as (keyof Outcome['outages'])[];
  const played = kinds.map((kind) => `${kind} ${total(({ outages }) => outages[kind])}`).join(', ');
  console.log(
    `${part * worlds} outages in ${seconds} s, seed ${seed} (${played}): ${total(({ kept }) => kept)} seats kept, ` +
      `${total(({ expired }) => expired)} given up at the end of their lease, ${total(({ taken }) => taken)} replaced or taken ` +
      `while the computer slept, ${faults.length} faults.`,
  );
  expect(faults).toEqual([]);
}, 600_000);
