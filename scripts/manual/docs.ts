// `npm run docs`: writes what of the manual follows from the program.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { packageFolder } from '../../src/http/pages/server-package.js';
import { errorsManual } from '../errors-manual/errors-manual.js';
import { settingsManual } from './settings-manual.js';

const docs = path.join(packageFolder, 'docs');
writeFileSync(path.join(docs, 'configuration.md'), settingsManual());
writeFileSync(path.join(docs, 'errors.md'), errorsManual(packageFolder));
