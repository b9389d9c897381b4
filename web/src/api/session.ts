import { Signal } from './signal';

/** Whether somebody was signed in on this page, and is not any more: they can sign in again without leaving it. */
class Session {
  readonly hasEnded = new Signal(false);
  private begun = false;

  /** Somebody is signed in. */
  began(): void {
    this.begun = true;
    this.hasEnded.set(false);
  }

  /** The server does not know the session any more. */
  ended(): void {
    if (this.begun) this.hasEnded.set(true);
  }

  /** Signed out on purpose: nothing to tell. */
  left(): void {
    this.begun = false;
    this.hasEnded.set(false);
  }
}

export const session = new Session();
