import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { type Api } from './support/api.js';
import { freshServer, issue, rootAccount, specification, type TestServer, usualSeats } from './support/test-server.js';

let server: TestServer;
let token: Record<string, string>;

async function start(): Promise<void> {
  server = await freshServer();
  token = { 'x-setup-token': server.setupToken ?? '' };
}

const upload = (license: unknown, headers = token, api: Api = server.api) =>
  api.post('/api/v1/setup/license', { license }, headers);

describe('First start', () => {
  beforeEach(start);
  afterEach(() => server.close());

  it('says what it is and what comes next, and nothing else answers', async () => {
    const info = await server.api.get('/info').expect(200);
    expect(info).toMatchObject({ name: 'License server', setup: 'license-required', vendorKey: true });
    await server.api.get('/health/live').expect(200);
    await server.api.get('/health/ready').expect(200);
    for (const path of ['/api/v1/users/me', '/api/v1/organizations', '/nowhere', '/api', '/api-json']) {
      expect(await server.api.get(path).refused(503)).toContain('not activated yet');
      expect(await server.api.request('PUT', path, undefined, {}).refused(503)).toContain('not activated yet');
    }
    expect(await server.api.token({ grant_type: 'password' }).refused(503)).toContain('http://licenses.test:8080');
  });

  it('is activated by a license file, then gets its default account, then is done with setup', async () => {
    const file = path.join(server.dataDir, 'setup-token');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await server.api.post('/api/v1/setup/account', rootAccount, token).refused(409)).toContain('license');
    await upload(await issue(specification(usualSeats))).expect(200);
    expect(await server.api.get('/info').expect(200)).toMatchObject({ setup: 'account-required' });
    await server.api.post('/api/v1/setup/account', rootAccount, token).expect(200);
    expect(await server.api.get('/info').expect(200)).toMatchObject({ setup: 'ready', evaluation: false });
    expect(existsSync(file)).toBe(false);
    for (const step of ['license', 'evaluation', 'account']) {
      expect(await server.api.post(`/api/v1/setup/${step}`, rootAccount, token).refused(409)).toContain(
        'set up already',
      );
    }
    const root = await server.api.signedIn(rootAccount.email, rootAccount.password);
    expect(await root.get('/api/v1/users/me').expect(200)).toMatchObject({ email: rootAccount.email, root: true });
  });

  it('shows what a license would grant before it is installed, and refuses to show one that it would not take', async () => {
    const preview = (license: string, headers = token) =>
      server.api.post('/api/v1/setup/license/preview', { license }, headers);
    const [first] = usualSeats;
    const license = await issue(specification([{ ...first, machineQuota: 3, offline: true }]));
    expect(await preview(license).expect(200)).toMatchObject({
      jti: 'license-1',
      issuer: 'Vendor',
      customer: 'Acme',
      boundToServer: false,
      seats: [{ product: 'KSE', model: 'floating', quantity: 2, machineQuota: 3, offline: true, features: ['Studio'] }],
    });
    expect(await server.sql('SELECT FROM license_file')).toEqual([]);
    expect(await preview(license, { 'x-setup-token': 'wrong' }).refused(401)).toContain('setup token');
    const foreign = await issue(specification(usualSeats), generateKeyPairSync('ed25519').privateKey);
    expect(await preview(foreign).refused(400)).toContain('does not trust');
    await upload(license).expect(200);
    await server.api.post('/api/v1/setup/account', rootAccount, token).expect(200);
    expect(await preview(license).refused(409)).toContain('set up already');
  });

  it('refuses a license that was issued long after what its clock says, until the clock is set', async () => {
    const inTwoDays = new Date(Date.now() + 2 * 86_400_000);
    const license = await issue(specification(usualSeats), undefined, inTwoDays);
    for (const step of ['license/preview', 'license']) {
      const refusal = await server.api
        .post(`/api/v1/setup/${step}`, { license }, token)
        .expect<Record<string, string>>(400);
      expect(refusal).toMatchObject({
        code: 'license-issued-later',
        message: expect.stringContaining('Set the clock'),
      });
      expect(Date.parse(refusal.issuedAt!) - Date.parse(refusal.now!)).toBeGreaterThan(86_400_000);
    }
    expect(await server.sql('SELECT FROM license_file')).toEqual([]);
    await server.later({ days: 2 });
    await upload(license).expect(200);
  });

  it('names the clock where it refuses a license that has expired', async () => {
    const license = await issue(
      specification(usualSeats, { validUntil: new Date(Date.now() + 86_400_000).toISOString() }),
    );
    await server.later({ days: 3650 });
    const message = await upload(license).refused(400);
    expect(message).toContain('Ask the vendor for a new one. Or set the clock of this server, if it is not 20');
  });

  it('takes the license as an uploaded file too', async () => {
    const form = new FormData();
    form.append('file', new Blob([await issue(specification(usualSeats))]), 'acme.lic');
    await server.api.post('/api/v1/setup/license', form, token).expect(200);
  });

  it('can be tried out with one evaluation license', async () => {
    await server.api.post('/api/v1/setup/evaluation', undefined, token).expect(200);
    expect(await server.api.post('/api/v1/setup/evaluation', undefined, token).refused(409)).toContain('already');
    await server.api.post('/api/v1/setup/account', rootAccount, token).expect(200);
    const root = await server.api.signedIn(rootAccount.email, rootAccount.password);
    const [license] = await root
      .get('/api/v1/licenses')
      .expect<{ claims: { licenseType: string }; evaluation: boolean }[]>(200);
    expect(license).toMatchObject({ evaluation: true, claims: { licenseType: 'TRIAL' } });
    expect(await server.api.get('/info').expect(200)).toMatchObject({ evaluation: true });
  });

  it('lets one of two browsers set it up', async () => {
    const license = await issue(specification(usualSeats));
    const uploads = await Promise.all([1, 2, 3].map(() => upload(license).status()));
    expect(uploads.sort()).toEqual([200, 409, 409]);
    const accounts = await Promise.all(
      ['one@example.com', 'two@example.com'].map((email) =>
        server.api.post('/api/v1/setup/account', { ...rootAccount, email }, token).status(),
      ),
    );
    expect(accounts.sort()).toEqual([200, 409]);
    expect(await server.sql('SELECT count(*)::int AS accounts FROM user_account')).toEqual([{ accounts: 1 }]);
  });
});

