import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { CompactSign } from 'jose';
import { issue, type ReadyServer, readyServer, specification, usualSeats, vendor } from './support/test-server.js';

const day = 86_400_000;
/** `2027-12-31`, so many days from today. */
const dayIn = (days: number): string => new Date(Date.now() + days * day).toISOString().slice(0, 10);

interface Shown {
  jti: string;
  beginsLater: boolean;
  followedUp: boolean;
  expiresAt: string;
}
interface Preview {
  beginsLater: boolean;
  expiresAt: string;
  replaces: { jti: string } | null;
  addsTo: { jti: string }[];
  follows: { jti: string }[];
}

let server: ReadyServer;
beforeAll(async () => {
  server = await readyServer(usualSeats, { validUntil: dayIn(10), graceDays: 0 });
}, 240_000);
afterAll(() => server.close());

const preview = (license: string) => server.root.post('/api/v1/licenses/preview', { license }).expect<Preview>(200);
const install = (license: string) => server.root.post('/api/v1/licenses', { license }).expect<Shown>(201);
const list = () => server.root.get('/api/v1/licenses').expect<Shown[]>(200);
const checkOut = () =>
  server.root
    .post('/api/v1/leases', {
      organizationId: server.organizationId,
      product: 'KSE',
      machineId: 'm-1',
      sessionId: randomUUID(),
    })
    .expect<{ warning: string | null }>(201);

describe('A license whose end is a day', () => {
  it('ends with that day in UTC, which everybody sees', async () => {
    const [license] = await list();
    expect(license?.expiresAt).toBe(`${dayIn(10)}T23:59:59.000Z`);
    expect((await checkOut()).warning).toBe(`The license expires on ${dayIn(10)}.`);
  });

  it('may have seats that end with another day', async () => {
    const [seats] = usualSeats;
    const license = await issue(specification([{ ...seats, expiresAt: dayIn(5) }], { id: 'part' }));
    const shown = await server.root
      .post('/api/v1/licenses/preview', { license })
      .expect<{ seats: { expiresAt: string }[] }>(200);
    expect(shown.seats[0]?.expiresAt).toBe(`${dayIn(5)}T23:59:59Z`);
  });
});

describe('A license that begins when another one ends', () => {
  it('is announced by the preview, and can be installed now', async () => {
    const license = await issue(
      specification(usualSeats, { id: 'next', validFrom: dayIn(11), validUntil: dayIn(400) }),
    );
    expect(await preview(license)).toMatchObject({
      beginsLater: true,
      replaces: null,
      addsTo: [],
      follows: [{ jti: 'license-1' }],
    });
    expect(await install(license)).toMatchObject({ jti: 'next', beginsLater: true });
  });

  it('silences the warnings of the end: in the list and to clients', async () => {
    expect((await list()).map(({ jti, followedUp }) => [jti, followedUp])).toEqual([
      ['license-1', true],
      ['next', false],
    ]);
    expect((await checkOut()).warning).toBeNull();
  });

  it('counts from its first day, without a gap', async () => {
    await server.later({ days: 11 });
    await server.sql(`UPDATE installation SET quotas_valid_until = '-infinity'`);
    server.root = await server.api.signedIn('root@example.com', 'correct horse battery');
    await checkOut();
    expect((await list()).map(({ beginsLater }) => beginsLater)).toEqual([false, false]);
  });
});

describe('Two licenses at the same time', () => {
  it('add up, or the newer issue replaces the older one; the preview says which', async () => {
    const more = await issue(specification(usualSeats, { id: 'more', validUntil: dayIn(100) }));
    expect((await preview(more)).addsTo.map(({ jti }) => jti)).toContain('next');
    const later = new Date(Date.now() + 12 * day);
    const again = await issue(specification(usualSeats, { id: 'next', validUntil: dayIn(500) }), undefined, later);
    const { replaces, addsTo } = await preview(again);
    expect(replaces?.jti).toBe('next');
    expect(addsTo.map(({ jti }) => jti)).not.toContain('next');
  });
});

describe('A license file is refused, in the preview as well,', () => {
  const refusals = async (license: string, status: number): Promise<string> => {
    const before = await server.sql('SELECT * FROM license_file ORDER BY id');
    const previewed = await server.root.post('/api/v1/licenses/preview', { license }).refused(status);
    expect(await server.root.post('/api/v1/licenses', { license }).refused(status)).toBe(previewed);
    expect(await server.sql('SELECT * FROM license_file ORDER BY id')).toEqual(before);
    return previewed;
  };

  it('when seats end before they begin, or its id is blank', async () => {
    const [first] = usualSeats;
    const backward = { ...first, startsAt: '2027-03-01', expiresAt: '2027-02-28T23:59:59Z' };
    const message = 'entitlements.1 (KSE, floating): startsAt must be before expiresAt';
    const seats = [first!, backward];
    await expect(issue(specification(seats))).rejects.toThrow(message);
    await expect(issue(specification(usualSeats, { id: ' ' }))).rejects.toThrow('jti is blank');
    const payload = Buffer.from(
      (await issue(specification(usualSeats))).replaceAll(/-{5}.*?-{5}|\s/g, '').split('.')[1]!,
      'base64url',
    );
    const signed = { ...(JSON.parse(payload.toString()) as object), jti: ' ', entitlements: seats };
    const license = await new CompactSign(Buffer.from(JSON.stringify(signed)))
      .setProtectedHeader({ alg: 'EdDSA' })
      .sign(vendor.privateKey);
    const refusal = await refusals(license, 400);
    expect(refusal).toContain(message);
    expect(refusal).toContain('jti is blank');
  });
});

it('Of two issues of a license, the later one counts; of the same second, the one that comes last', async () => {
  const at = new Date(Date.now() - 600_000);
  const [first] = usualSeats;
  const issued = (quantity: number, seconds: number) =>
    issue(specification([{ ...first, quantity }], { id: 'twice' }), undefined, new Date(at.getTime() + seconds * 1000));
  for (const license of [await issued(2, 0), await issued(3, 0), await issued(4, 1)]) await install(license);
  const older = await issued(5, 0);
  const refusal = await server.root.post('/api/v1/licenses', { license: older }).expect<{ code: string }>(409);
  expect(refusal.code).toBe('newer-license-installed');
});
