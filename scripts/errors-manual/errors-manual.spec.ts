import { expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type RefusalFile } from './route-refusals.js';

// That both are what the source says is a part of the lint, which has the compiler.
const root = path.join(import.meta.dirname, '..', '..');
const manual = readFileSync(path.join(root, 'docs', 'errors.md'), 'utf8');
const refusals = JSON.parse(readFileSync(path.join(import.meta.dirname, 'refusals.json'), 'utf8')) as RefusalFile;

it('follows calls, guards and what is kept inside', () => {
  const { LeaseController_checkOut: checkOut, AuthController_signIn: signIn } = refusals.routes;
  expect(checkOut?.[409]).toEqual(expect.arrayContaining(['seats-exhausted', 'others-waiting']));
  expect(checkOut?.[429]).toEqual(['too-many-waiting', 'too-many-waiting-here']);
  // Through a guard of Passport.
  expect(signIn?.[429]).toEqual(['too-many-attempts']);
  // From a listener that another module has added.
  expect(refusals.routes.OrganizationController_delete?.[409]).toEqual(['seats-in-use']);
  // What one of several items is refused for stands in the item.
  expect(refusals.routes.AccountController_changeSeveral?.[409]).toBeUndefined();
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
