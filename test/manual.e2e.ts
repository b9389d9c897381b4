import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parse } from 'yaml';
import { difference, examplesOf, runExamples } from './support/documents/manual.js';
import {
  freshServer,
  issue,
  type ReadyServer,
  readyServer,
  rootAccount,
  type TestServer,
  usualSeats,
} from './support/test-server.js';

const root = path.join(import.meta.dirname, '..');
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'license-server-manual-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('The examples in docs/rest-guide.md', () => {
  let server: ReadyServer;
  beforeAll(async () => {
    server = await readyServer(usualSeats.map((each) => ({ ...each, borrowMaxDays: 30 })));
  }, 240_000);
  afterAll(() => server.close());

  it('run one after the other, and answer what the guide shows', async () => {
    const examples = examplesOf('docs/rest-guide.md');
    expect(examples.length).toBeGreaterThan(12);
    const { email: EMAIL, password: PASSWORD } = rootAccount;
    const outputs = await runExamples(examples, folder, { SERVER: server.url, EMAIL, PASSWORD });
    const differences = examples.flatMap(({ script, output }, index) => {
      if (output === undefined) return [];
      const found = difference(output, JSON.parse(outputs[index]!));
      return found ? [`${script}${found}`] : [];
    });
    expect(differences).toEqual([]);
    expect(outputs.at(-1)).toMatch(/^license_server_seats_in_use\{.*\} 0$/m);
    expect(readFileSync(path.join(folder, 'utilization.csv'), 'utf8')).toContain('builder-1');
  }, 240_000);
});

describe('"From nothing to a seat" in README.md', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await freshServer();
  }, 240_000);
  afterAll(() => server.close());

  it('leads from a license file to a seat, and past a full quota', async () => {
    const example = parse(readFileSync(path.join(root, 'scripts', 'example-license.yaml'), 'utf8')) as object;
    // The day in the example passes.
    const validUntil = new Date(Date.now() + 365 * 86_400_000).toISOString();
    writeFileSync(path.join(folder, 'acme.lic'), await issue({ ...example, validUntil }));
    symlinkSync(server.dataDir, path.join(folder, 'data'));
    const examples = examplesOf('README.md', '**3. Activate it**', '## The API').map(({ script, output }) => ({
      script: script.replace('SERVER=http://localhost:8080', `SERVER=${server.url}`),
      output,
    }));
    expect(examples.length).toBeGreaterThanOrEqual(4);
    const all = (await runExamples(examples, folder, {}, false)).join('\n');
    expect(all).toContain('All 3 Katalon Studio Enterprise seats of Acme are in use');
    expect(all.match(/"errorMessage"/g)).toHaveLength(5);
    const online = '/api/v1/organizations/1/online-licenses';
    const ada = await server.api.signedIn('ada@example.com', 'correct horse battery');
    const { content } = await ada.get(online).expect<{ content: { hostname: string }[] }>(200);
    expect(content.map(({ hostname }) => hostname).sort()).toEqual(['agent-1', 'host-2', 'host-3', 'host-4']);
  }, 240_000);
});

describe('The manual', () => {
  it('has no link that leads nowhere', () => {
    const docs = path.join(root, 'docs');
    const pages = [
      'README.md',
      ...readdirSync(docs)
        .filter((name) => name.endsWith('.md'))
        .map((name) => path.join('docs', name)),
    ];
    const broken = pages.flatMap((page) => {
      const text = readFileSync(path.join(root, page), 'utf8');
      const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)/g)].map(([, link = '']) => link);
      return links
        .filter((link) => !existsSync(path.join(root, path.dirname(page), link)))
        .map((link) => `${page}: ${link}`);
    });
    expect(broken).toEqual([]);
  });
});
