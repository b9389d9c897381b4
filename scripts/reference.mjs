// Puts the API reference together in dist/reference: a page, and in a folder that is named by its content the viewer, our few
// lines around it, and the OpenAPI document with examples. prepare.mjs runs it in a process of its own.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { addCodeSamples } from '../dist/scripts/code-samples/code-samples.js';

const root = path.dirname(import.meta.dirname);
const source = path.join(root, 'web', 'reference');
const output = path.join(root, 'dist', 'reference');
const inConsole = createRequire(path.join(root, 'web', 'package.json'));

/** What the viewer would load from elsewhere, or tell others. */
const outside = [
  ['https://cdn.redoc.ly/redoc/logo-mini-full.svg', 'data:,'],
  ['https://cdn.redoc.ly/redoc/logo-mini.svg', 'data:,'],
  ['https://otel.cloud.redocly.com/v1/traces', 'data:,'],
];

const files = {
  'redoc.js': viewer(),
  'redoc.LICENSE.txt': readFileSync(path.join(path.dirname(inConsole.resolve('redoc/package.json')), 'LICENSE')),
  'reference.js': readFileSync(path.join(source, 'reference.js')),
  'reference.css': readFileSync(path.join(source, 'reference.css')),
  'mark.svg': readFileSync(path.join(root, 'web', 'src', 'app', 'mark.svg')),
  'openapi.json': description(),
};
const hash = createHash('sha256');
for (const [name, content] of Object.entries(files)) hash.update(name).update(content);
const folder = path.join('files', hash.digest('base64url').slice(0, 12));

rmSync(output, { recursive: true, force: true });
mkdirSync(path.join(output, folder), { recursive: true });
for (const [name, content] of Object.entries(files)) writeCompressed(path.join(output, folder, name), content);
const page = readFileSync(path.join(source, 'index.html'), 'utf8');
writeFileSync(path.join(output, 'index.html'), page.replaceAll('"./', `"reference/${folder.replace('\\', '/')}/`));

/** The viewer, which then loads nothing from anywhere but this server. */
function viewer() {
  let text = readFileSync(inConsole.resolve('redoc/bundles/redoc.standalone.js'), 'utf8');
  for (const [found, replacement] of outside) {
    const changed = text.replace(found, replacement);
    if (changed === text) throw new Error(`Redoc is not as this script expects it: ${found} is not in it.`);
    text = changed;
  }
  return text;
}

/** The OpenAPI document, with examples in every language: half of it, so they are left out of /api-json. */
function description() {
  const document = JSON.parse(readFileSync(path.join(root, 'web', 'generated', 'openapi.json'), 'utf8'));
  return JSON.stringify(addCodeSamples(document));
}

/** With a gzip and a brotli file beside it; the server sends the smallest that a browser takes. */
function writeCompressed(file, content) {
  const bytes = Buffer.from(content);
  writeFileSync(file, bytes);
  if (bytes.length < 2000) return;
  writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
  writeFileSync(`${file}.br`, brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }));
}
