import { until } from './until.js';
import { type TestServer } from './test-server.js';

/** What the server does every hour may wait for something else that it does every hour: then it is the next one's turn. */
export async function hourByHour(
  server: Pick<TestServer, 'later'>,
  condition: () => Promise<boolean>,
  what: string,
): Promise<void> {
  for (let hour = 1; hour <= 8; hour++) {
    const happened = await until(condition, 10, what).then(
      () => true,
      () => false,
    );
    if (happened) return;
    await server.later({ minutes: 61 });
  }
  throw new Error(`Waited eight hours in vain for ${what}`);
}
