import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFileSync, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
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
import { CountingProxy } from './support/network/counting-proxy.js';
import { form, keywordsJar, libraryJar, packed, recordOf, renamed, studioJar } from './support/packages.js';
import { cli, gui, member, readyServer, type ReadyServer } from './support/test-server.js';
import { until } from './support/until.js';

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

/** All files below a folder, as paths in it. One that the server removes while we look is not there. */
function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(path.join(folder, name), { throwIfNoEntry: false })?.isFile())
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
    const message = await server.root.post(library, form(jar, 'pdf.jar', { name: 'PDF' })).refused(400);
    expect(message).toContain('version is missing');
    expect(message).toContain('form field `version`');
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

describe('The library', () => {
  it('keeps several versions, and knows the newest by its number', async () => {
    for (const version of ['1.9', '1.10', '1.10-rc1']) {
      await upload(server.root, library, await keywordsJar(), 'v.jar', { name: 'Versions', version });
    }
    const all = await tester.get(`${library}?search=versions&sort=version,desc`).expect<List>(200);
    expect(all.content.map(({ version, newest }) => [version, newest])).toEqual([
      ['1.10', true],
      ['1.10-rc1', false],
      ['1.9', false],
    ]);
    const newest = await tester.get(`${library}?search=versions&newest=true`).expect<List>(200);
    expect(newest.content.map(({ version }) => version)).toEqual(['1.10']);
  });

  it('is searched, sorted and paged', async () => {
    const studio = await tester.get(`${library}?kind=studio`).expect<List>(200);
    expect(studio.content.map(({ name }) => name)).toEqual(['com.example.slack']);
    const found = await tester.get(`${library}?search=reads%20pdf`).expect<List>(200);
    expect(found.content.map(({ name }) => name)).toEqual(['PDF']);
    const page = await tester.get(`${library}?sort=uploadedAt,desc&size=2&page=1`).expect<List>(200);
    expect([page.content.length, page.totalElements]).toEqual([2, 8]);
    expect(await tester.get(`${library}?sort=sha256`).refused(400)).toContain('sort must be one of');
    expect(await tester.get(`${library}?newest=maybe`).refused(400)).toContain('newest must be true or false');
  });

  it('takes a version once, and tells of two at the same moment only the first', async () => {
    const [one, other] = [await keywordsJar({}, { a: 'one' }), await keywordsJar({}, { a: 'other' })];
    const fields = { name: 'Once', version: '1.0' };
    const statuses = await Promise.all(
      [one, other, one, other].map((jar) => server.root.post(library, form(jar, 'once.jar', fields)).status()),
    );
    expect(statuses.sort()).toEqual([201, 409, 409, 409]);
    const again = server.root.post(library, form(one, 'once.jar', { name: 'ONCE', version: '1.0' }));
    expect(await again.refused(409)).toContain('The library has ONCE 1.0 already');
    const { content } = await tester.get(`${library}?search=once`).expect<List>(200);
    expect(content).toHaveLength(1);
    expect(stored().filter((name) => [one, other].some((jar) => name.endsWith(sha256(jar))))).toHaveLength(1);
  });

  it('stores the same file once, until nothing refers to it', async () => {
    const jar = await keywordsJar({}, { shared: 'x' });
    const first = await upload(server.root, library, jar, 'a.jar', { name: 'Shared A', version: '1' });
    const second = await upload(server.root, library, jar, 'a.jar', { name: 'Shared B', version: '1' });
    const place = path.join(first.sha256.slice(0, 2), first.sha256);
    expect(first.sha256).toBe(sha256(jar));
    expect(stored().filter((name) => name === place)).toHaveLength(1);
    await server.root.delete(`${library}/${first.id}`).expect(204);
    expect(await tester.get(`${library}/${second.id}/download`).status()).toBe(200);
    await server.root.delete(`${library}/${second.id}`).expect(204);
    expect(stored()).not.toContain(place);
    expect(await server.root.delete(`${library}/${second.id}`).refused(404)).toBe('The plugin was not found.');
  });

  it('loses nothing when one deletes what another uploads at that moment', async () => {
    const jar = await keywordsJar({}, { race: 'x' });
    const fields = (n: number): Record<string, string> => ({ name: `Race ${n}`, version: '1' });
    let last = await upload(server.root, library, jar, 'race.jar', fields(0));
    for (let n = 1; n <= 8; n++) {
      const [, next] = await Promise.all([
        server.root.delete(`${library}/${last.id}`).expect(204),
        upload(server.root, library, jar, 'race.jar', fields(n)),
      ]);
      last = next;
      expect(await tester.get(`${library}/${last.id}/download`).status()).toBe(200);
    }
    await server.root.delete(`${library}/${last.id}`).expect(204);
  });

  it('writes down who changed it', async () => {
    const events = await server.root.get('/api/v1/audit-events?search=plugin&size=500').expect<{
      content: { action: string; actor: string; details: { name: string } }[];
    }>(200);
    const uploaded = events.content.find(
      ({ action, details }) => action === 'plugin.uploaded' && details.name === 'PDF',
    );
    expect(uploaded).toMatchObject({ actor: 'root@example.com', details: { version: '2.0' } });
    expect(events.content.some(({ action }) => action === 'plugin.deleted')).toBe(true);
  });
});

