import net from 'node:net';

const request = 'stop';

/**
 * Windows has no signal that asks a process to stop, so there the owner of a data folder listens on a named pipe. Windows lets only the
 * owner's account, administrators and the system write to it.
 *
 * @param folder the data folder, as the settings name it
 * @throws Error when the pipe belongs to another process
 */
export async function listenForStop(folder: string, onStop: () => void): Promise<void> {
  const server = net.createServer((connection) => {
    let text = '';
    connection.setEncoding('utf8');
    connection.on('error', () => undefined);
    connection.on('data', (chunk: string) => {
      text += chunk;
      // The connection ends with this process.
      if (text === request) onStop();
      else if (text.length > request.length) connection.destroy();
    });
  });
  // It must not keep a process alive that has nothing else to do.
  server.unref();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(pipeOf(folder), resolve);
  });
}

/**
 * Asks the owner of a data folder to stop, and waits until it has.
 *
 * @returns whether there was an owner to ask
 * @throws Error when this account may not, with `code` EPERM
 */
export function stopOwner(folder: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    let asked = false;
    const connection = net.connect(pipeOf(folder), () => {
      asked = true;
      connection.write(request);
    });
    connection.on('error', (error: NodeJS.ErrnoException) => {
      // The end of the other process may break the pipe.
      if (asked) return;
      if (error.code === 'ENOENT') resolve(false);
      else reject(error);
    });
    connection.on('close', () => resolve(true));
    connection.resume();
  });
}

function pipeOf(folder: string): string {
  return `\\\\.\\pipe\\license-server-stop-${Buffer.from(folder.toLowerCase()).toString('base64url').slice(-200)}`;
}
