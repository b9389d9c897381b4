import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { parse } from 'yaml';
import { type Api } from './support/api.js';
import { bareEnvironment } from './support/command.js';
import { machineIdOf } from './support/machine-id.js';
import { cli, readyServer, type ReadyServer } from './support/test-server.js';

const checkout = path.join(import.meta.dirname, '..');
const page = readFileSync(path.join(checkout, 'docs', 'ci.md'), 'utf8');

/** The examples under a heading. */
function examplesOf(title: string): string[] {
  const [, part = ''] = page.split(`\n## ${title}\n`);
  const [section = ''] = part.split('\n## ');
  return [...section.matchAll(/^```\w+\n([\s\S]*?)^```$/gm)].map(([, example = '']) => example);
}

const exampleOf = (title: string): unknown => parse(examplesOf(title)[0]!);
/** The three quotes of Groovy take one backslash of two. */
const inGroovy = (pattern: RegExp): string => pattern.exec(examplesOf('Jenkins')[0]!)![1]!.replaceAll('\\\\', '\\');

interface Step {
  if?: string;
  condition?: string;
  run?: string;
  bash?: string;
}

interface Pipeline {
  test: string;
  /** Runs whatever has happened before. */
  release: string;
}

/** The two steps of each system, as it hands them to the shell. */
const pipelines: Record<string, () => Pipeline> = {
  Jenkins: () => ({
    test: inGroovy(/steps \{\s+sh '''([\s\S]*?)'''/),
    release: inGroovy(/always \{\s+sh '([^']*)'/),
  }),
  'GitHub Actions': () => {
    const { steps } = (exampleOf('GitHub Actions') as { jobs: { test: { steps: Step[] } } }).jobs.test;
    const scripts = steps.filter(({ run }) => run !== undefined);
    return {
      test: scripts.find((step) => step.if === undefined)!.run!,
      release: scripts.find((step) => step.if === 'always()')!.run!,
    };
  },
  GitLab: () => {
    const { test } = exampleOf('GitLab') as { test: { script: string[]; after_script: string[] } };
    return { test: test.script.join('\n'), release: test.after_script.join('\n') };
  },
  'Azure DevOps': () => {
    const { steps } = exampleOf('Azure DevOps') as { steps: Step[] };
    return {
      test: steps.find(({ condition }) => condition === undefined)!.bash!,
      release: steps.find(({ condition }) => condition === 'always()')!.bash!,
    };
  },
};

/** Runtime Engine: signs in, activates as the faithful client does, says so, and runs until it is told to end. */
const engine = `
  import { KatalonClient } from ${JSON.stringify(pathToFileURL(path.join(checkout, 'dist/test/clients/katalon-client.js')).href)};
  const option = (name) => process.argv.find((each) => each.startsWith(name + '=')).slice(name.length + 1);
  const client = new KatalonClient({ serverUrl: option('-serverUrl'), package: 'ENGINE', apiKey: option('-apiKey') });
  await client.activate();
  console.log(client.mayRun() ? 'runs ' + option('-projectPath') + ' ' + option('-testSuitePath') : 'may not run');
  if (process.env.ENGINE_HANGS) setInterval(() => undefined, 60_000);
  else {
    await client.release();
    process.exit(Number(process.env.ENGINE_EXIT));
  }`;

let server: ReadyServer;
let key: string;
let pipeline: Api;
let folder: string;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  server = await readyServer([{ product: 'KRE', model: 'floating', quantity: 1, features: [cli] }]);
  const accounts = `/api/v1/organizations/${server.organizationId}/service-accounts`;
  const { id } = await server.root.post(accounts, { name: 'Pipeline' }).expect<{ id: number }>(201);
  ({ key } = await server.root.post(`${accounts}/${id}/keys`, { name: 'CI' }).expect<{ key: string }>(201));
  pipeline = server.api.withBearer(key);
  folder = mkdtempSync(path.join(os.tmpdir(), 'pipelines-'));
  const bin = path.join(folder, 'bin');
  mkdirSync(bin);
  writeFileSync(path.join(bin, 'katalonc.mjs'), engine);
  const script = `#!/bin/sh\nexec '${process.execPath}' '${path.join(bin, 'katalonc.mjs')}' "$@"\n`;
  writeFileSync(path.join(bin, 'katalonc'), script, { mode: 0o755 });
  env = {
    ...bareEnvironment(),
    PATH: [bin, path.dirname(process.execPath), process.env.PATH].join(path.delimiter),
    ...{ LICENSE_SERVER_URL: server.url, LICENSE_SERVER_API_KEY: key, JOB: 'job-1' },
    ...{ BUILD_TAG: 'jenkins-shop-1', WORKSPACE: '/work' },
    ...{ GITHUB_RUN_ID: '17', RUNNER_NAME: 'runner-1', GITHUB_WORKSPACE: '/work' },
    ...{ CI_JOB_ID: '18', CI_PROJECT_DIR: '/work' },
    ...{ SYSTEM_JOBID: '12f1170f-54f2-53f3-20dd-22fc7dff55f9', BUILD_SOURCESDIRECTORY: '/work' },
  };
});
afterEach(async () => {
  for (const { id } of await held()) await pipeline.delete(`/api/v1/users/me/leases/${id}`).expect(204);
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await server.close();
});