describe('A download', () => {
  let plugin: Plugin;
  let jar: Buffer;
  const download = async (headers: Record<string, string> = {}, method = 'GET') => {
    const bearer = tester.credentials;
    const answer = await fetch(`${server.url}${library}/${plugin.id}/download`, {
      method,
      headers: { ...bearer, ...headers },
    });
    return { status: answer.status, headers: answer.headers, bytes: Buffer.from(await answer.arrayBuffer()) };
  };

  beforeAll(async () => {
    jar = await keywordsJar({}, { data: Buffer.from(Array.from({ length: 5000 }, (_, n) => (n * 7919) % 251)) });
    plugin = await upload(server.root, library, jar, 'd.jar', { name: 'Download', version: '1.0' });
  });

  it('comes with its checksum and its name', async () => {
    const { status, headers, bytes } = await download();
    expect([status, bytes.equals(jar)]).toEqual([200, true]);
    expect(headers.get('etag')).toBe(`"${sha256(jar)}"`);
    expect(headers.get('x-checksum-sha256')).toBe(sha256(jar));
    expect(headers.get('repr-digest')).toBe(`sha-256=:${createHash('sha256').update(jar).digest('base64')}:`);
    expect(headers.get('content-disposition')).toContain('attachment; filename="Download-1.0.jar"');
    expect(headers.get('content-length')).toBe(String(jar.length));
  });

  it('goes on where it broke off, as long as the file is the same', async () => {
    const rest = await download({ range: 'bytes=100-', 'if-range': `"${sha256(jar)}"` });
    expect([rest.status, rest.headers.get('content-range')]).toEqual([
      206,
      `bytes 100-${jar.length - 1}/${jar.length}`,
    ]);
    expect(rest.bytes.equals(jar.subarray(100))).toBe(true);
    const changed = await download({ range: 'bytes=100-', 'if-range': '"another"' });
    expect([changed.status, changed.bytes.equals(jar)]).toEqual([200, true]);
    const last = await download({ range: 'bytes=-10' });
    expect(last.bytes.equals(jar.subarray(-10))).toBe(true);
    const beyond = await download({ range: `bytes=${jar.length}-` });
    expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, `bytes */${jar.length}`]);
    expect(JSON.parse(beyond.bytes.toString())).toMatchObject({ code: 'range-not-satisfiable' });
  });

  it('is not sent to whoever has it, nor to whoever only asks about it', async () => {
    expect((await download({ 'if-none-match': `"${sha256(jar)}"` })).status).toBe(304);
    const { status, headers, bytes } = await download({}, 'HEAD');
    expect([status, headers.get('content-length'), bytes.length]).toEqual([200, String(jar.length), 0]);
  });

  it('says clearly when the file is gone from the disk', async () => {
    const lost = await keywordsJar({}, { lost: 'x' });
    const { id } = await upload(server.root, library, lost, 'l.jar', { name: 'Lost', version: '1' });
    rmSync(path.join(server.dataDir, 'plugins', sha256(lost).slice(0, 2), sha256(lost)));
    expect(await tester.get(`${library}/${id}/download`).refused(503)).toContain(
      'is not where this server keeps its plugins',
    );
    expect(await tester.get(`${library}/archive`).refused(503)).toContain('Lost 1');
    // Uploaded again, it is healed.
    await upload(server.root, library, lost, 'l.jar', { name: 'Lost', version: '2' });
    expect(await tester.get(`${library}/${id}/download`).status()).toBe(200);
  });
});

