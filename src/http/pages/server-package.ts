import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Where package.json is: the nearest folder above this file, in the source as in the build. */
export const packageFolder: string = (() => {
  let folder = import.meta.dirname;
  while (!existsSync(path.join(folder, 'package.json')) && folder !== path.dirname(folder))
    folder = path.dirname(folder);
  return folder;
})();

const description = JSON.parse(readFileSync(path.join(packageFolder, 'package.json'), 'utf8')) as { version: string };

export const serverVersion = description.version;
