import { expect, it } from '@jest/globals';
import { checkOut } from './check-out.js';
import { LicenseServer } from './license-server.js';
import { SeatEventSource } from './seat-events.js';

/** Time that passes only while something waits. */
function skippedTime(): { now: number; sleep: (millis: number) => Promise<void> } {
  const time = {
    now: 0,
    sleep: (millis: number) => {
      time.now += millis;
      return Promise.resolve();
    },
  };
  return time;
}

it('A program that waits does not ask without end when its request does not wait', async () => {
  const time = skippedTime();
  let requests = 0;
  const server = new LicenseServer('https://licenses.example.com', {
    fetch: () => {
      requests++;
      time.now += 10;
      return Promise.resolve(Response.json({ code: 'user-limit-reached' }, { status: 409 }));
    },
  });
  const events = new SeatEventSource();
  let told = 0;
  events.on('waiting', () => told++);
  const clocks = { monotonic: () => time.now, wall: () => time.now, sleep: time.sleep };
  const { signal } = new AbortController();
  const session = { organizationId: 1, product: 'KRE', machineId: 'machine-1', sessionId: 'run-1' } as const;
  await expect(checkOut({ server, time: clocks, events, signal }, session, 600)).rejects.toMatchObject({
    code: 'user-limit-reached',
  });
  expect(time.now).toBeGreaterThanOrEqual(600_000);
  expect(requests).toBeLessThan(60);
  expect(told).toBe(requests - 1);
});
