import { createHash } from 'node:crypto';

/** The id that a Katalon client makes for a machine: 32 hexadecimal digits, the same for the same name. */
export function machineIdOf(name: string): string {
  return createHash('md5').update(name).digest('hex');
}
