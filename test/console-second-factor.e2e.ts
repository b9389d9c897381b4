import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Browser, type Page } from 'playwright-core';
import { startChromium } from '../scripts/chromium.js';
import { AuthenticatorApp } from './support/identity/authenticator-app.js';
import { barriersOf } from './support/browser.js';
import { freePort } from './support/network/free-port.js';
import { member, type ReadyServer, readyServer, userId, usualSeats } from './support/test-server.js';

const passwordOf = (email: string): string => `${email} password`;

let server: ReadyServer;
let browser: Browser;
let site: string;
/** Milliseconds that the server's clock is ahead. */
let ahead = 0;
beforeAll(async () => {
  const port = String(await freePort());
  site = `http://localhost:${port}`;
  server = await readyServer(usualSeats, {}, { PORT: port, SERVER_URL: site });
  browser = await startChromium();
});
beforeEach(() => server.sql('UPDATE organization SET require_second_factor = false'));
afterAll(async () => {
  await browser.close();
  await server.close();
});

const now = (): number => Date.now() + ahead;

async function later(seconds: number): Promise<void> {
  ahead += seconds * 1000;
  await server.later({ seconds });
}

/** A browser at the sign-in page, with an authenticator of its own. */
async function open(): Promise<Page> {
  const context = await browser.newContext({ locale: 'en-GB', reducedMotion: 'reduce' });
  context.setDefaultTimeout(30_000);
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send('WebAuthn.enable');
  await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      ...({ protocol: 'ctap2', transport: 'internal', hasResidentKey: true } as const),
      ...{ hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
    },
  });
  await page.goto(`${site}/sign-in`);
  return page;
}

