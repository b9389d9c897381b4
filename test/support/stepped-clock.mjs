// Loaded by Node before anything else (`--import`). Each server process under a parent then keeps the time of the test's site
// clock, from its first moment on: also one that is started again, or that takes over from another one.
import { once } from 'node:events';
import net from 'node:net';

if (process.argv.includes('--under-parent')) await follow(Number(process.env.SITE_CLOCK));

async function follow(port) {
  await import('reflect-metadata');
  const { Clock } = await import('../../dist/src/clock/clock.js');
  const clocks = new Set();
  let offset = 0;
  const adopt = (clock) => {
    if (clocks.has(clock)) return clock;
    clocks.add(clock);
    clock.advance(offset);
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

  const socket = net.connect(port, '127.0.0.1').setEncoding('utf8');
  let text = '';
  socket.on('data', (chunk) => {
    const lines = (text + chunk).split('\n');
    text = lines.pop();
    for (const line of lines) {
      const change = Number(line) - offset;
      offset += change;
      for (const clock of clocks) clock.advance(change);
      socket.write(`${line}\n`);
    }
  });
  socket.on('error', () => undefined);
  await once(socket, 'data');
  socket.unref();
}
