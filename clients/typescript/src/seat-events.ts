import { type LeaseView, type RenewalView } from './generated/api.js';
import { type RefusedError } from './problem.js';

/** Why a seat is lost: its lease ran out unrenewed, the server ended it, or other clients have all seats. */
export type LostReason = 'expired' | 'ended' | 'taken';

/** What a keeper tells its program. */
export interface SeatEvents {
  /** All seats are in use, and the keeper is in the queue. `refusal` has `holders`, once the server has named them. */
  waiting: { refusal: RefusedError | undefined };
  /** The server did not answer, or not as it should; the keeper tries again in so many milliseconds. */
  retrying: { error: Error; inMillis: number };
  /** The program has a seat. */
  granted: { lease: LeaseView };
  /** The seat is held for longer. */
  renewed: { lease: RenewalView };
  /** The lease had ended on the server, and the keeper got another seat in its place. */
  replaced: { lease: RenewalView; former: string };
  /** The program has no seat any more and must stop what needs one. The keeper does nothing more. */
  lost: { reason: LostReason; error: Error | undefined };
  /** The seat was given back. `error`: the server did not hear of it, and frees the seat when its lease ends. */
  released: { error: Error | undefined };
  /** In words for people, such as a license about to expire. */
  warning: { message: string };
  /** This computer's clock is ahead of the server's (negative: behind) by so many seconds. The seat does not depend on it. */
  clockOffset: { seconds: number };
}

export type SeatListener<Name extends keyof SeatEvents> = (event: SeatEvents[Name]) => void;

/** Calls listeners in the order in which they were added. */
export class SeatEventSource {
  private readonly listeners = new Map<keyof SeatEvents, Set<(event: never) => void>>();

  /** @returns a function that removes the listener */
  on<Name extends keyof SeatEvents>(name: Name, listener: SeatListener<Name>): () => void {
    const all = this.listeners.get(name) ?? new Set();
    this.listeners.set(name, all.add(listener));
    return () => all.delete(listener);
  }

  emit<Name extends keyof SeatEvents>(name: Name, event: SeatEvents[Name]): void {
    for (const listener of [...(this.listeners.get(name) ?? [])]) {
      try {
        (listener as SeatListener<Name>)(event);
      } catch (error) {
        // It is the program's error, and must not cost it the seat.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
