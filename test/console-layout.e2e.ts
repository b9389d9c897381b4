import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { type Browser } from 'playwright-core';
import { startChromium } from '../scripts/chromium.js';
import {
  fillWithSampleCompany,
  owner,
  type SampleCompany,
  sampleLicense,
  sampleSettings,
} from '../scripts/sample/sample-company.js';
import { ServerCalls } from '../scripts/sample/server-calls.js';
import { Visit } from './support/browser.js';
import { freshServer, type TestServer } from './support/test-server.js';
import { until } from './support/until.js';

jest.setTimeout(240_000);

const layoutFaults = readFileSync('test/support/layout-faults.js', 'utf8');
/** Narrow phones, phones, tablets on end and across, laptops, desks; the width of a page at 200 % is half of one of them. */
const widths = [320, 390, 768, 1024, 1280, 1600];
const signedOut = ['/sign-in', '/forgot-password', '/reset-password/sample', '{invitation}'];
/** Pages that are not in the menu, and tabs. */
const others = [
  ...['licensed-users', 'online', 'own', 'offline', 'machines'].map((tab) => `{organization}/licenses?tab=${tab}`),
  ...['removed', 'service-accounts'].map((tab) => `{organization}/users?tab=${tab}`),
  '{organization}/teams/{teamId}',
  '{organization}/users/2',
  '{organization}/users/import',
  '{organization}/machines/ci-agent-1-id',
  '/organizations/new',
  '/profile',
  '/server/identity/new-ldap',
  '/server/identity/new-oidc',
  '/nowhere',
];

let server: TestServer;
let company: SampleCompany;
let browser: Browser;
beforeAll(async () => {
  server = await freshServer({ VENDOR_KEYS: sampleSettings.VENDOR_KEYS });
  const headers = { 'x-setup-token': server.setupToken ?? '' };
  const license = await sampleLicense();
  await server.api.post('/api/v1/setup/license', { license }, headers).expect(200);
  await server.api.post('/api/v1/setup/account', owner, headers).expect(200);
  company = await fillWithSampleCompany(
    Object.assign(new ServerCalls(server.url), { databaseUrl: server.databaseUrl }),
  );
  browser = await startChromium();
});
afterAll(async () => {
  await browser.close();
  await server.close();
});

/** With the ids of the sample company in place of their names. */
const filled = (address: string): string =>
  address.replace(/\{(\w+)\}/g, (_, key: string) =>
    key === 'organization' ? `/organizations/${company.organizationId}` : String(company[key as keyof SampleCompany]),
  );

/** @returns what is wrong with the page at each width */
async function faultsOf(visit: Visit, address: string): Promise<string[]> {
  const { page } = visit;
  const faults: string[] = [];
  await visit.follow(address);
  for (const width of widths) {
    await page.setViewportSize({ width, height: 900 });
    let found: string[] = [];
    const isFine = async (): Promise<boolean> => (found = await page.evaluate<string[]>(layoutFaults)).length === 0;
    // A list is measured before it becomes cards: what stays wrong counts.
    await until(isFine, 5, 'a page without faults').catch(() => undefined);
    faults.push(...found.map((fault) => `${width} ${address}: ${fault}`));
  }
  return faults;
}

describe.each(['en-GB', 'de-DE'])('Everything that can be clicked or typed into is in sight (%s)', (locale) => {
  it('for people who are not signed in', async () => {
    const visit = await Visit.begin(browser, server, { email: owner.email, password: 'wrong' }, { locale });
    const faults: string[] = [];
    for (const address of signedOut) faults.push(...(await faultsOf(visit, filled(address))));
    expect(faults).toEqual([]);
    expect(await visit.end()).toEqual([]);
  });

  it('on every page of the menu, on their tabs and on the pages that they lead to', async () => {
    const visit = await Visit.begin(browser, server, owner, { locale });
    await visit.goTo(filled('{organization}/dashboard'));
    const links = visit.page.getByRole('navigation').getByRole('link');
    const menu = await links.evaluateAll((all) => all.map((each) => (each as { pathname?: string }).pathname ?? ''));
    expect(menu.length).toBeGreaterThan(20);
    const faults: string[] = [];
    for (const address of new Set([...menu, ...others.map(filled)])) faults.push(...(await faultsOf(visit, address)));
    expect(faults).toEqual([]);
    expect(await visit.end()).toEqual([]);
  });
});

