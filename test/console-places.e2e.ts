import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Browser } from 'playwright-core';
import { startChromium } from '../scripts/chromium.js';
import { barriersOf, Visit } from './support/browser.js';
import { member, readyServer, type ReadyServer, rootAccount } from './support/test-server.js';

let server: ReadyServer;
let browser: Browser;
let console: string;
const uma = { email: 'uma@example.com', password: 'uma@example.com password' };
beforeAll(async () => {
  server = await readyServer();
  console = `/organizations/${server.organizationId}`;
  await member(server, uma.email, 'USER');
  browser = await startChromium();
});
afterAll(async () => {
  await browser.close();
  await server.close();
});

const pathOf = (visit: Visit): string => new URL(visit.page.url()).pathname;
const headingOf = (visit: Visit) => visit.page.getByRole('heading', { level: 1 }).first().textContent();
/** The frame is there: people can go on from it. */
const hasFrame = async (visit: Visit) =>
  (await visit.page.getByRole('button', { name: /^Your account/ }).count()) === 1;

describe('An address that leads nowhere in particular', () => {
  it('leads on to the first page below it', async () => {
    const visit = await Visit.begin(browser, server, rootAccount);
    for (const [address, page] of [
      [console, `${console}/dashboard`],
      [`${console}/`, `${console}/dashboard`],
      ['/server', '/server/licenses'],
      ['/organizations', `${console}/dashboard`],
      ['/sign-in', `${console}/dashboard`],
      [`/sign-in?next=${encodeURIComponent(`${console}/teams`)}`, `${console}/teams`],
    ] as const) {
      await visit.goTo(address);
      await visit.page.waitForURL((url) => url.pathname === page);
      expect([address, pathOf(visit), await hasFrame(visit)]).toEqual([address, page, true]);
    }
    // Back does not lead into the redirect again.
    await visit.goTo(`${console}/users`);
    await visit.goTo(console);
    await visit.page.waitForURL((url) => url.pathname === `${console}/dashboard`);
    await visit.page.goBack();
    await visit.page.waitForURL((url) => url.pathname === `${console}/users`);
    expect(await visit.end()).toEqual([]);
  });

  it('is not found, within the frame, whatever is wrong with it', async () => {
    const visit = await Visit.begin(browser, server, rootAccount);
    for (const address of [
      '/nowhere',
      '/server/nowhere',
      `${console}/nowhere`,
      '/organizations/abc',
      '/organizations/0/users',
      '/organizations/999',
      '/organizations/999/users',
      `${console}/teams/abc`,
      `${console}/teams/999`,
    ]) {
      await visit.goTo(address);
      expect([address, await headingOf(visit), await hasFrame(visit)]).toEqual([address, 'Page not found', true]);
      expect(await visit.page.title()).toContain('Page not found');
    }
    expect(await barriersOf(visit.page)).toEqual([]);
    await visit.page.getByRole('link', { name: 'Go to the start page' }).click();
    await visit.page.waitForURL((url) => url.pathname === `${console}/dashboard`);
    expect(await visit.end()).toEqual([]);
  });

  it('is refused in words to a role that does not include it', async () => {
    const visit = await Visit.begin(browser, server, uma);
    for (const address of [
      '/server',
      '/server/users',
      '/server/system',
      `${console}/audit-log`,
      `${console}/mail-server`,
    ]) {
      await visit.goTo(address);
      expect([address, await headingOf(visit), await hasFrame(visit)]).toEqual([
        address,
        'You don’t have access',
        true,
      ]);
      expect(await visit.page.title()).toContain('You don’t have access');
    }
    // Another organization is not told to exist.
    await visit.goTo('/organizations/999/users');
    expect(await headingOf(visit)).toBe('Page not found');
    expect(await visit.page.getByRole('link', { name: 'Teams' }).getAttribute('href')).toContain(`${console}/teams`);
    expect(await visit.end()).toEqual([]);
  });

  it('asks a stranger to sign in first, and then goes where they wanted', async () => {
    const visit = await Visit.begin(browser, server, { email: uma.email, password: 'wrong' });
    const { page } = visit;
    await visit.goTo(`${console}/teams?search=mobile`);
    expect(await headingOf(visit)).toBe('Sign in');
    await page.getByRole('textbox', { name: 'E-mail' }).fill(uma.email);
    await page.getByRole('textbox', { name: 'Password' }).fill(uma.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL((url) => url.pathname === `${console}/teams` && url.search === '?search=mobile');
    expect(await visit.end()).toEqual([]);
  });
});
