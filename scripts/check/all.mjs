// `npm run check:all`: every check of package.json (`check:…`), one after the other, with a line for each at the end. CI runs those that
// last under three minutes; this is for the night.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.dirname(path.dirname(import.meta.dirname));
const { scripts } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
const checks = Object.keys(scripts).filter((name) => name.startsWith('check:') && name !== 'check:all');
const results = checks.map((name) => {
  console.log(`== ${name}`);
  const started = Date.now();
  const { status } = spawnSync('npm', ['run', '--silent', name], { cwd: root, stdio: 'inherit' });
  return { name, passed: status === 0, seconds: Math.round((Date.now() - started) / 1000) };
});
for (const { name, passed, seconds } of results) console.log(`${passed ? 'passed' : 'FAILED'} ${name}, ${seconds} s`);
process.exitCode = results.every(({ passed }) => passed) ? 0 : 1;
