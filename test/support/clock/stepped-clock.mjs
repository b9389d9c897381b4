// Loaded by Node before anything else (`--import`). Each server process under a parent then keeps the time of the test's site
// clock, from its first moment on: also one that is started again, or that takes over from another one.
import { once } from 'node:events';
import net from 'node:net';
import { adoptClocks } from './adopted-clocks.mjs';

if (process.argv.includes('--under-parent')) await follow(Number(process.env.SITE_CLOCK));

async function follow(port) {
  let offset = 0;
  const clocks = await adoptClocks(() => offset);
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