interface Held {
  id: string;
  hostname: string;
  jobId: string | null;
}

const held = async (): Promise<Held[]> =>
  (await pipeline.get('/api/v1/users/me/leases').expect<{ content: Held[] }>(200)).content;

/** Starts a step as a build agent does: in a group of processes, which it can kill as a whole. */
function start(script: string, more: NodeJS.ProcessEnv = {}): ChildProcess {
  const stdio = ['ignore', 'pipe', 'pipe'] as const;
  return spawn('sh', ['-euc', script], { cwd: folder, detached: true, env: { ...env, ...more }, stdio: [...stdio] });
}

async function run(script: string, more: NodeJS.ProcessEnv = {}): Promise<{ code: number; said: string }> {
  const child = start(script, more);
  const [[code], said, complaints] = await Promise.all([
    once(child, 'close') as Promise<[number]>,
    text(child.stdout!),
    text(child.stderr!),
  ]);
  return { code, said: said + complaints };
}

describe.each(Object.keys(pipelines))('The steps of docs/ci.md for %s', (system) => {
  const { test, release } = pipelines[system]!();

  it('run Runtime Engine with the only seat there is, and give it back', async () => {
    expect(await run(test, { ENGINE_EXIT: '0' })).toEqual({
      code: 0,
      said: 'runs /work/shop.prj Test Suites/Smoke\n',
    });
    expect(await held()).toEqual([]);
  });

  it('fail when the tests fail', async () => {
    expect(await run(test, { ENGINE_EXIT: '3' })).toMatchObject({ code: 3 });
    expect(await held()).toEqual([]);
  });

  it('give the seat of a killed run back, and none of another run', async () => {
    const child = start(test, { ENGINE_HANGS: 'yes' });
    await once(child.stdout!, 'data');
    const exit = once(child, 'exit');
    process.kill(-child.pid!, 'SIGKILL');
    await exit;
    expect(await held()).toHaveLength(1);
    const another = { BUILD_TAG: 'other', GITHUB_RUN_ID: 'other', CI_JOB_ID: 'other', SYSTEM_JOBID: 'other' };
    expect(await run(release, another)).toMatchObject({ code: 0, said: '0 seats were given back.\n' });
    expect(await run(release)).toEqual({ code: 0, said: '1 seat was given back.\n' });
    expect(await held()).toEqual([]);
  });
});

describe('The release step of docs/ci.md for a machine without the program', () => {
  const lease = (hostname: string, jobId: string): object => {
    const sessionId = `${hostname} ${jobId}`;
    const { organizationId } = server;
    return { organizationId, product: 'KRE', machineId: machineIdOf(sessionId), sessionId, hostname, jobId };
  };

  it.each([
    ['Without Node.js', 1, 'job-2'],
    ['Other programs', 0, 'job-1'],
  ])('gives the seat of a killed run back: %s', async (title, index, jobId) => {
    const script = examplesOf(title)[index]!;
    await pipeline.post('/api/v1/leases', lease(`${os.hostname()}0`, 'job-3')).expect(201);
    await run(script);
    expect(await held()).toMatchObject([{ jobId: 'job-3' }]);
    await pipeline.delete('/api/v1/leases?jobId=job-3').expect(200);
    await pipeline.post('/api/v1/leases', lease(os.hostname(), jobId)).expect(201);
    await run(script);
    expect(await held()).toEqual([]);
  });
});
