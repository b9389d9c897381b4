import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Api } from './support/api.js';
import { jpeg, png, pngOf, webp } from './support/images.js';
import { Mailbox } from './support/network/smtp-server.js';
import { member, readyServer, type ReadyServer } from './support/test-server.js';

let server: ReadyServer;
let path: string;
let admin: Api;
let user: Api;

beforeAll(async () => {
  server = await readyServer();
  path = `/api/v1/organizations/${server.organizationId}`;
  admin = await member(server, 'admin@example.com', 'ADMIN');
  user = await member(server, 'user@example.com', 'USER');
});
afterAll(() => server.close());

function form(content: Buffer | string, name = 'logo.png', type = 'image/png'): FormData {
  const filled = new FormData();
  filled.append('file', new Blob([content], { type }), name);
  return filled;
}

const send = (api: Api, content: Buffer | string, name?: string, type?: string) =>
  api.request('PUT', `${path}/logo`, form(content, name, type), {});

/** The refusal of an upload. */
async function refusal(content: Buffer | string, name?: string, type?: string): Promise<unknown[]> {
  const { code, reason } = await send(admin, content, name, type).expect<{ code: string; reason?: string }>(400);
  return [code, reason];
}

const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><script>alert(1)</script></svg>`;

describe('The logo of an organization', () => {
  it.each([
    ['image/png', png],
    ['image/jpeg', jpeg],
    ['image/webp', webp],
  ])('is shown to its members as what it is: %s', async (type, image) => {
    const { version } = await send(admin, image, 'evil.html', 'text/html').expect<{ version: string }>(200);
    expect(await user.get(path).expect(200)).toMatchObject({ logo: { version, width: 40, height: 20 } });
    const answer = await fetch(`${server.url}${path}/logo`, { headers: user.credentials });
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(image);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': type,
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
    });
    const etag = answer.headers.get('etag')!;
    await user.get(`${path}/logo`, { 'if-none-match': etag }).expect(304);
  });

  it('is not shown to strangers, and changed by owners and admins only', async () => {
    const stranger = await member(server, 'stranger@example.com', null);
    await send(admin, png).expect(200);
    await stranger.get(`${path}/logo`).refused(404);
    await server.api.get(`${path}/logo`).refused(401);
    await send(user, png).refused(403);
    await user.delete(`${path}/logo`).refused(403);
  });

  it('is an image that can hold no script, whatever its name and type say', async () => {
    await send(admin, png).expect(200);
    expect(await refusal(svg, 'logo.svg', 'image/svg+xml')).toEqual(['logo-invalid', 'type']);
    expect(await refusal(svg)).toEqual(['logo-invalid', 'type']);
    expect(await refusal('<!doctype html><script>alert(1)</script>')).toEqual(['logo-invalid', 'type']);
    expect(await refusal(Buffer.from('GIF89a(\0\x14\0\0\0\0;', 'latin1'))).toEqual(['logo-invalid', 'type']);
    expect(await user.get(path).expect(200)).toMatchObject({ logo: { width: 40, height: 20 } });
  });

  it('ends where its format says: nothing is attached to it', async () => {
    for (const image of [png, jpeg, webp]) {
      const attached = Buffer.concat([image, Buffer.from('PK\x03\x04<script>alert(1)</script>', 'latin1')]);
      expect(await refusal(attached)).toEqual(['logo-invalid', 'damaged']);
      expect(await refusal(image.subarray(0, image.length - 3))).toEqual(['logo-invalid', 'damaged']);
    }
  });

  it('has a size that a page can show', async () => {
    for (const [width, height] of [
      [65_535, 65_535],
      [1025, 20],
      [40, 1025],
      [40, 15],
      [0, 20],
    ] as const) {
      expect([width, height, await refusal(pngOf(width, height))]).toEqual([
        width,
        height,
        ['logo-invalid', 'dimensions'],
      ]);
    }
  });

  it('has at most 128 KiB', async () => {
    const { code } = await send(admin, Buffer.concat([png, Buffer.alloc(130 * 1024)])).expect<{ code: string }>(413);
    expect(code).toBe('logo-too-large');
    expect(await send(admin, Buffer.concat([png, Buffer.alloc(10 * 1024 * 1024)])).status()).toBe(413);
  });

  it('has to be the file of a form', async () => {
    expect(await admin.put(`${path}/logo`, { file: 'x' }).refused(400)).toContain('file is missing');
    expect(await admin.request('PUT', `${path}/logo`, new FormData(), {}).refused(400)).toContain('file is missing');
    expect(await send(admin, '').refused(400)).toContain('file is missing');
  });

  it('is gone once it is removed, and the audit log has both', async () => {
    await send(admin, png).expect(200);
    await admin.delete(`${path}/logo`).expect(204);
    await admin.delete(`${path}/logo`).refused(404);
    await user.get(`${path}/logo`).refused(404);
    expect(await user.get(path).expect(200)).toMatchObject({ logo: null });
    const { content } = await admin
      .get(`${path}/audit-events?action=organization.logo&size=2`)
      .expect<{ content: { action: string }[] }>(200);
    expect(content.map(({ action }) => action)).toEqual(['organization.logo-removed', 'organization.logo-changed']);
  });
});

describe('The name and logo of the server', () => {
  const info = () => server.api.get('/info').expect<{ siteName: string | null; logo: unknown }>(200);

  it('are set by root, and known before anyone signs in', async () => {
    expect(await info()).toMatchObject({ siteName: null, logo: null });
    await server.api.get('/api/v1/logo').refused(404);
    await admin.request('PUT', '/api/v1/logo', form(png), {}).refused(403);
    const logo = await server.root.request('PUT', '/api/v1/logo', form(png), {}).expect(200);
    await server.root.patch('/api/v1/server-settings', { name: 'Acme Licenses' }).expect(200);
    expect(await info()).toMatchObject({ siteName: 'Acme Licenses', logo });
    expect((await server.api.get('/api/v1/logo').headers()).get('content-type')).toBe('image/png');
    await server.root.patch('/api/v1/server-settings', { name: '' }).expect(200);
    await server.root.delete('/api/v1/logo').expect(204);
    expect(await info()).toMatchObject({ siteName: null, logo: null });
  });
});

describe('A mail', () => {
  let mailbox: Mailbox;
  beforeAll(async () => {
    mailbox = await Mailbox.open();
    const settings = { host: '127.0.0.1', port: mailbox.port, protocol: 'SMTP', sender: 'licenses@example.com' };
    await server.root.put('/api/v1/mail-server', settings).expect(200);
  });
  afterAll(() => mailbox.close());

  const invite = async (email: string): Promise<void> => {
    await admin.post(`${path}/invitations`, { emails: [email], role: 'USER' }).expect(201);
  };

  it('of an organization bears its name and logo, inside the mail', async () => {
    await send(admin, png).expect(200);
    await invite('with-logo@example.com');
    const [mail] = await mailbox.to('with-logo@example.com');
    // The parser puts the attachment in the place of its content id.
    expect(mail!.html).toMatch(/<img class="logo" alt="" src="data:image[^>]+>Acme<\/td>/);
    expect(mail!.html).toContain(`src="data:image/png;base64,${png.toString('base64')}" width="40" height="20"`);
    expect(mail!.attachments).toMatchObject([{ contentType: 'image/png', related: true }]);
  });

  it('about an account bears those of the server', async () => {
    await server.root.patch('/api/v1/server-settings', { name: 'Acme Licenses' }).expect(200);
    await server.api.post('/api/v1/auth/forgot-password', { email: 'user@example.com' }).expect(202);
    const [mail] = await mailbox.to('user@example.com');
    expect(mail!.html).toContain('Acme Licenses</td>');
    expect(mail!.attachments).toEqual([]);
  });

  it('that waited while the logo was removed is sent without it', async () => {
    await send(admin, png).expect(200);
    await mailbox.close();
    await invite('later@example.com');
    await admin.delete(`${path}/logo`).expect(204);
    mailbox = await Mailbox.open({}, mailbox.port);
    await admin.post(`${path}/outbox/retry`).expect(200);
    const [mail] = await mailbox.to('later@example.com');
    expect(mail!.html).not.toContain('<img');
    expect(mail!.attachments).toEqual([]);
  });
});
