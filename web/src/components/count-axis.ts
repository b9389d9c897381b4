/** The axis of a chart for numbers of seats: whole and round ones, with room for tens of thousands. */
export const countAxis = { allowDecimals: false, width: 48, domain: [0, axisTop] as [number, typeof axisTop] };

/** Four equal steps reach from nothing to the top: a round step makes all of them round. */
export function axisTop(highest: number): number {
  const least = Math.max(4, highest) / 4;
  const power = 10 ** Math.floor(Math.log10(least));
  const step = [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8]
    .map((each) => each * power)
    .find((each) => each >= least && each % 1 === 0);
  return 4 * (step ?? 10 * power);
}
