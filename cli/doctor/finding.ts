/** How one thing is that the server needs. */
export interface Finding {
  name: string;
  level: 'ok' | 'warning' | 'wrong';
  words: string;
  /** What to do. */
  advice?: string;
}

export function ok(name: string, words: string): Finding {
  return { name, level: 'ok', words };
}

/** The server runs with it, but an administrator should know. */
export function warning(name: string, words: string, advice: string): Finding {
  return { name, level: 'warning', words, advice };
}

/** The server does not run with it, or not for long. */
export function wrong(name: string, words: string, advice: string): Finding {
  return { name, level: 'wrong', words, advice };
}
