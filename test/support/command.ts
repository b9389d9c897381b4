import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

/** What a command has said, and its exit code. */
export interface Outcome {
  code: number;
  output: string;
}

const main = path.join(import.meta.dirname, '..', '..', 'dist', 'cli', 'main.js');

/** What each program of a test begins with: nothing else that this machine has set may change a test. */
export function bareEnvironment(): NodeJS.ProcessEnv {
  // Coverage is collected by what Node loads first; see scripts/coverage.mjs.
  return { PATH: process.env.PATH, NODE_OPTIONS: process.env.TEST_NODE_OPTIONS };
}

/** Starts `license-server`, for a test that ends it before it is done. */
export function startLicenseServer(env: Record<string, string>, args: string[]): ChildProcess {
  return spawn(process.execPath, [main, ...args], { env: { ...bareEnvironment(), ...env }, stdio: 'ignore' });
}

/** Runs `license-server` as an administrator does who pipes the answers in. */
export async function licenseServer(
  env: Record<string, string>,
  args: string[],
  { input = '', cwd }: { input?: string; cwd?: string } = {},
): Promise<Outcome> {
  const child = spawn(process.execPath, [main, ...args], { cwd, env: { ...bareEnvironment(), ...env } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  // Whoever does not read its input may be gone before it comes.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const [code] = (await once(child, 'close')) as [number];
  return { code, output };
}