describe('The archive', () => {
  it('holds the newest version of each plugin, where a project wants it', async () => {
    const bearer = tester.credentials;
    const answer = await fetch(`${server.url}${library}/archive`, { headers: bearer });
    const bytes = Buffer.from(await answer.arrayBuffer());
    expect(answer.headers.get('content-length')).toBe(String(bytes.length));
    const folder = mkdtempSync(path.join(os.tmpdir(), 'archive-'));
    writeFileSync(path.join(folder, 'plugins.zip'), bytes);
    // The system's own unzip, which checks every checksum.
    execFileSync('unzip', ['-q', 'plugins.zip', '-d', 'project'], { cwd: folder });
    const { content } = await tester.get(`${library}?newest=true&size=500`).expect<List>(200);
    const expected = content.map(({ kind, fileName }) => `plugins/${kind === 'studio' ? 'platform/' : ''}${fileName}`);
    expect(filesIn(path.join(folder, 'project'))).toEqual(expected.sort());
    const slack = content.find(({ name }) => name === 'com.example.slack');
    const unpacked = readFileSync(path.join(folder, 'project/plugins/platform/com.example.slack-1.0.3.jar'));
    expect(sha256(unpacked)).toBe(slack?.sha256);
    const headers = { 'if-none-match': answer.headers.get('etag') ?? '' };
    expect(await tester.get(`${library}/archive`, headers).status()).toBe(304);
    rmSync(folder, { recursive: true });
  });
});

describe('Private plugins', () => {
  it('are for one organization alone, whose admins bring them', async () => {
    const jar = await keywordsJar({}, { secret: 'x' });
    const fields = { name: 'Our Keywords', version: '1.0' };
    expect(await tester.post(own, form(jar, 'o.jar', fields)).refused(403)).toContain('Your role in this organization');
    const plugin = await upload(admin, own, jar, 'o.jar', fields);
    expect(plugin.visibility).toBe('private');
    const list = await tester.get(`${own}?search=keywords`).expect<List>(200);
    expect(list.content.map(({ name, visibility }) => [name, visibility])).toEqual([
      ['Excel Keywords', 'public'],
      ['Our Keywords', 'private'],
    ]);
    expect(list.privatePlugins).toBe(true);
    expect(await tester.get(`${own}/${plugin.id}/download`).status()).toBe(200);
    for (const address of [
      `${library}/${plugin.id}/download`,
      `/api/v1/organizations/999/plugins/${plugin.id}/download`,
    ]) {
      expect(await tester.get(address).status()).toBe(404);
    }
    const stranger = await member(server, 'stranger@example.com', null);
    expect(await stranger.get(`${own}/${plugin.id}/download`).status()).toBe(404);
    expect((await stranger.get(`${library}?search=our`).expect<List>(200)).content).toEqual([]);
    expect(await server.root.delete(`${library}/${plugin.id}`).status()).toBe(404);
    expect(await tester.delete(`${own}/${plugin.id}`).status()).toBe(403);
  });

  it('go before public ones of the same name', async () => {
    await upload(server.root, library, await keywordsJar({}, { a: 'public' }), 's.jar', { name: 'Same', version: '9' });
    await upload(admin, own, await keywordsJar({}, { a: 'private' }), 's.jar', { name: 'Same', version: '1' });
    const { content } = await tester.get(`${own}?search=same&newest=true`).expect<List>(200);
    expect(content.map(({ version, visibility }) => [version, visibility])).toEqual([['1', 'private']]);
    const others = await tester.get(`${library}?search=same&newest=true`).expect<List>(200);
    expect(others.content.map(({ version }) => version)).toEqual(['9']);
  });

  it('need a license with the feature', async () => {
    const plain = await readyServer();
    try {
      const address = `/api/v1/organizations/${plain.organizationId}/plugins`;
      const answer = plain.root.post(address, form(await keywordsJar(), 'o.jar', { name: 'Ours', version: '1' }));
      expect(await answer.refused(403)).toContain('does not include private plugins');
      expect(await answer.expect(403)).toMatchObject({ code: 'private-plugins-not-licensed' });
      expect(await plain.root.get(address).expect(200)).toMatchObject({ content: [], privatePlugins: false });
      expect(filesIn(path.join(plain.dataDir, 'plugins'))).toEqual([]);
    } finally {
      await plain.close();
    }
  });
});

