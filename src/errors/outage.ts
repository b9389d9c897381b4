/** A time in which the database does not answer, as those see it who wait for its end. */
export abstract class Outage {
  /** Whether it is known to be away. */
  abstract readonly isUnderWay: boolean;

  /** Whether a full disk is the cause of one: then it takes an administrator to end it. */
  abstract readonly isForFullDisk: boolean;

  /** A request has just failed for it: that is news, although the database may not be asked again for a while. */
  abstract suspect(): void;

  /**
   * Resolves when the database answers and there is room for one more of those who have waited, so that they do not all
   * come at once; or when the signal is aborted.
   *
   * @returns ends one's turn; that has to be called once
   */
  abstract over(signal: AbortSignal): Promise<() => void>;
}
