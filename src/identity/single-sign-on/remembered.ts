import { type Clock } from '../../clock/clock.js';

/**
 * Something of a provider that is fetched again after a while. What was known is good enough as long as the provider does not say
 * anything newer.
 */
export class Remembered<T> {
  private known: Promise<T> | undefined;
  private loadedAt = 0;

  constructor(
    private readonly load: () => Promise<T>,
    private readonly clock: Clock,
  ) {}

  /** @param maxAgeMillis after which it is fetched again */
  get(maxAgeMillis: number): Promise<T> {
    const now = this.clock.millis();
    if (this.known && Math.abs(now - this.loadedAt) < maxAgeMillis) return this.known;
    const former = this.known;
    this.loadedAt = now;
    const settled = this.load().catch((error: unknown) => {
      if (former) return former;
      if (this.known === settled) this.known = undefined;
      throw error;
    });
    this.known = settled;
    return settled;
  }
}
