import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type ApiDocument } from '../scripts/code-samples/described-operation.js';
import { javaSample } from '../scripts/code-samples/java.js';
import { pythonSample } from '../scripts/code-samples/python.js';
import { sampleRequest, type SampleRequest } from '../scripts/code-samples/sample-request.js';
import { typescriptSample } from '../scripts/code-samples/typescript.js';
import { inTime, SampleWorld } from './support/documents/sample-world.js';

/** Requests that can be made again: what they change is changed already. */
const repeatable = /^(GET|PUT|PATCH) |^POST (\/oauth\/token|.*\/preview|\/api\/v1\/leases(\/\{leaseId\}\/renew)?)$/;
const root = path.join(import.meta.dirname, '..');

let world: SampleWorld;
let all: SampleRequest[];
let played: SampleRequest[];
beforeAll(async () => {
  world = await SampleWorld.begin();
  const document = JSON.parse(await readFile(path.join(root, 'dist', 'openapi.json'), 'utf8')) as ApiDocument;
  all = Object.entries(document.paths).flatMap(([template, methods]) =>
    Object.keys(methods).map((method) => sampleRequest(document, template, method)),
  );
  const routes = world.player.routes();
  for (const { method, template } of routes.filter(
    (each) => !each.isEnding && (each.method === 'POST' || each.method === 'PUT'),
  )) {
    const { code, output } = await world.playCurl(template, world.player.request(method, template));
    expect([`${method} ${template}`, code, output]).toEqual([`${method} ${template}`, 0, output]);
  }
  played = routes
    .filter(({ method, template }) => repeatable.test(`${method} ${template}`))
    .map(({ method, template }) => world.player.request(method, template));
});
afterAll(() => world.end());

/** Writes a file for each request into a folder of its own. */
async function write(
  kind: string,
  fileName: string,
  requests: SampleRequest[],
  sample: (request: SampleRequest) => string,
): Promise<string[]> {
  const files: string[] = [];
  for (const [index, request] of requests.entries()) {
    const folder = path.join(world.folder, kind, String(index));
    await mkdir(folder, { recursive: true });
    files.push(path.join(folder, fileName));
    await writeFile(path.join(folder, fileName), inTime(sample(request)));
  }
  return files;
}

async function failuresOf(commands: [string, string[]][]): Promise<string[]> {
  const failures: string[] = [];
  for (const [index, [program, args]] of commands.entries()) {
    const { code, output } = await world.run(program, args);
    if (code !== 0) failures.push(`${played[index]?.method} ${played[index]?.template}: ${output}`);
  }
  return failures;
}

describe('The code samples', () => {
  it('in Python are all correct programs, and are answered', async () => {
    const { code, output } = await world.run('/usr/bin/python3', [
      '-m',
      'py_compile',
      ...(await write('py-all', 'example.py', all, pythonSample)),
    ]);
    expect([code, output]).toEqual([0, '']);
    const files = await write('py', 'example.py', played, pythonSample);
    expect(await failuresOf(files.map((file) => ['/usr/bin/python3', [file]]))).toEqual([]);
  });

  it('in Java all compile, and are answered', async () => {
    const inPackages = (requests: SampleRequest[], name: string) => {
      let index = 0;
      return write(name, 'Example.java', requests, (request) => `package ${name}.p${index++};\n${javaSample(request)}`);
    };
    const files = [...(await inPackages(all, 'every')), ...(await inPackages(played, 'played'))];
    await writeFile(path.join(world.folder, 'files'), files.join('\n'));
    const { code, output } = await world.run('javac', ['-d', 'classes', '@files']);
    expect([code, output]).toEqual([0, '']);
    const commands = played.map((_, index): [string, string[]] => [
      'java',
      ['-cp', 'classes', `played.p${index}.Example`],
    ]);
    expect(await failuresOf(commands)).toEqual([]);
  }, 900_000);

  it('in TypeScript all pass the type check', async () => {
    const files = await write('ts', 'example.ts', all, (request) => `${typescriptSample(request)}\nexport {};\n`);
    await writeFile(path.join(world.folder, 'package.json'), '{"type": "module"}');
    const tsconfig = {
      extends: path.join(root, 'clients/typescript/tsconfig.json'),
      compilerOptions: {
        noEmit: true,
        rootDir: '/',
        typeRoots: [path.join(root, 'node_modules/@types')],
        paths: { 'license-server-client': [path.join(root, 'clients/typescript/src/index.ts')] },
      },
      include: [],
      files,
    };
    await writeFile(path.join(world.folder, 'tsconfig.json'), JSON.stringify(tsconfig));
    const tsc = path.join(root, 'node_modules/typescript/bin/tsc');
    const { code, output } = await world.run(process.execPath, [tsc, '-p', world.folder]);
    expect([code, output]).toEqual([0, '']);
  }, 600_000);
});
