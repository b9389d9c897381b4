/**
 * Has every clock of this process start with an offset, from its first moment on.
 *
 * @param {() => number} offset milliseconds that a clock is ahead when it is looked at first
 * @returns the clocks there are by now
 */
export async function adoptClocks(offset) {
  await import('reflect-metadata');
  const { Clock } = await import('../../../dist/server/clock.js');
  const clocks = new Set();
  const adopt = (clock) => {
    if (clocks.has(clock)) return clock;
    clocks.add(clock);
    clock.advance(offset());
    return clock;
  };
  const { millis, wait } = Clock.prototype;
  const { get } = Object.getOwnPropertyDescriptor(Clock.prototype, 'offsetMillis');
  Clock.prototype.millis = function () {
    return millis.call(adopt(this));
  };
  Clock.prototype.wait = function (...args) {
    return wait.apply(adopt(this), args);
  };
  Object.defineProperty(Clock.prototype, 'offsetMillis', {
    get() {
      return get.call(adopt(this));
    },
  });
  return clocks;
}
