/** A license of a day ends with its last second, which counts in full: what begins the next day follows without a gap. */
export function afterLastSecond(expires: number): number {
  return (expires / 1000) % 86_400 === 86_399 ? expires + 1000 : expires;
}
