import { readFileSync } from 'node:fs';
import path from 'node:path';

/** The version in package.json, which is the nearest one above this file in the source as in the build. */
export const serverVersion: string = (() => {
  for (let folder = import.meta.dirname; ; folder = path.dirname(folder)) {
    try {
      return (JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as { version: string }).version;
    } catch {
      if (folder === path.dirname(folder)) return '0.0.0';
    }
  }
})();
