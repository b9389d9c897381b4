import { expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { settingDeclarations } from '../../src/config/settings.js';
import { settingsManual } from './settings-manual.js';

it('docs/configuration.md is what the settings declare; npm run docs makes it so', () => {
  const file = path.join(import.meta.dirname, '..', '..', 'docs', 'configuration.md');
  expect(readFileSync(file, 'utf8')).toBe(settingsManual());
});

it('every setting has a name of its own, and a heading', () => {
  const names = settingDeclarations.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) expect(settingsManual()).toContain(`| \`${name}\``);
});
