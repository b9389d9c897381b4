import { type ClientBase } from 'pg';

const probeMillis = 1_000;

/** Seconds without an answer, counted by a timer: while this process stands still, the count does too. */
const maxMissed = 3;

/**
 * Asks PostgreSQL over an idle connection every second whether it is still there. Where the network drops packets TCP itself gives up
 * after a quarter of an hour, and a query waits that long; this notices it within four seconds.
 */
export class ConnectionProbe {
  private timer: NodeJS.Timeout | undefined;
  private isAsking = false;
  private missed = 0;

  /** @param onSilence called once */
  constructor(
    private readonly client: Pick<ClientBase, 'query'>,
    private readonly onSilence: () => void,
  ) {}

  start(): void {
    this.timer = setInterval(() => this.tick(), probeMillis).unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private tick(): void {
    if (!this.isAsking) {
      this.ask();
      return;
    }
    if (++this.missed < maxMissed) return;
    this.stop();
    this.onSilence();
  }

  private ask(): void {
    this.isAsking = true;
    this.missed = 0;
    const answered = (): void => void (this.isAsking = false);
    // Any answer will do. The end of the connection is told to its owner.
    void this.client.query('SELECT 1').then(answered, answered);
  }
}
