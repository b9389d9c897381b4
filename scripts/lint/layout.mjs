// Fails when a folder has more source files than a reader takes in at a glance, or when a controller or an entity shares its file
// with another one.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.join(import.meta.dirname, '..', '..');
const maxFiles = 22;
const sources = ['src', 'cli', 'web/src', 'clients/typescript/src', 'scripts', 'test/support', 'test/clients'];
/** Specs stand beside what they test, migrations are a list by time, and each language has the same parts. */
const notCounted = /\.spec\.tsx?$|\/migrations\/|\/language\/|\/generated\//;

const files = sources
  .flatMap((folder) => readdirSync(path.join(root, folder), { recursive: true }).map((name) => path.join(folder, name)))
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => /\.(tsx?|mjs|js|css|py|c)$/.test(file) && !notCounted.test(file));

const counts = new Map();
for (const file of files) counts.set(path.dirname(file), (counts.get(path.dirname(file)) ?? 0) + 1);
const failures = [...counts]
  .filter(([, count]) => count > maxFiles)
  .map(([folder, count]) => `${folder} has ${count} source files; group them into folders of at most ${maxFiles}.`);

for (const file of files.filter((name) => name.startsWith('src/'))) {
  const declared = readFileSync(path.join(root, file), 'utf8').match(/^@(Controller|Entity)\(/gm) ?? [];
  if (declared.length > 1)
    failures.push(`${file} has ${declared.length} controllers or entities; give each its own file.`);
}
for (const failure of failures) console.error(failure);
if (failures.length > 0) process.exit(1);
