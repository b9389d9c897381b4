import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Browser, type BrowserContext, type Page } from 'playwright-core';
import { startChromium } from '../scripts/chromium.js';
import { freePort } from './support/network/free-port.js';
import { readyServer, type ReadyServer, rootAccount, usualSeats } from './support/test-server.js';

/** A browser has six connections to a server, for all of its tabs. */
const many = 8;

let server: ReadyServer;
let browser: Browser;
let path: string;
beforeAll(async () => {
  server = await readyServer(usualSeats, {}, { PORT: String(await freePort()) });
  path = `/organizations/${server.organizationId}/teams`;
  browser = await startChromium();
});
afterAll(async () => {
  await browser.close();
  await server.close();
});

/** A browser with many tabs at the list of teams, and the tabs that have a stream of events. */
async function tabs(prepare: (context: BrowserContext) => Promise<void> = () => Promise.resolve()) {
  const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1280, height: 900 } });
  context.setDefaultTimeout(60_000);
  await prepare(context);
  const { email, password } = rootAccount;
  await context.request.post(`${server.url}/api/v1/auth/sign-in`, { data: { email, password } });
  const streams = new Set<Page>();
  const pages: Page[] = [];
  for (let count = 0; count < many; count++) {
    const page = await context.newPage();
    page.on('request', (request) => request.url().endsWith('/events') && streams.add(page));
    page.on('close', () => streams.delete(page));
    await page.goto(server.url + path);
    await page.getByRole('heading', { level: 1, name: 'Teams' }).waitFor();
    pages.push(page);
  }
  return { context, pages, streams };
}

const newTeam = (name: string) =>
  server.root.post(`/api/v1/organizations/${server.organizationId}/teams`, { name }).expect(201);
const shows = (page: Page, name: string) => page.getByRole('link', { name, exact: true }).first().waitFor();
/** Asked from outside: the page's policy forbids to evaluate text within. */
const setHidden = (page: Page, hidden: boolean) =>
  page.evaluate(`Object.defineProperty(document, 'hidden', { value: ${hidden}, configurable: true });
                 document.dispatchEvent(new Event('visibilitychange'))`);

describe('Many tabs of one browser', () => {
  it('share one stream of events, and all are usable and hear of changes', async () => {
    const { context, pages, streams } = await tabs();
    expect(streams.size).toBe(1);
    await newTeam('Mobile');
    await Promise.all(pages.map((page) => shows(page, 'Mobile')));
    // The last one still gets what it asks for.
    await pages.at(-1)!.getByRole('navigation').getByRole('link', { name: 'Users', exact: true }).click();
    await pages.at(-1)!.getByText(rootAccount.email).first().waitFor();
    await context.close();
  });

  it('go on when the tab that has the stream is closed or hidden', async () => {
    const { context, pages, streams } = await tabs();
    const [first, second, ...others] = pages as [Page, Page, ...Page[]];
    expect([...streams]).toEqual([first]);
    await first.close();
    await newTeam('Web');
    await Promise.all([second, ...others].map((page) => shows(page, 'Web')));
    expect([...streams]).toEqual([second]);
    await setHidden(second, true);
    await newTeam('Desktop');
    await Promise.all(others.map((page) => shows(page, 'Desktop')));
    for (const page of others) await setHidden(page, true);
    await newTeam('Unseen');
    await setHidden(second, false);
    await shows(second, 'Unseen');
    await context.close();
  });

  it('let go of their streams while they are hidden where the browser has no locks, as over plain HTTP', async () => {
    const { context, pages, streams } = await tabs(async (opened) => {
      await opened.addInitScript(`Object.defineProperty(navigator, 'locks', { value: undefined });
                                  Object.defineProperty(document, 'hidden', { value: true, configurable: true })`);
    });
    expect(streams.size).toBe(0);
    const [first, second] = pages as [Page, Page];
    await setHidden(first, false);
    await newTeam('Plain');
    await shows(first, 'Plain');
    expect([...streams]).toEqual([first]);
    await setHidden(first, true);
    await setHidden(second, false);
    await shows(second, 'Plain');
    await context.close();
  });
});
