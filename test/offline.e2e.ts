import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { compactVerify, decodeJwt } from 'jose';
import { type Answer, type Api } from './support/api.js';
import { javaProperties } from './support/java-properties.js';
import { machineIdOf } from './support/machine-id.js';
import { cli, gui, member, readyServer, type ReadyServer, rootAccount, userId } from './support/test-server.js';

const extra = { key: 'katalon_gui_extra', name: 'Extra' };
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();

let server: ReadyServer;
let organization: string;
let user: Api;

beforeAll(async () => {
  server = await readyServer([
    { product: 'KSE', model: 'floating', quantity: 1, features: [gui, extra], offline: true, expiresAt: inDays(100) },
    { product: 'KSE', model: 'floating', quantity: 2, features: [gui] },
    { product: 'KRE', model: 'floating', quantity: 1, features: [cli], offline: true, expiresAt: inDays(100) },
  ]);
  organization = `/api/v1/organizations/${server.organizationId}`;
  user = await member(server, 'user@example.com', 'USER');
});
afterAll(() => server.close());

function create(machine: string, expiresAt = inDays(10)): Answer {
  const license = { product: 'KSE', machineId: machineIdOf(machine), expiresAt };
  return server.root.post(`${organization}/offline-licenses`, license);
}

function take(session: string): Answer {
  const seat = { organizationId: server.organizationId, product: 'KSE', machineId: session, sessionId: session };
  return user.post('/api/v1/leases', seat);
}

const policy = (change: object) => server.root.patch(`${organization}/license-policy`, change).expect(200);
const featuresOf = (token: string) =>
  (
    JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { features: { key: string }[] }
  ).features.map(({ key }) => key);

describe('An offline license', () => {
  it('takes no seat that is reserved, and is for no machine that is denied', async () => {
    const reservation = { product: 'KSE', seats: 3, userId: await userId(server, 'user@example.com') };
    await policy({
      reservations: [reservation],
      deniedMachines: [`${machineIdOf('laptop-1').slice(0, 20).toUpperCase()}*`],
    });
    expect(await create('off-1').refused(409)).toContain('are reserved for users or teams');
    expect(await create('laptop-1').refused(403)).toContain('denies this machine');
  });

  it('takes no reserved seat either while the dead lease of its user is still there', async () => {
    await take('s-1').expect(201);
    await server.later({ minutes: 16 });
    expect(await create('off-1').refused(409)).toContain('are reserved for users or teams');
    const reservation = { product: 'KSE', seats: 3, userId: await userId(server, 'user@example.com') };
    await policy({ reservations: [{ ...reservation, seats: 2 }] });
  });

  it('is what its entitlement allows: as long, as many, and with those features', async () => {
    expect(await create('off-1', inDays(200)).refused(400)).toContain('must not be after the license');
    const { id } = await create('off-1').expect<{ id: number }>(201);
    const file = await server.root.get(`${organization}/offline-licenses/${id}/file`).expect<string>(200);
    expect(featuresOf(file)).toEqual(['katalon_gui', 'katalon_gui_extra', 'offline']);
    await policy({ reservations: [] });
    // Two seats are free, but they are of an entitlement that allows no offline use.
    expect(await create('off-2').refused(409)).toContain('No Katalon Studio Enterprise seat is free');
    await create('off-1', inDays(20)).expect(201);
  });

  it('leaves the other seats, with their own features, to the sessions', async () => {
    const leases = [await take('s-1').expect<{ token: string }>(201), await take('s-2').expect<{ token: string }>(201)];
    expect(leases.map(({ token }) => featuresOf(token))).toEqual([['katalon_gui'], ['katalon_gui']]);
    expect(await take('s-3').refused(409)).toContain('one is held by an offline license');
  });
});

