// Fails when two files of a program export something of the same name: whoever reads it, or looks for it, would have to know which.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

const root = path.join(import.meta.dirname, '..', '..');
const programs = [['src', 'cli'], ['web/src'], ['clients/typescript/src']];
/** Each language has the same parts. */
const notRead = /\.spec\.tsx?$|\/language\/|\/generated\/|\/sentences-/;

const failures = programs.flatMap((folders) => {
  const places = new Map();
  for (const file of folders.flatMap(filesIn))
    for (const name of exportsOf(file)) places.set(name, [...(places.get(name) ?? []), file]);
  return [...places].filter(([, files]) => files.length > 1);
});
for (const [name, files] of failures)
  console.error(`${name} is exported by ${files.join(' and ')}: name each for what it is.`);
if (failures.length > 0) process.exit(1);

function filesIn(folder) {
  return readdirSync(path.join(root, folder), { recursive: true })
    .map((name) => path.posix.join(folder, name.replaceAll('\\', '/')))
    .filter((file) => /\.tsx?$/.test(file) && !notRead.test(file));
}

/** What a file declares and exports, each name once: not what it passes on. */
function exportsOf(file) {
  const { statements } = ts.createSourceFile(file, readFileSync(path.join(root, file), 'utf8'), ts.ScriptTarget.Latest);
  const exported = statements.filter((statement) =>
    statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword),
  );
  const names = exported.flatMap(({ name, declarationList }) =>
    declarationList ? declarationList.declarations.map((each) => each.name) : [name],
  );
  return new Set(names.flatMap((name) => (name && ts.isIdentifier(name) ? [name.text] : [])));
}