describe('The setup token', () => {
  beforeEach(start);
  afterEach(() => server.close());

  it('is needed for every step', async () => {
    for (const step of ['license', 'evaluation', 'account']) {
      expect(await server.api.post(`/api/v1/setup/${step}`, rootAccount).refused(401)).toContain('setup token');
    }
    expect(await upload('x', { 'x-setup-token': 'wrong' }).refused(401)).toContain('setup token');
  });

  it('cannot be guessed at speed', async () => {
    for (let attempt = 1; attempt <= 10; attempt++)
      await upload('x', { 'x-setup-token': String(attempt) }).refused(401);
    const answer = upload('x');
    expect(await answer.refused(429)).toContain('Too many');
    expect(Number((await answer.headers()).get('retry-after'))).toBeGreaterThan(0);
  });
});

describe('A license file that cannot be taken changes nothing', () => {
  beforeAll(start);
  afterAll(() => server.close());

  const day = 86_400_000;
  const stranger = generateKeyPairSync('ed25519').privateKey;
  const inDays = (days: number) => new Date(Date.now() + days * day).toISOString();
  const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{}').toString('base64url')}.`;

  it.each<[string, () => Promise<string> | string, string, number]>([
    ['empty', () => '   ', 'empty', 400],
    ['no license at all', () => 'hello', 'not a license file', 400],
    ['of binary nonsense', () => '\u0001\u0002ÿ', 'not a license file', 400],
    ['with a NUL', () => 'a\0b', 'NUL', 400],
    ['oversized', () => 'a'.repeat(70_000), '64 KiB', 413],
    ['unsigned (alg: none)', () => unsigned, 'only EdDSA and RS256', 400],
    ['of a stranger', () => issue(specification(usualSeats), stranger), 'does not trust', 400],
    [
      'expired',
      () => issue(specification(usualSeats, { validFrom: inDays(-9), validUntil: inDays(-1) })),
      'expired',
      400,
    ],
    ['cut off', async () => (await issue(specification(usualSeats))).slice(0, -40), 'cut off', 400],
    ['of another server', () => issue(specification(usualSeats, { serverId: 'elsewhere' })), 'another server', 400],
  ])('%s', async (_name, make, message, status) => {
    expect(await upload(await make()).refused(status)).toContain(message);
    expect(await server.sql('SELECT FROM license_file')).toEqual([]);
    expect(await server.api.get('/info').expect(200)).toMatchObject({ setup: 'license-required' });
  });

  it('altered by one bit', async () => {
    const license = await issue(specification(usualSeats));
    const at = license.indexOf('.') + 40;
    const other = license[at] === 'A' ? 'B' : 'A';
    expect(await upload(license.slice(0, at) + other + license.slice(at + 1)).refused(400)).toMatch(
      /altered|not in order/,
    );
  });

  it('a file of bytes that are no text', async () => {
    const form = new FormData();
    form.append('file', new Blob([new Uint8Array([0xff, 0xfe, 0x00, 0x80])]), 'x.lic');
    expect(await server.api.post('/api/v1/setup/license', form, token).refused(400)).toContain('not a license file');
    const large = new FormData();
    large.append('file', new Blob(['a'.repeat(70_000)]), 'x.lic');
    expect(await server.api.post('/api/v1/setup/license', large, token).refused(413)).toContain('64 KiB');
    expect(await server.api.post('/api/v1/setup/license', new FormData(), token).refused(400)).toContain('file');
  });

  it('requests that are none', async () => {
    const xml = { ...token, 'content-type': 'text/xml' };
    expect(await server.api.post('/api/v1/setup/license', '<x/>', xml).refused(415)).toContain('content type');
    const json = { ...token, 'content-type': 'application/json' };
    expect(await server.api.post('/api/v1/setup/license', '{', json).refused(400)).toContain('JSON');
    expect(await server.api.post('/api/v1/setup/license', '{"__proto__":{"a":1}}', json).refused(400)).toBeTruthy();
    expect(await server.api.post('/api/v1/setup/license', '[]', json).refused(400)).toContain('object');
    expect(await upload(5).refused(400)).toContain('license');
    expect(await server.api.post('/api/v1/setup/license', undefined, token).refused(400)).toContain('.lic file');
    for (const type of ['multipart/form-data', 'multipart/form-data; boundary=x']) {
      const form = { ...token, 'content-type': type };
      expect(await server.api.post('/api/v1/setup/license', 'no form', form).refused(400)).toContain('form is broken');
    }
    expect(await upload('a'.repeat(2_000_000)).refused(413)).toContain('large');
  });
});

describe('The default account', () => {
  beforeAll(async () => {
    await start();
    await upload(await issue(specification(usualSeats))).expect(200);
  });
  afterAll(() => server.close());

  it.each([
    [{ email: 'nobody' }, 'e-mail'],
    [{ password: 'short' }, '8'],
    [{ password: 'password123' }, 'most used'],
    [{ password: 'Summer2026!' }, 'season'],
    [{ password: 'Lovelace2026', lastName: 'Lovelace' }, 'your name'],
    [{ password: ' '.repeat(12) }, 'blanks'],
    [{ password: 'ROOT@example.com' }, 'e-mail address is no password'],
    [{ password: 'a'.repeat(129) }, '8 to 128 characters'],
    [{ password: ['a'] }, 'password'],
    [{ email: { $ne: '' } }, 'e-mail'],
    [{ firstName: 'a'.repeat(101) }, 'firstName'],
    [{ role: 'x' }, 'role'],
  ])('is refused with %j', async (wrong, message) => {
    expect(await server.api.post('/api/v1/setup/account', { ...rootAccount, ...wrong }, token).refused(400)).toContain(
      message,
    );
    expect(await server.sql('SELECT FROM user_account')).toEqual([]);
  });
});