async function firstStep(page: Page, email: string): Promise<void> {
  await page.getByRole('textbox', { name: 'E-mail' }).fill(email);
  await page.locator('input[name=password]').fill(passwordOf(email));
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

async function signOut(page: Page): Promise<void> {
  await page
    .getByRole('button', { name: /^Your account/ })
    .last()
    .click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
}

const dashboard = (page: Page) => page.getByRole('heading', { level: 1, name: 'Dashboard' }).waitFor();
const section = (page: Page) => page.getByRole('region', { name: 'Two-step sign-in' });

async function addApp(page: Page): Promise<{ app: AuthenticatorApp; codes: string[] }> {
  await page.getByRole('button', { name: 'Add authenticator app' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('img', { name: /QR code/ }).waitFor();
  const secret = (await dialog.locator('pre').textContent()) ?? '';
  const app = new AuthenticatorApp(secret.replaceAll(' ', ''));
  await dialog.getByRole('textbox', { name: 'Code' }).fill(app.code(now()));
  await dialog.getByRole('button', { name: 'Add app' }).click();
  await page.getByRole('heading', { name: 'Your recovery codes' }).waitFor();
  const codes = await page.getByRole('dialog').locator('li').allTextContents();
  await page.getByRole('button', { name: 'I have kept them' }).click();
  return { app, codes };
}

describe('Two-step sign-in in the console', () => {
  it('is set up in the profile with an app, and asks for its code at the next sign-in', async () => {
    const email = 'app@example.com';
    await member(server, email, 'USER');
    const page = await open();
    await firstStep(page, email);
    await dashboard(page);
    await page.goto(`${site}/profile`);
    const { app, codes } = await addApp(page);
    expect(codes).toHaveLength(10);
    await section(page).getByText('10 recovery codes left.').waitFor();
    expect(await barriersOf(page)).toEqual([]);
    await later(60);

    const other = await open();
    await firstStep(other, email);
    const field = other.getByRole('textbox', { name: 'Code' });
    await field.waitFor();
    expect(await other.evaluate<string>('document.activeElement?.name')).toBe('code');
    expect(await field.getAttribute('autocomplete')).toBe('one-time-code');
    expect(await barriersOf(other)).toEqual([]);
    await field.fill('000000');
    await other.getByRole('button', { name: 'Sign in', exact: true }).click();
    await other.getByText(/The code is wrong/).waitFor();
    await field.fill(app.code(now()));
    await other.getByRole('button', { name: 'Sign in', exact: true }).click();
    await dashboard(other);

    const third = await open();
    await firstStep(third, email);
    await third.getByRole('button', { name: 'Use a recovery code' }).click();
    await third.getByRole('textbox', { name: 'Recovery code' }).fill(codes[0] ?? '');
    await third.getByRole('button', { name: 'Sign in', exact: true }).click();
    await dashboard(third);
  });

  it('takes a passkey: in the profile, instead of the password, and to confirm what is dangerous', async () => {
    const email = 'passkey@example.com';
    await member(server, email, 'USER');
    const page = await open();
    await firstStep(page, email);
    await dashboard(page);
    await page.goto(`${site}/profile`);
    await page.getByRole('button', { name: 'Add passkey' }).click();
    await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill('Laptop');
    await page.getByRole('button', { name: 'Create passkey' }).click();
    await page.getByRole('button', { name: 'I have kept them' }).click();
    await section(page).getByText('Laptop').waitFor();

    await signOut(page);
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await dashboard(page);

    await later(360);
    await page.goto(`${site}/profile`);
    await page.getByRole('button', { name: 'Remove Laptop' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('button', { name: 'Use passkey' }).click();
    await section(page).getByText('You sign in with your password alone.').waitFor();
  });

  it('is asked for by a page that shows nothing else, once the days for it are over', async () => {
    const email = 'duty@example.com';
    await member(server, email, 'USER');
    const path = `/api/v1/organizations/${server.organizationId}`;
    await server.root.patch(path, { requireSecondFactor: true }).expect(200);
    const page = await open();
    await firstStep(page, email);
    await page.getByText('Set up two-step sign-in').waitFor();
    await dashboard(page);
    await server.sql(`UPDATE user_account SET second_factor_due_at = now() - interval '1 day' WHERE email = $1`, [
      email,
    ]);
    const late = await open();
    await firstStep(late, email);
    await late.getByRole('heading', { level: 1, name: 'Set up two-step sign-in' }).waitFor();
    expect(await barriersOf(late)).toEqual([]);
    await addApp(late);
    await dashboard(late);
  });

  it('is required of members with a switch, and reset by an administrator of the server', async () => {
    const email = 'lost@example.com';
    await member(server, email, 'USER');
    const person = await server.api.browser(email, passwordOf(email));
    const { secret } = await person.post('/api/v1/users/me/second-factors/totp').expect<{ secret: string }>(201);
    const code = new AuthenticatorApp(secret).code(now());
    await person.post('/api/v1/users/me/second-factors/totp/confirm', { code }).expect(200);
    const page = await open();
    await page.getByRole('textbox', { name: 'E-mail' }).fill('root@example.com');
    await page.locator('input[name=password]').fill('correct horse battery');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await dashboard(page);
    await page.goto(`${site}/organizations/${server.organizationId}/settings`);
    await page.getByRole('switch', { name: 'Require two-step sign-in of all members' }).click();
    await page.getByText('Saved').first().waitFor();
    const path = `/api/v1/organizations/${server.organizationId}`;
    expect(await server.root.get(path).expect(200)).toMatchObject({ requireSecondFactor: true });
    await server.root.patch(path, { requireSecondFactor: false }).expect(200);
    await page.goto(`${site}/server/users`);
    await page
      .getByRole('row', { name: /lost@example/ })
      .getByRole('button')
      .click();
    await page.getByRole('menuitem', { name: 'Reset two-step sign-in' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Reset two-step sign-in' }).click();
    await page.getByText('Saved').first().waitFor();
    const id = await userId(server, email);
    expect(await server.root.get(`/api/v1/users/${id}`).expect(200)).toMatchObject({ secondFactor: false });
  });
});
