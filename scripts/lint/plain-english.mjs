// Fails when a text that people read uses one of the phrases below: the documentation, the console, mails, messages and the
// descriptions of the API. Comments and code are not read here.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/** What to look for, and what to write instead. A space matches a line break, too. */
const phrases = [
  [/\banew\b/gi, 'again'],
  [/\bwhoever\b/gi, 'name the reader: "anyone who", "the client", "an administrator"'],
  [/\bthere (is|are) none\b/gi, 'name what is missing: "no mail server is set up"'],
  [/\b(?<!there )(?<!there are )(is none|none is)\b/gi, 'say what it is not: "this is not a license file"'],
  [/\bsuch a one\b/gi, 'name the thing'],
  [/\b(for|of|by|from) so (many|long|much)\b/gi, 'name the number'],
  [/\bby itself\b/gi, 'automatically'],
  [/\bas it does\b/gi, 'leave it out, or name what it does'],
  [/(?<!`)\b(no|some)body (?:else )?[a-z]+s\b/gi, 'name the subject: "no client", "another user"'],
  [
    /(?<!`)\b(no|some)body (?:else )?(can|must|may|could|would|will|had|did)\b/gi,
    'name the subject: "no one", "a user"',
  ],
  [
    /(?<=^|[.!:] |\n\n|[-*] )Who (?!(is|are|does|did)\b)[^.?]*\b(can|has to|have to|must|need not|needs)\b[^.?]*\./g,
    'name the subject: "a client that"',
  ],
  [
    /\b(Nobody|Somebody)\b|\b(changes|lets|signs|tells) (no|some)body\b/g,
    'name the subject or object: "no one", "a member"',
  ],
  [/\bpatience\b/gi, 'timeout'],
  [/\bturned round\b/gi, '"`from` must be before `to`"'],
  [/\bin a wrong way\b/gi, 'incorrect usage'],
];

const root = path.join(import.meta.dirname, '..', '..');
const prose = /^(README|SECURITY|CHANGELOG|docs\/[^/]+)\.md$/;
const code = /^(src|cli|web\/src\/language\/en)\/.*\.ts$/;
const notRead = /\.(spec|queries)\.ts$|\/migrations\/|\/de\.ts$/;

const failures = [
  ...files(prose).flatMap((file) => problems(file, read(file), 0, read(file))),
  ...files(code).flatMap((file) => strings(file).flatMap(({ text, start, all }) => problems(file, text, start, all))),
];
for (const failure of failures) console.error(failure);
if (failures.length > 0) process.exit(1);

function files(pattern) {
  return ['.', 'docs', 'src', 'cli', 'web/src/language/en']
    .flatMap((folder) =>
      readdirSync(path.join(root, folder), { recursive: folder !== '.' }).map((name) =>
        path.posix.join(folder, name.replaceAll('\\', '/')),
      ),
    )
    .filter((file) => pattern.test(file) && !notRead.test(file))
    .sort();
}

function read(file) {
  return readFileSync(path.join(root, file), 'utf8');
}

/** The string literals and the fixed parts of the templates of a file, except SQL. */
function strings(file) {
  const all = read(file);
  const found = [];
  const visit = (node) => {
    if (ts.isTaggedTemplateExpression(node)) return;
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddle(node) || ts.isTemplateTail(node))
      found.push({ text: node.getText(), start: node.getStart(), all });
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, all, ts.ScriptTarget.Latest, true));
  return found.filter(({ text }) => !/\b(SELECT|UPDATE|INSERT|DELETE|WITH)\b/.test(text));
}

function problems(file, text, start, all) {
  return phrases.flatMap(([phrase, instead]) => {
    const pattern = new RegExp(phrase.source.replaceAll(' ', '\\s+'), phrase.flags);
    return [...text.matchAll(pattern)].map((match) => {
      const line = all.slice(0, start + match.index).split('\n').length;
      const found = match[0].replaceAll(/\s+/g, ' ').slice(0, 80);
      return `${file}:${line}: "${found}": write instead: ${instead}`;
    });
  });
}
