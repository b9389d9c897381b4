import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Browser } from 'playwright-core';
import { startChromium } from '../scripts/chromium.js';
import { type Api } from './support/api.js';
import { barriersOf, Visit } from './support/browser.js';
import { member, type ReadyServer, readyServer, rootAccount, usualSeats } from './support/test-server.js';

let server: ReadyServer;
let browser: Browser;
let console: string;
let admin: Api;

beforeAll(async () => {
  const validUntil = new Date(Date.now() + 5.5 * 86_400_000).toISOString();
  server = await readyServer(usualSeats, { validUntil });
  console = `/organizations/${server.organizationId}`;
  admin = await member(server, 'admin@example.com', 'ADMIN');
  await admin.patch(`/api/v1${console}/license-policy`, { leaseMinutes: 20 }).expect(200);
  browser = await startChromium();
});
afterAll(async () => {
  await browser.close();
  await server.close();
});

describe('The bell', () => {
  it('counts what needs action, tells it, and leads to where it is put right', async () => {
    const visit = await Visit.begin(browser, server, rootAccount);
    const { page } = visit;
    await visit.goTo(`${console}/dashboard`);
    await page.getByRole('button', { name: 'Notifications: 2 need action' }).click();
    const list = page.getByRole('dialog', { name: 'Notifications' });
    await list.getByRole('listitem').nth(1).waitFor();
    expect(await list.getByRole('link').allTextContents()).toEqual([
      expect.stringMatching(/^The license of Acme ends on \d+ \w+ \d{4}$/),
      'admin@example.com changed the policies',
      'Choose what comes by mail',
    ]);
    expect(await barriersOf(page)).toEqual([]);
    await list.getByRole('link', { name: 'admin@example.com changed the policies' }).click();
    await page.waitForURL((url) => url.pathname === `${console}/policies`);
    await list.waitFor({ state: 'detached' });
    expect(await visit.end()).toEqual([]);
  });

  it('keeps dismissed what was dismissed, and shows it on request', async () => {
    const visit = await Visit.begin(browser, server, rootAccount);
    const { page } = visit;
    await visit.goTo(`${console}/dashboard`);
    await page.getByRole('button', { name: 'Notifications: 2 need action' }).click();
    const list = page.getByRole('dialog', { name: 'Notifications' });
    await list.getByRole('button', { name: 'Dismiss: admin@example.com changed the policies' }).click();
    await page.getByRole('button', { name: 'Notifications: 1 needs action' }).waitFor();
    await list.getByRole('button', { name: /^Dismiss: The license of Acme/ }).click();
    await list.getByText('Nothing needs action').waitFor();
    await page.reload();
    await page.getByRole('button', { name: 'Notifications', exact: true }).click();
    await list.getByRole('button', { name: 'Show 2 dismissed' }).click();
    await list.getByRole('button', { name: 'Show again: admin@example.com changed the policies' }).click();
    await page.getByRole('button', { name: 'Notifications: 1 needs action' }).waitFor();
    expect(await visit.end()).toEqual([]);
  });

  it('leads to the choice of what comes by mail', async () => {
    const visit = await Visit.begin(browser, server, rootAccount);
    const { page } = visit;
    await visit.goTo(`${console}/dashboard`);
    await page.getByRole('button', { name: /^Notifications/ }).click();
    await page.getByRole('link', { name: 'Choose what comes by mail' }).click();
    const saved = page.waitForResponse((response) => response.request().method() === 'PUT');
    await page.getByRole('switch', { name: 'Others change shared settings' }).click();
    await saved;
    expect(await server.root.get('/api/v1/users/me/mail-preferences').expect(200)).toMatchObject({
      muted: ['settings-changed'],
    });
    expect(await visit.end()).toEqual([]);
  });
});
