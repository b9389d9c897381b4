import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openAsBlob } from 'node:fs';
import { LicenseServer } from '../clients/typescript/src/index.js';
import { typescriptSample } from '../scripts/code-samples/typescript.js';
import { SampleWorld } from './support/documents/sample-world.js';

let world: SampleWorld;
beforeAll(async () => {
  world = await SampleWorld.begin();
});
afterAll(() => world.end());

/** Runs a sample as a module of Node.js, with the library in the place of the installed one. */
async function runProgram(source: string): Promise<void> {
  const body = source.replace(/^import .*$/gm, '');
  const values = {
    LicenseServer,
    openAsBlob,
    writeFile: () => undefined,
    process: { env: world.env },
    console: { log: () => undefined },
  };
  type Program = (...given: unknown[]) => Promise<void>;
  const { constructor: AsyncFunction } = Object.getPrototypeOf(runProgram) as {
    constructor: new (...texts: string[]) => Program;
  };
  await new AsyncFunction(...Object.keys(values), body)(...Object.values(values));
}

describe('The code samples', () => {
  it('in curl are answered by a server, one after the other; those that read, in TypeScript too', async () => {
    const refused: unknown[] = [];
    let read = 0;
    for (const { method, template } of world.player.routes()) {
      const request = world.player.request(method, template);
      const { code, output } = await world.playCurl(template, request);
      if (code !== 0) refused.push([`${method} ${template}`, 'curl', output]);
      if (method !== 'GET') continue;
      read++;
      await runProgram(typescriptSample(request)).catch((error: unknown) =>
        refused.push([`${method} ${template}`, 'TypeScript', String(error)]),
      );
    }
    expect(refused).toEqual([]);
    expect(read).toBeGreaterThan(60);
  });
});