describe('A package that nobody should take', () => {
  const mebibyte = 1024 * 1024;
  const zeros = Buffer.alloc(32 * mebibyte);
  const flags = (zip: Buffer, name: string, change: (record: Buffer, at: number) => void): Buffer => {
    const copy = Buffer.from(zip);
    change(copy, recordOf(copy, name));
    return copy;
  };

  const bad: [string, () => Promise<Buffer>, string, string][] = [
    [
      'is no zip at all',
      () => Promise.resolve(Buffer.from('This is text.'.repeat(10))),
      'not-a-zip',
      'neither a .jar nor',
    ],
    [
      'has another beginning',
      async () => Buffer.concat([Buffer.from('MZ\x90\0'), await keywordsJar()]),
      'not-a-zip',
      'neither a .jar',
    ],
    ['holds nothing', () => packed({}), 'empty', 'It is empty'],
    ['holds no jar', () => packed({ 'readme.txt': 'x' }), 'no-jar', 'neither a jar nor a zip with jars'],
    ['is cut off', async () => (await keywordsJar()).subarray(0, -40), 'truncated', 'cut off'],
    [
      'is encrypted',
      async () => flags(await keywordsJar(), 'katalon-plugin.json', (zip, at) => zip.writeUInt16LE(1, at + 8)),
      'encrypted',
      'It is encrypted',
    ],
    [
      'leaves its folder',
      async () => renamed(await packed({ 'xx/xx/evil.jar': await keywordsJar() }), 'xx/xx/evil', '../../evil'),
      'unsafe-name',
      'outside of its folder',
    ],
    [
      'has absolute names',
      async () => renamed(await packed({ 'xtmp/evil.jar': await keywordsJar() }), 'xtmp/evil', '/tmp/evil'),
      'unsafe-name',
      'absolute path',
    ],
    [
      'has names of Windows drives',
      async () => renamed(await packed({ 'xx/evil.jar': await keywordsJar() }), 'xx/evil', 'C:/evil'),
      'unsafe-name',
      'absolute path',
    ],
    [
      'has names with backslashes',
      async () => renamed(await packed({ 'xx/evil.jar': await keywordsJar() }), 'xx/evil', '..\\evil'),
      'unsafe-name',
      'outside of its folder',
    ],
    ['holds a link', () => packed({ 'a.jar': '/etc/passwd' }, { mode: 0o120777 }), 'link', 'a.jar is a link'],
    [
      'holds a jar twice',
      async () => packed({ 'a.jar': await keywordsJar(), 'A.jar': await keywordsJar() }),
      'unsafe-name',
      'twice',
    ],
    ['unpacks to hundreds of times its size', () => keywordsJar({}, { zeros }), 'bomb', 'would unpack to much more'],
    ['hides that in a jar', async () => packed({ 'a.jar': await keywordsJar({}, { zeros }) }), 'bomb', 'a.jar'],
    [
      'unpacks to more than it says',
      async () => flags(await keywordsJar({}, { zeros }), 'zeros', (zip, at) => zip.writeUInt32LE(10, at + 24)),
      'damaged',
      'does not unpack to as many bytes',
    ],
    [
      'does not match its checksum',
      async () => flags(await keywordsJar(), 'katalon-plugin.json', (zip, at) => zip.writeUInt32LE(1, at + 16)),
      'damaged',
      'does not match its checksum',
    ],
    ['holds a jar that is none', () => packed({ 'a.jar': 'not a jar' }), 'not-a-zip', 'a.jar'],
  ];

  it.each(bad)('because it %s', async (_, make, reason, message) => {
    const before = stored();
    const answer = server.root.post(library, form(await make(), 'bad.zip', { name: 'Bad', version: '1' }));
    expect(await answer.refused(400)).toContain(message);
    expect(await answer.expect(400)).toMatchObject({ code: 'plugin-package-invalid', reason });
    expect(stored()).toEqual(before);
  });

  it('because it is too large', async () => {
    const before = stored();
    const large = Buffer.alloc(20 * mebibyte + 1);
    expect(await server.root.post(library, form(large, 'large.jar')).refused(413)).toContain('at most 20 MB');
    // Nor when nothing has announced its size.
    const bearer = server.root.credentials;
    const head = '--x\r\nContent-Disposition: form-data; name="file"; filename="large.jar"\r\n\r\n';
    const chunked = new ReadableStream({
      start(controller) {
        controller.enqueue(Buffer.from(head));
        for (let sent = 0; sent < large.length; sent += mebibyte) controller.enqueue(Buffer.alloc(mebibyte));
        controller.enqueue(Buffer.from('\r\n--x--\r\n'));
        controller.close();
      },
    });
    const answer = await fetch(server.url + library, {
      method: 'POST',
      body: chunked,
      headers: { ...bearer, 'content-type': 'multipart/form-data; boundary=x' },
      duplex: 'half',
    });
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([413, 'plugin-too-large']);
    expect(stored()).toEqual(before);
  });

  it.each([
    ['no file', () => new FormData(), 'file is missing'],
    [
      'another field',
      () => {
        const data = new FormData();
        data.append('plugin', new Blob(['x']), 'x.jar');
        return data;
      },
      'form field `file`',
    ],
    [
      'a kind that does not exist',
      async () => form(await keywordsJar(), 'x.jar', { kind: 'other' }),
      'kind must be one of',
    ],
    [
      'a version that is a path',
      async () => form(await keywordsJar(), 'x.jar', { name: 'x', version: '../1' }),
      'version must be made of',
    ],
    [
      'a field that does not exist',
      async () => form(await keywordsJar(), 'x.jar', { visibility: 'private' }),
      'visibility',
    ],
  ] as [string, () => FormData | Promise<FormData>, string][])('because the form has %s', async (_, make, message) => {
    const before = stored();
    expect(await server.root.post(library, await make()).refused(400)).toContain(message);
    expect(stored()).toEqual(before);
  });
});

