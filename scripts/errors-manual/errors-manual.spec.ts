import { beforeAll, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { errorsManual } from './errors-manual.js';

const root = path.join(import.meta.dirname, '..', '..');
let manual: string;
beforeAll(() => {
  manual = errorsManual(root);
});

it('docs/errors.md is what the source says; npm run docs makes it so', () => {
  expect(readFileSync(path.join(root, 'docs', 'errors.md'), 'utf8')).toBe(manual);
});

it('has every code that the console can say in German', () => {
  const translated = ['refusal', 'later-refusal'].flatMap((name) => {
    const text = readFileSync(path.join(root, 'web', 'src', 'language', 'de', `${name}.ts`), 'utf8');
    const codes = text.slice(text.indexOf('code: {')).matchAll(/^ {4}'?([a-z][a-z-]+)(?:_[a-z-]+)?'?:/gm);
    return [...codes].map(([, code = '']) => code);
  });
  expect(translated.length).toBeGreaterThan(100);
  const missing = [...new Set(translated)].filter((code) => !manual.includes(`| \`${code}\` `));
  expect(missing).toEqual([]);
});
