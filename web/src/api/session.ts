import { Signal } from './signal';

/** Whether the session of this page has ended: the user can sign in again without leaving the page. */
class Session {
  readonly hasEnded = new Signal(false);
  private begun = false;

  /** A user is signed in. */
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
