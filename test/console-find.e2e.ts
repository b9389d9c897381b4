import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Browser } from 'playwright-core';
import { startChromium } from '../scripts/chromium.js';
import { barriersOf, Visit } from './support/browser.js';
import { machineIdOf } from './support/machine-id.js';
import { member, readyServer, type ReadyServer, rootAccount, userId } from './support/test-server.js';

const grace = { email: 'grace@example.com', password: 'grace@example.com password' };
const desk = machineIdOf('desk-7');
const other = machineIdOf('desk-8');

let server: ReadyServer;
let browser: Browser;
let console: string;
let graceId: number;
beforeAll(async () => {
  server = await readyServer();
  const { organizationId } = server;
  console = `/organizations/${organizationId}`;
  const api = await member(server, grace.email, 'USER');
  graceId = await userId(server, grace.email);
  const lease = (machineId: string, hostname: string) => ({
    ...{ organizationId, product: 'KSE', machineId, sessionId: `session on ${hostname}`, hostname },
  });
  await api.post('/api/v1/leases', lease(desk, 'desk-7')).expect(201);
  await server.root.post('/api/v1/leases', lease(other, 'desk-8')).expect(201);
  // Both seats are taken.
  await api.post('/api/v1/leases', lease(machineIdOf('desk-9'), 'desk-9')).refused(409);
  browser = await startChromium();
});
afterAll(async () => {
  await browser.close();
  await server.close();
});

