import path from 'node:path';
import { DamagedBackupError } from './backup-error.js';

export const secretKeyPart = 'secret.key';
export const vendorKeysPart = 'vendor.public.pem';
export const configurationPart = 'license-server.conf';

const plugins = 'plugins/';

/** @param file its path in the plugin folder */
export function pluginPart(file: string): string {
  return plugins + file.split(path.sep).join('/');
}

/**
 * The path in the plugin folder of a part; undefined when it is something else.
 *
 * @throws DamagedBackupError when it would lead out of that folder
 */
export function pluginOfPart(part: string): string | undefined {
  if (!part.startsWith(plugins)) return undefined;
  const names = part.slice(plugins.length).split('/');
  if (names.some((name) => ['', '.', '..'].includes(name) || /[\\:\0]/.test(name))) {
    throw new DamagedBackupError(`The backup holds a file with an impossible name: ${part}.`);
  }
  return path.join(...names);
}
