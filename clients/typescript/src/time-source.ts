/** Where a keeper takes the time from; tests have their own. */
export interface TimeSource {
  /** Milliseconds of a clock that is never set. */
  monotonic(): number;
  /** Milliseconds since 1970, by the clock of this computer. */
  wall(): number;
  /** Resolves after these milliseconds, or early when the signal is aborted. Keeps no process alive. */
  sleep(millis: number, signal: AbortSignal): Promise<void>;
}

/** The clocks of this computer. */
export const systemTime: TimeSource = {
  monotonic: () => performance.now(),
  wall: () => Date.now(),
  sleep: (millis, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) {
        resolve();
        return;
      }
      const wake = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      const timer = setTimeout(wake, millis) as NodeJS.Timeout | number;
      // A browser's timer is a number.
      if (typeof timer === 'object') timer.unref();
      signal.addEventListener('abort', wake);
    }),
};
