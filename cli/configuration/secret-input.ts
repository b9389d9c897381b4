import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';

/**
 * Asks for a secret on the terminal without showing it; without a terminal takes the first line of the standard input.
 *
 * @param repeat the second question, where a slip of the finger must not go unnoticed
 * @throws Error when the two answers differ
 */
export async function askSecret(question: string, repeat?: string): Promise<string> {
  if (!process.stdin.isTTY) {
    const [line = ''] = (await text(process.stdin)).split(/\r?\n/);
    return line;
  }
  const silent = new Writable({ write: (_chunk, _encoding, done: () => void) => done() });
  const terminal = createInterface({ input: process.stdin, output: silent, terminal: true });
  const ask = async (message: string): Promise<string> => {
    process.stderr.write(message);
    const answer = await terminal.question('');
    process.stderr.write('\n');
    return answer;
  };
  try {
    const secret = await ask(question);
    if (repeat !== undefined && (await ask(repeat)) !== secret) {
      throw new Error('These are two different answers. Nothing was changed.');
    }
    return secret;
  } finally {
    terminal.close();
  }
}
