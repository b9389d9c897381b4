import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Browser, type CDPSession, type Page } from 'playwright-core';
import { startChromium } from '../scripts/chromium.js';
import { type Api } from './support/api.js';
import { freePort } from './support/network/free-port.js';
import { member, type ReadyServer, readyServer, userId, usualSeats } from './support/test-server.js';

const factors = '/api/v1/users/me/second-factors';
const passwordOf = (email: string): string => `${email} password`;

let server: ReadyServer;
let browser: Browser;
/** The address that people open: passkeys are bound to its name. */
let site: string;
beforeAll(async () => {
  const port = String(await freePort());
  site = `http://localhost:${port}`;
  server = await readyServer(usualSeats, {}, { PORT: port, SERVER_URL: site });
  browser = await startChromium();
});
afterAll(async () => {
  await browser.close();
  await server.close();
});

/** A browser with an authenticator of its own, at the console or at another page. */
class Device {
  private constructor(
    readonly page: Page,
    private readonly session: CDPSession,
    private readonly authenticatorId: string,
  ) {}

  static async open(address = site, isVerified = true): Promise<Device> {
    const page = await (await browser.newContext()).newPage();
    await page.goto(`${address}/sign-in`);
    const session = await page.context().newCDPSession(page);
    await session.send('WebAuthn.enable');
    const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        ...({ protocol: 'ctap2', transport: 'internal', hasResidentKey: true } as const),
        ...{ hasUserVerification: true, isUserVerified: isVerified, automaticPresenceSimulation: true },
      },
    });
    return new Device(page, session, authenticatorId);
  }

  /** Makes a passkey with what the server says. */
  create(options: object): Promise<Record<string, unknown>> {
    return this.page.evaluate<Record<string, unknown>>(
      `navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(${JSON.stringify(options)}) })
         .then((made) => made.toJSON())`,
    );
  }

  /** Has a passkey sign what the server says. */
  sign(options: object): Promise<Record<string, unknown>> {
    return this.page.evaluate<Record<string, unknown>>(
      `navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(${JSON.stringify(options)}) })
         .then((signed) => signed.toJSON())`,
    );
  }

  /** Moves the passkeys of this device to another one, as somebody does who has copied them. */
  async copyTo(other: Device): Promise<void> {
    const { authenticatorId } = this;
    const { credentials } = await this.session.send('WebAuthn.getCredentials', { authenticatorId });
    for (const credential of credentials) {
      await other.session.send('WebAuthn.addCredential', { authenticatorId: other.authenticatorId, credential });
    }
  }
}

interface Person {
  email: string;
  api: Api;
  device: Device;
}

async function person(name: string): Promise<Person> {
  const email = `${name}@example.com`;
  await member(server, email, 'USER');
  return { email, api: await server.api.browser(email, passwordOf(email)), device: await Device.open() };
}

async function added({ api, device }: Person, name = 'Laptop'): Promise<{ id: string; recoveryCodes: string[] }> {
  const made = await device.create(await api.post(`${factors}/passkeys/options`).expect(200));
  return api.post(`${factors}/passkeys`, { ...made, name }).expect(201);
}

async function personWithPasskey(name: string): Promise<Person> {
  const someone = await person(name);
  await added(someone);
  return someone;
}

const signInOptions = () => server.api.post('/api/v1/auth/passkey/options').expect(200);

