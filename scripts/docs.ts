// `npm run docs`: writes what of the manual follows from the program.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { packageFolder } from '../src/http/pages/server-package.js';
import { settingsManual } from './settings-manual.js';

writeFileSync(path.join(packageFolder, 'docs', 'configuration.md'), settingsManual());