describe('The download of an offline license', () => {
  const machineId = machineIdOf('off-1');
  let id: number;
  let file: string;
  const download = (format?: string, query = format === undefined ? '' : `?format=${format}`) =>
    server.root.get(`${file}${query}`);
  const text = (format?: string) => download(format).expect<string>(200);

  beforeAll(async () => {
    id = (await create('off-1').expect<{ id: number }>(201)).id;
    file = `${organization}/offline-licenses/${id}/file`;
  });

  it('is the license alone, for programs that verify it with the public key of this server', async () => {
    const token = await text();
    expect(await text('lic')).toBe(token);
    const key = createPublicKey(await text('pem'));
    await compactVerify(token, key, { algorithms: ['RS256'] });
    expect(decodeJwt(token)).toEqual({
      licenseType: 'ENTERPRISE',
      expirationDate: expect.any(Number),
      renewTime: expect.any(Number),
      machineId,
      organizationId: server.organizationId,
      features: [
        { id: 1, name: 'Studio', key: 'katalon_gui' },
        { id: 2, name: 'Extra', key: 'katalon_gui_extra' },
        { id: 3, name: 'Offline', key: 'offline' },
      ],
      testing: false,
    });
    expect((await download('lic').headers()).get('content-disposition')).toBe('attachment; filename="offline.lic"');
  });

  it('is the three lines that make Studio start with the key of this server', async () => {
    const lines = await text('properties');
    expect(lines.trimEnd().split('\n')).toHaveLength(3);
    // As java.util.Properties writes them.
    expect(lines).toMatch(
      /^publicKey=-----BEGIN PUBLIC KEY-----\\n([A-Za-z0-9+/]+\\n)+[A-Za-z0-9+/]*(\\=){0,2}(\\n)?-----END PUBLIC KEY-----\n/,
    );
    expect(lines.endsWith(`\norganization={"id"\\:${server.organizationId}}\n`)).toBe(true);
    expect(Object.fromEntries(javaProperties(Buffer.from(lines)))).toEqual({
      publicKey: (await text('pem')).trim(),
      activationCode: await text('lic'),
      organization: JSON.stringify({ id: server.organizationId }),
    });
  });

  it('is a PowerShell script with the same lines', async () => {
    const script = await text('ps1');
    for (const line of (await text('properties')).trimEnd().split('\n')) expect(script).toContain(`  '${line}'`);
    expect(script).toMatch(/^[ -~\r\n]*$/);
    expect(script.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  });

  it('is nothing for Studio when the license is for Runtime Engine, which takes only files of the vendor', async () => {
    const license = { product: 'KRE', machineId, expiresAt: inDays(10) };
    const engine = await server.root.post(`${organization}/offline-licenses`, license).expect<{ id: number }>(201);
    const engineFile = `${organization}/offline-licenses/${engine.id}/file`;
    for (const format of ['properties', 'sh', 'ps1']) {
      const refused = await server.root.get(`${engineFile}?format=${format}`).expect(409);
      expect(refused).toMatchObject({ code: 'file-not-for-studio', reason: 'runtime-engine' });
    }
    expect(featuresOf(await server.root.get(`${engineFile}?format=lic`).expect<string>(200))).toEqual([
      'cli',
      'offline',
    ]);
  });

  it('refuses other formats, other organizations, and people who may not see it', async () => {
    for (const format of ['exe', '', 'LIC', 'lic&format=sh']) await download(format).refused(400);
    await user.get(`${file}?format=sh`).refused(403);
    const { id: other } = await server.root
      .post('/api/v1/organizations', { name: 'Other' })
      .expect<{ id: number }>(201);
    await server.root.get(file.replace(organization, `/api/v1/organizations/${other}`)).refused(404);
  });

  it('is recorded each time, with its format', async () => {
    const downloads = async () => {
      const events = `${organization}/audit-events?action=offline-license.downloaded&size=100`;
      const { content } = await server.root.get(events).expect<{ content: { details: { format: string } }[] }>(200);
      return content.map(({ details }) => details);
    };
    const before = (await downloads()).length;
    for (const format of ['lic', 'sh', 'ps1', 'properties', 'pem']) await text(format);
    const recorded = await downloads();
    expect(recorded.slice(0, recorded.length - before)).toEqual(
      ['pem', 'properties', 'ps1', 'sh', 'lic'].map((format) => ({ format, machineId })),
    );
  });

  describe('as a script for macOS and Linux', () => {
    const run = promisify(execFile);
    let home: string;
    let properties: string;
    let script: string;
    const folder = () => readdirSync(path.join(home, '.katalon')).sort();
    const backups = () => folder().filter((name) => name.endsWith('.bak'));

    async function activate(): Promise<string> {
      const { SUDO_USER: _, ...env } = process.env;
      return (await run('sh', [script], { env: { ...env, HOME: home } })).stdout;
    }

    beforeEach(async () => {
      home = mkdtempSync(path.join(os.tmpdir(), 'Zuhause von Jürgen Öz = '));
      properties = path.join(home, '.katalon', 'application.properties');
      script = path.join(home, 'activate studio.sh');
      writeFileSync(script, await text('sh'));
    });
    afterEach(() => rmSync(home, { recursive: true, force: true }));

    it('activates Studio, also when it is run twice', async () => {
      expect(await activate()).toContain(`Katalon Studio is activated for the machine ${machineId}`);
      expect(readFileSync(properties, 'utf8')).toBe(await text('properties'));
      expect(await activate()).toContain('already activated');
      expect(folder()).toEqual(['application.properties']);
    });

    it('keeps all other lines to the byte, and the former file', async () => {
      const others = [
        '# organization=in a comment \\',
        'theme=dunkel \xfc',
        'path=C\\:\\\\',
        'long = one \\',
        '   publicKey=part of long',
        'organizations=2',
      ];
      const former = [
        ...others.slice(0, 2),
        '  activationCode : old \\',
        '    older',
        ...others.slice(2, 4),
        others[4],
        'publicKey old',
        'organization',
        others[5],
      ];
      for (const end of ['\n', '\r\n']) {
        const bytes = Buffer.from(former.join(end) + end, 'latin1');
        mkdirSync(path.dirname(properties), { recursive: true });
        writeFileSync(properties, bytes);
        await activate();
        await activate();
        const after = readFileSync(properties);
        expect(after.toString('latin1')).toBe(others.map((line) => line + end).join('') + (await text('properties')));
        expect(javaProperties(after).get('long')).toBe('one publicKey=part of long');
        expect(javaProperties(after).get('activationCode')).toBe(await text());
        const kept = backups().map((name) => readFileSync(path.join(home, '.katalon', name)));
        expect(kept.some((each) => each.equals(bytes))).toBe(true);
      }
      expect(backups()).toHaveLength(2);
    });

    it('adds its lines behind a last line that is not finished', async () => {
      for (const last of ['theme=light', 'theme=light\\', 'theme=light\\\n', 'activationCode=old\\']) {
        mkdirSync(path.dirname(properties), { recursive: true });
        writeFileSync(properties, last);
        await activate();
        expect(javaProperties(readFileSync(properties)).get('publicKey')).toBe((await text('pem')).trim());
      }
    });

    it('writes through a link, and stops when it cannot write', async () => {
      mkdirSync(path.dirname(properties), { recursive: true });
      const target = path.join(home, 'shared.properties');
      writeFileSync(target, 'theme=light\n');
      symlinkSync(target, properties);
      await activate();
      expect(readFileSync(target, 'utf8')).toBe(`theme=light\n${await text('properties')}`);
      rmSync(properties);
      mkdirSync(properties);
      await expect(activate()).rejects.toThrow();
    });
  });

  it('ends with its organization, whose new name changes nothing, and the seat stays taken', async () => {
    await server.root.patch(organization, { name: 'Renamed' }).expect(200);
    const token = await text();
    expect(await text('properties')).toContain(token);
    // The sessions end first.
    await server.later({ minutes: 16 });
    server.root = await server.api.signedIn(rootAccount.email, rootAccount.password);
    await server.root.delete(organization).expect(204);
    expect(await download().refused(404)).not.toBe('');
    const { id: next } = await server.root
      .post('/api/v1/organizations', { name: 'Renamed' })
      .expect<{ id: number }>(201);
    const again = { product: 'KSE', machineId: machineIdOf('off-9'), expiresAt: inDays(10) };
    const refused = server.root.post(`/api/v1/organizations/${next}/offline-licenses`, again);
    expect(await refused.expect(409)).toMatchObject({ code: 'no-offline-seat' });
    const kept = await server.root
      .get(`/api/v1/audit-events?action=offline-license.downloaded&size=1`)
      .expect<{ content: object[] }>(200);
    expect(kept.content).toMatchObject([{ targetId: String(id), details: { format: 'properties' } }]);
  });
});

describe('The machine of an offline license', () => {
  it('is one machine, taken to the letter', async () => {
    const { id: organizationId } = await server.root
      .post('/api/v1/organizations', { name: 'Letters' })
      .expect<{ id: number }>(201);
    const refusal = async (machineId: string) => {
      const license = { product: 'KSE', machineId, expiresAt: inDays(10) };
      const answer = server.root.post(`/api/v1/organizations/${organizationId}/offline-licenses`, license);
      return (await answer.expect<{ code: string }>(400)).code;
    };
    expect(await refusal('382b0f5185773fa0f67a8ed8056c7759')).toBe('shared-machine-id');
    expect(await refusal('382B0F5185773FA0F67A8ED8056C7759')).toBe('shared-machine-id');
    expect(await refusal('katalon-special-license')).toBe('wildcard-machine-id');
    expect(await refusal('ami')).toBe('wildcard-machine-id');
    expect(await refusal(` ${machineIdOf('off-1')}`)).toBe('machine-id-not-accepted');
    expect(await refusal(`${machineIdOf('off-1')}\n`)).toBe('machine-id-not-accepted');
  });
});
