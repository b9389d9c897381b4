// `npm run docs`: writes what of the manual and of the API's description follows from the program.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { packageFolder } from '../../src/http/pages/server-package.js';
import { filesFromSource } from '../errors-manual/files-from-source.js';
import { settingsManual } from './settings-manual.js';

writeFileSync(path.join(packageFolder, 'docs', 'configuration.md'), settingsManual());
for (const [file, content] of Object.entries(filesFromSource(packageFolder)))
  writeFileSync(path.join(packageFolder, file), content);