describe('When an upload goes wrong', () => {
  const noise = (mebibytes: number): Buffer => randomBytes(mebibytes * 1024 * 1024);

  /** Sends the beginning of an upload and leaves the connection open. */
  async function begun(share: number): Promise<net.Socket> {
    const jar = await keywordsJar({}, { noise: noise(4) });
    const head =
      '--x\r\nContent-Disposition: form-data; name="name"\r\n\r\nCut off\r\n--x\r\nContent-Disposition: form-data; name="file"; filename="cut.jar"\r\n\r\n';
    const body = Buffer.concat([Buffer.from(head), jar, Buffer.from('\r\n--x--\r\n')]);
    const bearer = server.root.credentials.authorization;
    const { hostname, port } = new URL(server.url);
    const socket = net.connect(Number(port), hostname);
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    socket.write(
      `POST ${library} HTTP/1.1\r\nHost: x\r\nAuthorization: ${bearer}\r\nContent-Type: multipart/form-data; boundary=x\r\n` +
        `Content-Length: ${body.length}\r\n\r\n`,
    );
    socket.write(body.subarray(0, Math.floor(body.length * share)));
    const incoming = path.join(server.dataDir, 'plugins', 'incoming');
    const arrived = (): number =>
      filesIn(incoming).reduce(
        (sum, name) => sum + (statSync(path.join(incoming, name), { throwIfNoEntry: false })?.size ?? 0),
        0,
      );
    await until(() => arrived() > 3_000_000, 30, 'the upload');
    return socket;
  }

  it('nothing is left of one that is cut off at 90 %', async () => {
    const before = stored();
    const socket = await begun(0.9);
    expect(stored()).not.toEqual(before);
    socket.destroy();
    await until(() => stored().join() === before.join(), 30, 'the end of the temporary file');
    expect((await tester.get(`${library}?search=cut%20off`).expect<List>(200)).content).toEqual([]);
  });

  it('nothing is left when the disk is full, and the answer says so', async () => {
    const before = stored();
    const incoming = path.join(server.dataDir, 'plugins', 'incoming');
    mkdirSync(incoming, { recursive: true });
    const jar = await keywordsJar({}, { noise: noise(4) });
    const answer = await withFullDisk(incoming, () =>
      server.root
        .post(library, form(jar, 'full.jar', { name: 'Full', version: '1' }))
        .expect<{ code: string; message: string }>(507),
    );
    expect(answer).toMatchObject({
      code: 'plugin-storage-full',
      message: expect.stringContaining('The disk for plugins is full'),
    });
    expect(stored()).toEqual(before);
    await upload(server.root, library, jar, 'full.jar', { name: 'Full', version: '1' });
  });

  /** A file system of 2 MB in this place; who may not mount one limits the size of the server's files to that. */
  async function withFullDisk<T>(folder: string, action: () => Promise<T>): Promise<T> {
    const limit = (size: string): Buffer =>
      execFileSync('prlimit', ['--pid', String(server.pid()), `--fsize=${size}:unlimited`]);
    let mounted = true;
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'none', folder], { stdio: 'ignore' });
    } catch {
      mounted = false;
      limit('2000000');
    }
    try {
      return await action();
    } finally {
      if (mounted) execFileSync('umount', [folder]);
      else limit('unlimited');
    }
  }
});

