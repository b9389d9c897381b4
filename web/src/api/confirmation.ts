import { Signal } from './signal';

/** Whether the server wants to know again who sits here, before something dangerous; the dialog answers. */
class Confirmation {
  readonly isAsked = new Signal(false);
  private answered: ((isConfirmed: boolean) => void) | undefined;
  private asking: Promise<boolean> | undefined;

  /** Opens the dialog, for all requests that want it at the same time. @returns whether it was confirmed */
  ask(): Promise<boolean> {
    this.asking ??= new Promise<boolean>((resolve) => {
      this.answered = resolve;
      this.isAsked.set(true);
    }).finally(() => (this.asking = undefined));
    return this.asking;
  }

  answer(isConfirmed: boolean): void {
    this.isAsked.set(false);
    this.answered?.(isConfirmed);
  }
}

export const confirmation = new Confirmation();