describe('A passkey', () => {
  it('is offered as a way to sign in where the address of the server allows it', async () => {
    expect(await server.api.get('/api/v1/auth/methods').expect(200)).toMatchObject({ passkey: true });
  });

  it('is added, and the first second factor of an account gives recovery codes', async () => {
    const someone = await person('adds');
    const { recoveryCodes } = await added(someone, 'Laptop');
    expect(recoveryCodes).toHaveLength(10);
    expect((await added({ ...someone, device: await Device.open() }, 'Phone')).recoveryCodes).toEqual([]);
    expect(await someone.api.get(factors).expect(200)).toMatchObject([
      { kind: 'passkey', name: 'Laptop' },
      { kind: 'passkey', name: 'Phone' },
    ]);
  });

  it('is a sign-in of its own, without a password', async () => {
    const { email, device } = await personWithPasskey('alone');
    const answer = server.api.post('/api/v1/auth/passkey', await device.sign(await signInOptions()));
    await answer.expect(204);
    const cookie = (await answer.headers()).get('set-cookie')?.split(';')[0] ?? '';
    const api = server.api.withHeaders({ cookie });
    expect(await api.get('/api/v1/users/me').expect(200)).toMatchObject({ email });
    const [factor] = await api.get(factors).expect<{ lastUsedAt: string | null }[]>(200);
    expect(factor?.lastUsedAt).not.toBeNull();
  });

  it('is the second step after the password', async () => {
    const { email, device } = await personWithPasskey('step');
    const first = server.api.post('/api/v1/auth/sign-in', { email, password: passwordOf(email) });
    expect(await first.expect(200)).toEqual({ secondFactor: ['passkey', 'recovery-code'] });
    const cookie = (await first.headers()).get('set-cookie')?.split(';')[0] ?? '';
    const half = server.api.withHeaders({ cookie });
    const options = await half.post('/api/v1/auth/second-factor/options').expect(200);
    expect(options.allowCredentials).toHaveLength(1);
    await half.post('/api/v1/auth/second-factor', {}).expect(400);
    await half.post('/api/v1/auth/second-factor', { passkey: await device.sign(options) }).expect(204);
  });

  it('confirms dangerous actions', async () => {
    const { api, device } = await personWithPasskey('confirms');
    await server.later({ minutes: 6 });
    expect(await api.post(`${factors}/passkeys/options`).expect(403)).toMatchObject({ code: 'confirmation-required' });
    const passkey = await device.sign(await api.post('/api/v1/auth/confirm/options').expect(200));
    await api.post('/api/v1/auth/confirm', { passkey }).expect(204);
    await api.post(`${factors}/passkeys/options`).expect(200);
  });
});