describe('The palette', () => {
  it('leads to a person, from everywhere, with the keyboard alone', async () => {
    const visit = await Visit.begin(browser, server, rootAccount);
    const { page } = visit;
    await visit.goTo('/server/system');
    await page.keyboard.press('Control+k');
    const field = page.getByRole('searchbox').or(page.getByPlaceholder(/^Find a page/));
    await field.first().fill('grace');
    await page
      .getByRole('button', { name: /^grace@example.com/ })
      .first()
      .waitFor();
    expect(await barriersOf(page)).toEqual([]);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => url.pathname === `${console}/users/${graceId}`);
    await page.getByRole('heading', { level: 1, name: grace.email }).waitFor();
    expect(await visit.end()).toEqual([]);
  });

  it('leads to machines and pages, and does things', async () => {
    const visit = await Visit.begin(browser, server, rootAccount);
    const { page } = visit;
    const find = async (text: string, entry: RegExp): Promise<void> => {
      await page.getByRole('button', { name: 'Search everything' }).click();
      await page.getByPlaceholder(/^Find a page/).fill(text);
      await page.getByRole('dialog').getByRole('button', { name: entry }).first().click();
    };
    await visit.goTo(`${console}/dashboard`);
    await find('desk-7', /desk-7/);
    await page.waitForURL((url) => url.pathname === `${console}/machines/${desk}`);
    await find('audit', /^Server audit log/);
    await page.getByRole('heading', { level: 1, name: 'Server audit log' }).waitFor();
    await find('invite', /^Invite users/);
    await page.getByRole('dialog', { name: 'Invite users' }).getByRole('textbox').first().waitFor();
    expect(await visit.end()).toEqual([]);
  });

  it('opens with a slash, and the help with a question mark, but not while something is typed', async () => {
    const visit = await Visit.begin(browser, server, rootAccount);
    const { page } = visit;
    await visit.goTo(`${console}/users`);
    await page.getByRole('textbox', { name: /^Search/ }).pressSequentially('a/b?');
    expect(await page.getByRole('dialog').count()).toBe(0);
    await page.getByRole('heading', { level: 1 }).click();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    expect(await barriersOf(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.keyboard.press('/');
    await page.getByPlaceholder(/^Find a page/).waitFor();
    expect(await visit.end()).toEqual([]);
  });

  it('shows nobody what their role does not include', async () => {
    const visit = await Visit.begin(browser, server, grace);
    const { page } = visit;
    await visit.goTo(`${console}/dashboard`);
    await page.keyboard.press('Control+k');
    const field = page.getByPlaceholder(/^Find a page/);
    await field.fill('desk');
    await page.getByText('Nothing matches “desk”').waitFor();
    await field.fill('audit');
    await page.getByText('Nothing matches “audit”').waitFor();
    // And the server would not have told.
    const path = `/api/v1${console}`;
    const api = await server.api.signedIn(grace.email, grace.password);
    await api.get(`${path}/denials?userId=1`).refused(403);
    await visit.goTo(`${console}/users/1`);
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('You don’t have access');
    await visit.goTo(`${console}/machines/${desk}`);
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('You don’t have access');
    expect(await visit.end()).toEqual([]);
  });
});

describe('The page of a person', () => {
  it('has their seats, sessions, refusals and history, and leads to their machines', async () => {
    const visit = await Visit.begin(browser, server, rootAccount);
    const { page } = visit;
    await visit.goTo(`${console}/users`);
    await page.getByRole('table').getByRole('link', { name: grace.email }).click();
    await page.getByRole('heading', { level: 1, name: grace.email }).waitFor();
    await page.getByRole('cell', { name: 'desk-7' }).waitFor();
    expect(await page.getByRole('cell', { name: 'desk-8' }).count()).toBe(0);
    expect(await barriersOf(page)).toEqual([]);
    await page.getByRole('tab', { name: 'Refusals' }).click();
    await page.getByRole('cell', { name: 'desk-9' }).waitFor();
    await page.getByRole('tab', { name: 'History' }).click();
    await page.getByRole('row').nth(1).waitFor();
    await page.getByRole('tab', { name: 'Sessions of a year' }).click();
    await page.getByRole('table').getByRole('link', { name: 'desk-7' }).click();
    await page.getByRole('heading', { level: 1, name: 'desk-7' }).waitFor();
    await page.getByRole('cell', { name: grace.email, exact: true }).waitFor();
    expect(await visit.end()).toEqual([]);
  });
});

describe('The lists of seats, machines and refusals', () => {
  const ids = async (path: string): Promise<string[]> => {
    const { content } = await server.root
      .get(`/api/v1${console}/${path}`)
      .expect<{ content: { machineId: string }[] }>(200);
    return content.map(({ machineId }) => machineId);
  };

  it('can be of one person or one machine', async () => {
    expect(await ids('online-licenses')).toHaveLength(2);
    expect(await ids(`online-licenses?userId=${graceId}`)).toEqual([desk]);
    expect(await ids(`online-licenses?machineId=${other}`)).toEqual([other]);
    expect(await ids(`online-licenses?userId=${graceId}&machineId=${other}`)).toEqual([]);
    expect(await ids(`denials?userId=${graceId}`)).toEqual([machineIdOf('desk-9')]);
    expect(await ids(`denials?machineId=${desk}`)).toEqual([]);
    expect(await ids(`machines?userId=${graceId}`)).toEqual([]);
    await server.root.get(`/api/v1${console}/denials?userId=grace`).refused(400);
  });
});

describe('The audit log', () => {
  it('tells in sentences who did what, by day, and leads to the people and machines in them', async () => {
    const visit = await Visit.begin(browser, server, rootAccount, { locale: 'de-DE' });
    const { page } = visit;
    await visit.goTo(`${console}/audit-log`);
    await page.getByRole('cell', { name: 'Ada L. hat die Organisation Acme angelegt' }).waitFor();
    const today = new Intl.DateTimeFormat('de-DE', { dateStyle: 'full' }).format(new Date());
    expect(await page.getByRole('cell', { name: today, exact: true }).count()).toBe(1);
    expect(await barriersOf(page)).toEqual([]);
    const denied = page.getByRole('row').filter({ hasText: 'lease.denied' });
    await denied.getByRole('button', { name: /^Details/ }).click();
    await page.getByRole('dialog').getByText('"code": "seats-exhausted"').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await denied.getByRole('link', { name: grace.email }).click();
    await page.getByRole('heading', { level: 1, name: grace.email }).waitFor();
    expect(await visit.end()).toEqual([]);
  });

  it('offers people by their names, and asks for their address', async () => {
    const visit = await Visit.begin(browser, server, rootAccount);
    const { page } = visit;
    await visit.goTo(`${console}/audit-log`);
    await page.locator('label', { hasText: 'Who' }).click();
    await page.keyboard.type('ada');
    await page.getByRole('option', { name: 'Ada L.' }).click();
    await page.waitForURL((url) => url.searchParams.get('actor') === rootAccount.email);
    expect(await visit.end()).toEqual([]);
  });

  it('names people of today, and nobody for an address without an account', async () => {
    const events = async () =>
      (
        await server.root.get(`/api/v1${console}/audit-events`).expect<{
          content: { action: string; actorPerson: unknown; targetPerson: unknown }[];
        }>(200)
      ).content;
    const { actorPerson, targetPerson } = (await events()).find(({ action }) => action === 'organization.created')!;
    expect(actorPerson).toEqual({ userId: 1, name: 'Ada L.' });
    expect(targetPerson).toBeNull();
    await server.sql(`UPDATE user_account SET first_name = 'Augusta' WHERE id = 1`);
    expect((await events()).find(({ action }) => action === 'organization.created')?.actorPerson).toEqual({
      ...{ userId: 1, name: 'Augusta L.' },
    });
    await server.sql(`UPDATE user_account SET first_name = 'Ada' WHERE id = 1`);
  });
});

describe('A saved view', () => {
  it('brings search, order and tab back, from the page and from the palette', async () => {
    const visit = await Visit.begin(browser, server, rootAccount);
    const { page } = visit;
    await visit.goTo(`${console}/licenses?tab=online&search=desk-7`);
    await page.getByRole('button', { name: 'Views' }).click();
    await page.getByRole('menuitem', { name: /^Save this view/ }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('Desk 7');
    expect(await barriersOf(page)).toEqual([]);
    await page.getByRole('button', { name: 'Save view' }).click();
    // The page is at this view.
    await page.getByRole('button', { name: 'Desk 7' }).waitFor();

    await visit.goTo('/profile');
    await page.keyboard.press('Control+k');
    await page.getByPlaceholder(/^Find a page/).fill('desk 7');
    await page.getByRole('button', { name: 'Desk 7' }).click();
    await page.waitForURL(({ pathname, search }) => pathname === `${console}/licenses` && search.includes('desk-7'));
    await page.getByRole('row', { name: /desk-7/ }).waitFor();

    await page.getByRole('button', { name: 'Desk 7' }).click();
    await page.getByRole('menuitem', { name: 'Delete “Desk 7”' }).click();
    await page.getByRole('button', { name: 'Views' }).waitFor();
    expect(await visit.end()).toEqual([]);
  });
});
