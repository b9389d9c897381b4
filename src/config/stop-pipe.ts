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
      if (text === request) onStop();
      if (text.length >= request.length) connection.end();
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
 * Asks the owner of a data folder to stop.
 *
 * @returns whether there was an owner to ask
 * @throws Error when this account may not, with `code` EPERM
 */
export function askToStop(folder: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const connection = net.connect(pipeOf(folder), () => connection.write(request));
    connection.on('error', (error: NodeJS.ErrnoException) => {
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