describe('fetch-plugins', () => {
  let project: string;
  let key: string;
  let proxy: CountingProxy;

  beforeAll(async () => {
    project = mkdtempSync(path.join(os.tmpdir(), 'katalon project '));
    proxy = await CountingProxy.before(server.url);
    ({ key } = await tester.post('/api/v1/users/me/api-keys', { name: 'CI' }).expect<{ key: string }>(201));
  });
  afterAll(() => {
    proxy.close();
    rmSync(project, { recursive: true, force: true });
  });

  /** Runs the command as people do. */
  async function run(args: string[], env: Record<string, string> = { KATALON_API_KEY: key }) {
    const script = path.join(import.meta.dirname, '..', 'scripts', 'fetch-plugins.mjs');
    const child = spawn(process.execPath, [script, ...args], { env: { PATH: process.env.PATH ?? '', ...env } });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const [code] = (await once(child, 'close')) as [number];
    return { code, output };
  }
  const fetchAll = (...more: string[]) =>
    run(['--server', proxy.url, '--project', project, '--organization', String(server.organizationId), ...more]);
  const inProject = (file: string): string => path.join(project, file);
  const lock = () =>
    JSON.parse(readFileSync(inProject('plugins/plugins.lock.json'), 'utf8')) as {
      plugins: { name: string; version: string; files: { path: string; sha256: string }[] }[];
    };

  it('says first what it would do, and does nothing', async () => {
    const { code, output } = await fetchAll('--dry-run');
    expect([code, output]).toEqual([0, expect.stringContaining('would add: Our Keywords 1.0')]);
    expect(filesIn(project)).toEqual([]);
    expect(proxy.downloads()).toEqual([]);
  });

  it('brings keywords to plugins and plugins of Studio to plugins/platform, unpacked, for a member', async () => {
    mkdirSync(inProject('plugins'));
    writeFileSync(inProject('plugins/mine.jar'), 'carried here by hand');
    const { code, output } = await fetchAll();
    expect([code, output]).toEqual([0, expect.stringContaining('added: Tables 3.1')]);
    const files = filesIn(project);
    expect(files).toEqual(
      expect.arrayContaining([
        'plugins/Excel Keywords-1.0.1.jar',
        'plugins/Our Keywords-1.0.jar',
        'plugins/Same-1.jar',
        'plugins/commons-lang3.jar',
        'plugins/mine.jar',
        'plugins/platform/com.example.slack-1.0.3.jar',
        'plugins/tables.jar',
        'plugins/キーワード.jar',
      ]),
    );
    const listed = await tester.get(`${own}?newest=true&size=500`).expect<List>(200);
    expect(
      lock()
        .plugins.map(({ name }) => name)
        .sort(),
    ).toEqual(listed.content.map(({ name }) => name).sort());
    const noted = lock().plugins.flatMap((plugin) => plugin.files);
    expect(files).toEqual([...noted.map((file) => file.path), 'plugins/mine.jar', 'plugins/plugins.lock.json'].sort());
    for (const file of noted) expect(sha256(readFileSync(inProject(file.path)))).toBe(file.sha256);
    expect(proxy.downloads()).toHaveLength(listed.content.length);
  });

  it('loads nothing when nothing has changed', async () => {
    const { code, output } = await fetchAll();
    expect([code, output]).toEqual([0, expect.stringContaining('0 plugins changed')]);
    expect(proxy.downloads()).toEqual([]);
  });

  it('loads the one whose version has changed, and removes the former', async () => {
    const plugin = await upload(admin, own, await keywordsJar({}, { secret: 'y' }), 'o.jar', {
      name: 'Our Keywords',
      version: '1.1',
    });
    const { code, output } = await fetchAll();
    expect([code, output]).toEqual([0, expect.stringContaining('updated: Our Keywords 1.1')]);
    expect(proxy.downloads().map(({ path: address }) => address)).toEqual([`${own}/${plugin.id}/download`]);
    expect(filesIn(project)).toContain('plugins/Our Keywords-1.1.jar');
    expect(filesIn(project)).not.toContain('plugins/Our Keywords-1.0.jar');
    expect(sha256(readFileSync(inProject('plugins/Our Keywords-1.1.jar')))).toBe(plugin.sha256);
  });

  it('repairs what somebody has broken', async () => {
    writeFileSync(inProject('plugins/tables.jar'), 'broken');
    expect((await fetchAll()).output).toContain('restored: Tables 3.1');
    expect(proxy.downloads()).toHaveLength(1);
  });

  it('goes on with a download that broke off', async () => {
    const jar = await keywordsJar({}, { noise: randomBytes(4 * 1024 * 1024) });
    await upload(server.root, library, jar, 'big.jar', { name: 'Big', version: '1' });
    proxy.breakAfter = 2_000_000;
    const { code, output } = await fetchAll();
    expect([code, output]).toEqual([0, expect.stringContaining('added: Big 1')]);
    const [first, second, ...others] = proxy.downloads();
    expect([first?.range, others]).toEqual([undefined, []]);
    expect(Number(/^bytes=(\d+)-$/.exec(second?.range ?? '')?.[1])).toBeGreaterThan(1_000_000);
    expect(readFileSync(inProject('plugins/Big-1.jar')).equals(jar)).toBe(true);
  });

  it('removes what is no longer in the library only when told to', async () => {
    const { content } = await tester.get(`${library}?search=big`).expect<List>(200);
    await server.root.delete(`${library}/${content[0]?.id}`).expect(204);
    expect((await fetchAll()).output).toContain('Big 1 is no longer in the library');
    expect(filesIn(project)).toContain('plugins/Big-1.jar');
    expect((await fetchAll('--prune')).output).toContain('removed: Big 1');
    expect(filesIn(project)).not.toContain('plugins/Big-1.jar');
    expect(readFileSync(inProject('plugins/mine.jar'), 'utf8')).toBe('carried here by hand');
  });

  it('does not overwrite what it has not brought', async () => {
    writeFileSync(inProject('plugins/New-1.jar'), 'mine');
    const { id } = await upload(server.root, library, await keywordsJar(), 'n.jar', { name: 'New', version: '1' });
    const { code, output } = await fetchAll();
    expect([code, output]).toEqual([1, expect.stringContaining('plugins/New-1.jar is there and was not fetched')]);
    expect(readFileSync(inProject('plugins/New-1.jar'), 'utf8')).toBe('mine');
    await server.root.delete(`${library}/${id}`).expect(204);
  });

  it('works in CI, with the key in a file, and brings public plugins alone without an organization', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'ci-'));
    writeFileSync(path.join(folder, 'key'), `${key}\n`);
    const args = ['--server', server.url, '--project', folder, '--api-key-file', path.join(folder, 'key')];
    const { code } = await run(args, {});
    expect(code).toBe(0);
    expect(filesIn(folder)).toContain('plugins/Same-9.jar');
    expect(filesIn(folder).join()).not.toContain('Our Keywords');
    rmSync(folder, { recursive: true });
  });

  it('tells by its exit code what is wrong', async () => {
    const args = ['--server', server.url, '--project', project];
    expect(await run([])).toEqual({ code: 2, output: expect.stringContaining('--server <url>') });
    expect(await run(args, {})).toEqual({ code: 2, output: expect.stringContaining('KATALON_API_KEY') });
    expect(await run(args, { KATALON_API_KEY: 'lsk_wrong' })).toEqual({
      code: 3,
      output: expect.stringContaining('not valid'),
    });
    expect((await run([...args, '--organization', '999'])).code).toBe(3);
    expect((await run(['--server', 'http://127.0.0.1:9', '--project', project])).code).toBe(4);
    writeFileSync(inProject('plugins/plugins.lock.json'), '{"plugins": [{"files": [{"path": "../../evil"}]}]}');
    expect(await run(args)).toEqual({ code: 1, output: expect.stringContaining('is damaged') });
  });
});

describe('After kill -9 in the middle of an upload', () => {
  it('the next start removes what was left', async () => {
    const before = stored();
    const jar = await keywordsJar({}, { orphan: 'x' });
    const orphan = path.join(server.dataDir, 'plugins', sha256(jar).slice(0, 2), sha256(jar));
    mkdirSync(path.dirname(orphan), { recursive: true });
    writeFileSync(orphan, jar);
    writeFileSync(path.join(server.dataDir, 'plugins', 'incoming', 'left'), 'half an upload');
    await server.crash();
    await until(() => stored().join() === before.join(), 30, 'the sweep');
  });
});