describe('The answer of a passkey is refused', () => {
  const refused = { code: 'passkey-refused' };

  it('the second time, for each challenge is good once', async () => {
    const { device } = await personWithPasskey('replay');
    const signed = await device.sign(await signInOptions());
    await server.api.post('/api/v1/auth/passkey', signed).expect(204);
    // Also where the passkey does not count its uses.
    await server.sql('UPDATE second_factor SET counter = 0');
    expect(await server.api.post('/api/v1/auth/passkey', signed).expect(401)).toMatchObject(refused);
  });

  it('after ten minutes', async () => {
    const { device } = await personWithPasskey('late');
    const signed = await device.sign(await signInOptions());
    await server.later({ minutes: 11 });
    expect(await server.api.post('/api/v1/auth/passkey', signed).expect(401)).toMatchObject(refused);
  });

  it('for a challenge that this server has not made, or has made for something else', async () => {
    const { email, device } = await personWithPasskey('purpose');
    const options = await signInOptions();
    const foreign = { ...options, challenge: Buffer.alloc(56, 7).toString('base64url') };
    expect(await server.api.post('/api/v1/auth/passkey', await device.sign(foreign)).expect(401)).toMatchObject(
      refused,
    );
    const first = server.api.post('/api/v1/auth/sign-in', { email, password: passwordOf(email) });
    await first.expect(200);
    const half = server.api.withHeaders({ cookie: (await first.headers()).get('set-cookie')?.split(';')[0] ?? '' });
    const passkey = await device.sign(options);
    expect(await half.post('/api/v1/auth/second-factor', { passkey }).expect(401)).toMatchObject(refused);
    const events = await server.sql(
      `SELECT actor, details FROM audit_event WHERE action = 'sign-in.failed' ORDER BY id DESC LIMIT 1`,
    );
    expect(events).toEqual([{ actor: email, details: { step: 'second-factor', grant: 'passkey' } }]);
  });

  it('of another address: passkeys are bound to SERVER_URL, whatever Host says', async () => {
    const { email, device } = await personWithPasskey('origin');
    const port = String(await freePort());
    const other = await readyServer(usualSeats, {}, { PORT: port, SERVER_URL: `http://localhost:${port}` });
    try {
      const elsewhere = await Device.open(`http://localhost:${port}`);
      await device.copyTo(elsewhere);
      // The name is the same and the port is not: the browser signs, and the server sees that it was another page.
      const signed = await elsewhere.sign(await signInOptions());
      expect(await server.api.post('/api/v1/auth/passkey', signed).expect(401)).toMatchObject(refused);
      expect(await userId(server, email)).toBeGreaterThan(0);
    } finally {
      await other.close();
    }
  });

  it('of another person, in the second step and in a confirmation', async () => {
    const mine = await personWithPasskey('mine');
    const theirs = await personWithPasskey('theirs');
    const options = await mine.api.post('/api/v1/auth/confirm/options').expect(200);
    const passkey = await theirs.device.sign({ ...options, allowCredentials: [] });
    expect(await mine.api.post('/api/v1/auth/confirm', { passkey }).expect(403)).toMatchObject(refused);
  });

  it('when the passkey has counted back: there is a copy of it', async () => {
    const { email, device } = await personWithPasskey('copied');
    const id = await userId(server, email);
    await server.sql('UPDATE second_factor SET counter = 1000 WHERE user_id = $1', [id]);
    const signed = await device.sign(await signInOptions());
    expect(await server.api.post('/api/v1/auth/passkey', signed).expect(401)).toMatchObject(refused);
  });

  it('when it has not verified its user, or was altered', async () => {
    const { device } = await personWithPasskey('altered');
    const signed = (await device.sign(await signInOptions())) as { response: Record<string, string> };
    const bytes = Buffer.from(signed.response.authenticatorData ?? '', 'base64url');
    // The bit that says that the user was verified.
    bytes[32]! &= ~4;
    const unverified = { ...signed, response: { ...signed.response, authenticatorData: bytes.toString('base64url') } };
    for (const bad of [unverified, { ...signed, response: { ...signed.response, signature: 'AAAA' } }]) {
      expect(await server.api.post('/api/v1/auth/passkey', bad).expect(401)).toMatchObject(refused);
    }
    await server.api.post('/api/v1/auth/passkey', { ...signed, response: 'none' }).expect(400);
    await server.api.post('/api/v1/auth/passkey', signed).expect(204);
  });

  it('of an account that is disabled, or whose factors an administrator has removed', async () => {
    const disabled = await personWithPasskey('disabled');
    await server.root.patch(`/api/v1/users/${await userId(server, disabled.email)}`, { disabled: true }).expect(200);
    const reset = await personWithPasskey('reset');
    await server.root.delete(`/api/v1/users/${await userId(server, reset.email)}/second-factors`).expect(204);
    for (const { device } of [disabled, reset]) {
      const signed = await device.sign(await signInOptions());
      expect(await server.api.post('/api/v1/auth/passkey', signed).expect(401)).toMatchObject(refused);
    }
  });
});

describe('Making a passkey', () => {
  it('is refused for the challenge of another person, and twice', async () => {
    const mine = await person('maker');
    const theirs = await person('other-maker');
    const made = await mine.device.create(await theirs.api.post(`${factors}/passkeys/options`).expect(200));
    expect(await mine.api.post(`${factors}/passkeys`, made).expect(400)).toMatchObject({ code: 'passkey-refused' });
    await theirs.api.post(`${factors}/passkeys`, made).expect(201);
    expect(await theirs.api.post(`${factors}/passkeys`, made).expect(400)).toMatchObject({ code: 'passkey-refused' });
  });

  it('is not possible where SERVER_URL is no address that browsers make passkeys for', async () => {
    const plain = await readyServer();
    try {
      expect(await plain.api.get('/api/v1/auth/methods').expect(200)).toMatchObject({ passkey: false });
      expect(await plain.root.post(`${factors}/passkeys/options`).expect(409)).toMatchObject({
        code: 'passkeys-unavailable',
      });
    } finally {
      await plain.close();
    }
  });
});
