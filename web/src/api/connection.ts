import { Signal } from './signal';

/** Milliseconds between two looks whether the server is back. */
const retryMillis = 2000;

/** Whether the server answers. While it does not, it is asked again and again until it does. */
class Connection {
  readonly isLost = new Signal(false);
  private readonly whenBack = new Set<() => void>();
  private timer: ReturnType<typeof setTimeout> | undefined;

  lost(): void {
    this.isLost.set(true);
    this.timer ??= setTimeout(() => void this.look(), retryMillis);
  }

  found(): void {
    if (!this.isLost.value) return;
    clearTimeout(this.timer);
    this.timer = undefined;
    this.isLost.set(false);
    for (const listener of this.whenBack) listener();
  }

  /** What to do when the server is back; returns how to forget it. */
  onBack(listener: () => void): () => void {
    this.whenBack.add(listener);
    return () => this.whenBack.delete(listener);
  }

  private async look(): Promise<void> {
    this.timer = undefined;
    const ready = await fetch(new URL('health/ready', document.baseURI)).then(
      (response) => response.ok,
      () => false,
    );
    if (ready) this.found();
    else this.lost();
  }
}

export const connection = new Connection();
