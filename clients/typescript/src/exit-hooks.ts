const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** What is there only in a browser. */
interface Page {
  addEventListener?(name: string, listener: () => void): void;
}

/** Of all keepers of the program: a signal must not end it before each has released its seat. */
const releases = new Set<() => Promise<void>>();

/**
 * Calls `release` when the program is about to end: when it has nothing more to do, and on signals, which then end it as
 * usual unless the program handles them itself; in a browser when the page is left.
 *
 * @returns a function that stops it
 */
export function onExit(release: () => Promise<void>): () => void {
  if (releases.size === 0) listen();
  releases.add(release);
  return () => {
    if (releases.delete(release) && releases.size === 0) stopListening();
  };
}

async function releaseAll(): Promise<void> {
  await Promise.all([...releases].map((release) => release()));
}

const finish = (): void => void releaseAll();

const handleSignal = (signal: NodeJS.Signals): void => {
  const { process } = globalThis;
  // From now on, a second signal ends a program that hangs.
  stopListening();
  const isHandled = process.listenerCount(signal) > 0;
  void releaseAll().finally(() => {
    if (!isHandled) process.kill(process.pid, signal);
  });
};

function listen(): void {
  const { process } = globalThis as { process?: NodeJS.Process };
  if (typeof process?.on !== 'function') {
    (globalThis as Page).addEventListener?.('pagehide', finish);
    return;
  }
  process.on('beforeExit', finish);
  for (const signal of signals) process.on(signal, handleSignal);
}

function stopListening(): void {
  const { process } = globalThis as { process?: NodeJS.Process };
  // In a page the listener stays: without releases it does nothing.
  if (typeof process?.off !== 'function') return;
  process.off('beforeExit', finish);
  for (const signal of signals) process.off(signal, handleSignal);
}
