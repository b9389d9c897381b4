import { accessSync, constants, existsSync, statSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';

/**
 * Why a folder cannot hold the data of a server, in words; undefined: it can. Creates nothing.
 *
 * @param folder an absolute path, there or not
 */
export function problemWithFolder(folder: string): string | undefined {
  let existing = folder;
  while (!existsSync(existing)) existing = path.dirname(existing);
  if (!statSync(existing).isDirectory()) return `${existing} is a file, not a folder.`;
  try {
    accessSync(existing, constants.W_OK | constants.X_OK);
    return undefined;
  } catch {
    return existing === folder
      ? `This user may not write to ${folder}.`
      : `This user may not create folders in ${existing}.`;
  }
}

/** Why the port cannot be used; undefined: it is free. */
export async function problemWithPort(port: number, host: string): Promise<string | undefined> {
  const server = net.createServer();
  const error = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
    server.once('error', resolve);
    server.listen({ port, host }, () => {
      server.close(() => resolve(undefined));
    });
  });
  switch (error?.code) {
    case undefined:
      return undefined;
    case 'EADDRINUSE':
      return `The port ${port} is taken by another program.`;
    case 'EACCES':
      return `This user may not use the port ${port}; those below 1024 are for root.`;
    case 'EADDRNOTAVAIL':
      return `This machine has no address ${host}.`;
    default:
      return `No program can listen on ${host}, port ${port}: ${error?.message}.`;
  }
}
