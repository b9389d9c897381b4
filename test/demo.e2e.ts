import { afterAll, expect, it } from '@jest/globals';
import path from 'node:path';
import { Program } from './support/program.js';

const demo = path.join(import.meta.dirname, '..', 'dist', 'scripts', 'sample', 'demo.js');

afterAll(() => Program.endAll());

it('A demo shows testers who get seats', async () => {
  const program = new Program({}, [demo, '--seconds', '600']);
  await program.said('holds a seat of Acme');
  expect(program.output).not.toContain('is refused');
});
