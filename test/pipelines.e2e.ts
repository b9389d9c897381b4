import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { type Api } from './support/api.js';
import { machineIdOf } from './support/machine-id.js';
import { readyServer, type ReadyServer } from './support/test-server.js';

const page = readFileSync(path.join(import.meta.dirname, '..', 'docs', 'ci.md'), 'utf8');

/** The step to copy of a CI system. */
function stepsOf(title: string): string {
  const [, part = ''] = page.split(`\n## ${title}\n`);
  return /^```\w+\n([\s\S]*?)^```$/m.exec(part)?.[1] ?? '';
}

interface Step {
  if?: string;
  condition?: string;
  run?: string;
  bash?: string;
}

/** What each system runs whatever has happened before, as it hands it to the shell. */
const releases: Record<string, () => string | undefined> = {
  // The three quotes of Groovy take one backslash of two.
  Jenkins: () => /always \{\s+sh '''([\s\S]*?)'''/.exec(stepsOf('Jenkins'))?.[1]?.replaceAll('\\\\', '\\'),
  'GitHub Actions': () => {
    const { jobs } = parse(stepsOf('GitHub Actions')) as { jobs: { test: { steps: Step[] } } };
    return jobs.test.steps.find((step) => step.if === 'always()')?.run;
  },
  GitLab: () => (parse(stepsOf('GitLab')) as { test: { after_script: string[] } }).test.after_script.join('\n'),
  'Azure DevOps': () => {
    const { steps } = parse(stepsOf('Azure DevOps')) as { steps: Step[] };
    return steps.find((step) => step.condition === 'always()')?.bash;
  },
  'Other programs': () => stepsOf('Other programs'),
};

describe('The step of docs/ci.md that always runs', () => {
  let server: ReadyServer;
  let key: string;
  let pipeline: Api;
  beforeAll(async () => {
    server = await readyServer();
    const accounts = `/api/v1/organizations/${server.organizationId}/service-accounts`;
    const { id } = await server.root.post(accounts, { name: 'Pipeline' }).expect<{ id: number }>(201);
    ({ key } = await server.root.post(`${accounts}/${id}/keys`, { name: 'CI' }).expect<{ key: string }>(201));
    pipeline = server.api.withBearer(key);
  });
  afterAll(() => server.close());

  it.each(Object.keys(releases))('gives the seat of a killed run back: %s', async (system) => {
    const script = releases[system]?.();
    for (const [hostname, jobId] of [
      [os.hostname(), 'job-1'],
      [`${os.hostname()}0`, 'job-2'],
    ]) {
      const sessionId = `${system} ${jobId}`;
      const machineId = machineIdOf(sessionId);
      const lease = { organizationId: server.organizationId, product: 'KRE', machineId, sessionId, hostname, jobId };
      await pipeline.post('/api/v1/leases', lease).expect(201);
    }
    const env = { PATH: process.env.PATH, LICENSE_SERVER: server.url, LICENSE_KEY: key, JOB: 'job-1' };
    await promisify(execFile)('sh', ['-euc', script ?? 'exit 1'], { env });
    const { content } = await pipeline
      .get('/api/v1/users/me/leases')
      .expect<{ content: { id: string; hostname: string }[] }>(200);
    expect(content.map(({ hostname }) => hostname)).toEqual([`${os.hostname()}0`]);
    for (const { id } of content) await pipeline.delete(`/api/v1/users/me/leases/${id}`).expect(204);
  });
});