describe('The menu', () => {
  it('has a link for everything, in groups that can be closed, for this browser', async () => {
    const visit = await Visit.begin(browser, server, owner);
    const { page } = visit;
    const menu = page.getByRole('navigation', { name: 'Menu' });
    await visit.goTo(filled('{organization}/dashboard'));
    await menu.getByRole('button', { name: 'People' }).click();
    await page.reload();
    const pending = menu.locator('a', { hasText: 'Pending Activations' });
    await pending.waitFor({ state: 'attached' });
    expect(await pending.isVisible()).toBe(false);
    await menu.getByRole('button', { name: 'People' }).click();
    await pending.click();
    await page.getByRole('tab', { name: 'Invitations', selected: true }).waitFor();
    await page.getByText('radia@example.com').waitFor();
    expect(await visit.end()).toEqual([]);
  });

  it('is out of reach of the keyboard while it is closed on a phone', async () => {
    const viewport = { width: 390, height: 844 };
    const visit = await Visit.begin(browser, server, owner, { viewport });
    const { page } = visit;
    await visit.goTo(filled('{organization}/teams'));
    expect(await page.getByRole('link', { name: 'Licenses', exact: true }).count()).toBe(0);
    await page.getByRole('button', { name: 'Menu' }).click();
    await page.getByRole('link', { name: 'Licenses', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'Licenses' }).waitFor();
    expect(await visit.end()).toEqual([]);
  });
});

describe('A list on a phone', () => {
  it('can be sorted', async () => {
    const viewport = { width: 390, height: 844 };
    const visit = await Visit.begin(browser, server, owner, { viewport });
    const { page } = visit;
    await visit.goTo(filled('{organization}/teams'));
    await page.getByRole('combobox', { name: 'Sort' }).selectOption('Name, descending');
    await page.waitForURL((url) => url.searchParams.get('sort') === 'name,desc');
    await page.getByRole('row').first().getByRole('link', { name: 'Web shop' }).waitFor();
    expect(await visit.end()).toEqual([]);
  });
});

describe('Filters on a phone', () => {
  it.each([
    ['utilization?product=KSE&machine=ci', 2, 'Over time'],
    ['audit-log?action=member.', 1, undefined],
  ])('stand behind a button that says how many narrow the page (%s)', async (address, count, chart) => {
    const viewport = { width: 390, height: 844 };
    const visit = await Visit.begin(browser, server, owner, { viewport });
    const { page } = visit;
    await visit.goTo(filled(`{organization}/${address}`));
    const filters = page.getByRole('region', { name: 'Filter' });
    const button = page.getByRole('button', { name: `Filters: ${count} active` });
    await button.waitFor();
    expect(await filters.isVisible()).toBe(false);
    // The chart begins on the first screen.
    const box = chart && (await page.getByRole('heading', { name: chart }).boundingBox());
    if (box) expect(box.y).toBeLessThan(viewport.height);
    await button.click();
    await filters.waitFor();
    expect(await button.getAttribute('aria-expanded')).toBe('true');
    await page.setViewportSize({ width: 1280, height: 900 });
    await button.waitFor({ state: 'hidden' });
    expect(await filters.isVisible()).toBe(true);
    expect(await visit.end()).toEqual([]);
  });
});

describe('The profile', () => {
  it('has a button at its head that leads to the password', async () => {
    const visit = await Visit.begin(browser, server, owner);
    const { page } = visit;
    await visit.goTo('/profile');
    await page.getByRole('button', { name: 'Change Password' }).click();
    await page.locator('input[autocomplete=current-password]:focus').waitFor();
    expect(await visit.end()).toEqual([]);
  });
});
