import { until } from '../until.js';
import { type ReadyServer, rootAccount } from '../test-server.js';

/** What the server does every hour may wait for something else that it does every hour: then it is the next one's turn. */
export async function hourByHour(
  server: Pick<ReadyServer, 'later' | 'api' | 'root'>,
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
    // Access tokens are good for an hour.
    server.root = await server.api.signedIn(rootAccount.email, rootAccount.password);
  }
  throw new Error(`Waited eight hours in vain for ${what}`);
}
