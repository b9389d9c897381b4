import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { type Api } from './support/api.js';
import { form, keywordsJar, libraryJar, packed, recordOf, renamed, studioJar } from './support/packages.js';
import { cli, gui, member, readyServer, type ReadyServer } from './support/test-server.js';

interface Plugin {
  id: number;
  name: string;
  version: string;
  kind: string;
  visibility: string;
  newest: boolean;
  fileName: string;
  size: number;
  sha256: string;
  uploadedBy: string;
}

interface List {
  content: Plugin[];
  totalElements: number;
  privatePlugins?: boolean;
}

const library = '/api/v1/plugins';
const privatePlugin = { key: 'private_plugin', name: 'Private plugins' };
const seatsWithPrivatePlugins = [
  { product: 'KSE', model: 'floating', quantity: 2, features: [gui, privatePlugin] },
  { product: 'KRE', model: 'floating', quantity: 2, features: [cli] },
];

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** All files below a folder, as paths in it. */
function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(path.join(folder, name)).isFile())
    .sort();
}

let server: ReadyServer;
let own: string;
let tester: Api;
let admin: Api;

/** The files of the library on the server's disk. */
const stored = (): string[] => filesIn(path.join(server.dataDir, 'plugins'));

async function upload(api: Api, address: string, file: Buffer, name: string, fields = {}): Promise<Plugin> {
  return api.post(address, form(file, name, fields)).expect<Plugin>(201);
}

beforeAll(async () => {
  server = await readyServer(seatsWithPrivatePlugins, {}, { PLUGIN_MAX_MB: '20' });
  own = `/api/v1/organizations/${server.organizationId}/plugins`;
  tester = await member(server, 'tester@example.com', 'USER');
  admin = await member(server, 'admin@example.com', 'ADMIN');
});
afterAll(() => server.close());

describe('A package', () => {
  it('says itself what it is, as far as its manifest does', async () => {
    const studio = await upload(server.root, library, await studioJar('com.example.slack', '1.0.3'), 'slack.jar');
    expect(studio).toMatchObject({ name: 'com.example.slack', version: '1.0.3', kind: 'studio', visibility: 'public' });
    expect(studio).toMatchObject({ fileName: 'com.example.slack-1.0.3.jar', uploadedBy: 'root@example.com' });

    const attributes = { 'Implementation-Title': 'Excel Keywords', 'Implementation-Version': '1.0.1' };
    const excel = await upload(server.root, library, await keywordsJar(attributes), 'excel.jar');
    expect(excel).toMatchObject({ name: 'Excel Keywords', version: '1.0.1', kind: 'custom-keywords', newest: true });
  });

  it('that does not is asked for what is missing, and taken with it', async () => {
    const jar = await keywordsJar();
    const words = await server.root.post(library, form(jar, 'pdf.jar', { name: 'PDF' })).refused(400);
    expect(words).toContain('version is missing');
    expect(words).toContain('form field `version`');
    const found = await server.root.post(library, form(jar, 'pdf.jar')).expect(400);
    expect(found).toMatchObject({ code: 'plugin-metadata-missing', found: { kind: 'custom-keywords' } });
    const fields = { name: 'PDF', version: '2.0', description: 'Reads PDF files' };
    expect(await upload(server.root, library, jar, 'pdf.jar', fields)).toMatchObject(fields);
  });

  it('can be a zip of jars, of which the one with the keywords speaks for it', async () => {
    const attributes = { 'Bundle-Name': 'Tables', 'Bundle-Version': '3.1' };
    const zip = await packed({
      'tables/README.txt': 'Read me',
      'tables/commons-lang3.jar': await libraryJar('org.apache.commons.lang3'),
      'tables/tables.jar': await keywordsJar(attributes),
    });
    const plugin = await upload(server.root, library, zip, 'tables.zip');
    expect(plugin).toMatchObject({ name: 'Tables', version: '3.1', kind: 'custom-keywords', packaging: 'zip' });
    expect(plugin).toMatchObject({ jars: ['tables/commons-lang3.jar', 'tables/tables.jar'] });
  });

  it('may have a name and files in any script', async () => {
    const jar = await keywordsJar({ 'Bundle-Name': 'キーワード', 'Bundle-Version': '1.0' }, { '資料/例.txt': 'x' });
    const zip = await packed({ 'プラグイン/キーワード.jar': jar });
    const plugin = await upload(server.root, library, zip, 'プラグイン.zip');
    expect(plugin).toMatchObject({ name: 'キーワード', jars: ['プラグイン/キーワード.jar'] });
    const headers = await tester.get(`${library}/${plugin.id}/download`).headers();
    expect(headers.get('content-disposition')).toContain(encodeURIComponent('キーワード-1.0.zip'));
  });
});
