import { type LeaseView } from './generated/api.js';
import { type LicenseServer } from './license-server.js';
import { RefusedError, UnreachableError } from './problem.js';
import { type SeatEventSource } from './seat-events.js';
import { type TimeSource } from './time-source.js';

/** The session that a seat is for; the server knows it again. */
export interface SeatSession {
  organizationId: number;
  product: 'KSE' | 'KRE';
  machineId: string;
  sessionId: string;
  hostname?: string;
  version?: string;
  fingerprint?: string;
  jobId?: string;
}

/** A lease, and when it was asked for, in milliseconds of the clock that is never set. */
export interface Grant {
  lease: LeaseView;
  sentAt: number;
}

/** What a check-out works with. */
export interface CheckOutContext {
  server: LicenseServer;
  time: TimeSource;
  events: SeatEventSource;
  signal: AbortSignal;
}

/** Seconds that one request stays in the queue. The server allows 300, but proxies often end what takes that long. */
const maxQueueSeconds = 50;
/** Milliseconds between two attempts while the server is away. */
const retryMillis = { first: 1000, max: 15_000 };
const answerMillis = 15_000;

/**
 * Checks out a seat, and waits for one, and for a server that is away, for at most so many seconds. A first attempt is
 * made in any case.
 *
 * @throws RefusedError, UnreachableError after the wait; what `signal` was aborted with
 */
export async function checkOut(context: CheckOutContext, session: SeatSession, waitSeconds: number): Promise<Grant> {
  const { time, events, signal } = context;
  const end = time.monotonic() + waitSeconds * 1000;
  let failures = 0;
  // The first request does not wait: its refusal says at once that, and for whom, the program waits.
  for (let queueSeconds = 0; ; queueSeconds = secondsUntil(end, time)) {
    const sentAt = time.monotonic();
    const waitSeconds = Math.min(queueSeconds, maxQueueSeconds);
    try {
      return { lease: await askForSeat(context, session, waitSeconds), sentAt };
    } catch (error) {
      signal.throwIfAborted();
      const left = end - time.monotonic();
      if (left <= 0) throw error;
      if (isNoSeat(error)) events.emit('waiting', { refusal: error });
      else if (!isServerAway(error)) throw error;
      // Some refusals come at once, however long the request may wait in the queue.
      if (isNoSeat(error) && time.monotonic() - sentAt >= (waitSeconds - 1) * 1000) {
        failures = 0;
        continue;
      }
      const inMillis = Math.min(left, retryMillis.max, retryMillis.first * 2 ** Math.min(failures++, 10));
      if (!isNoSeat(error)) events.emit('retrying', { error, inMillis });
      await time.sleep(inMillis, signal);
      signal.throwIfAborted();
    }
  }
}

function askForSeat(
  { server, time, signal }: CheckOutContext,
  session: SeatSession,
  waitSeconds: number,
): Promise<LeaseView> {
  return server.post('/api/v1/leases', {
    body: { ...session, waitSeconds, clientTime: new Date(time.wall()).toISOString() },
    timeoutMillis: answerMillis + waitSeconds * 1000,
    signal,
  });
}

function secondsUntil(end: number, time: TimeSource): number {
  return Math.max(0, Math.ceil((end - time.monotonic()) / 1000));
}

function isNoSeat(error: unknown): error is RefusedError {
  return error instanceof RefusedError && error.status === 409;
}

/** Whether an error will pass without anybody's doing. */
function isServerAway(error: unknown): error is Error {
  return error instanceof UnreachableError || (error instanceof RefusedError && error.isTemporary);
}
