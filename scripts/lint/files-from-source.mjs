// Part of `npm run lint`: docs/errors.md, and what the OpenAPI document says of refusals, are what the source says.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { filesFromSource } from '../../dist/scripts/errors-manual/files-from-source.js';

const root = path.join(import.meta.dirname, '..', '..');
for (const [file, content] of Object.entries(filesFromSource(root))) {
  if (readFileSync(path.join(root, file), 'utf8') === content) continue;
  console.error(`${file} is not what the source says: npm run docs`);
  process.exitCode = 1;
}
