import { type Browser, type Page } from 'playwright-core';
import { startChromium } from '../chromium.js';
import { median, percentile } from './percentile.js';
import { type Figure } from './report.js';

/** A server that is set up, and a person who may see every page of an organization with many members. */
export interface Console {
  url: string;
  email: string;
  password: string;
  organizationId: number;
}

/** Sign-ins, each in a browser that was never here; and how often each page is gone to. */
const turns = 7;
const searches = ['tester-77', 'tester-1234', 'tester-98', 'tester-5', 'tester-4321', 'tester-60', 'tester-808'];

/** A page is complete when its heading is there, and neither a skeleton nor anything that is still being fetched. */
const isComplete = `document.querySelector('main h1') && !document.querySelector('.mantine-Skeleton-root, main [aria-busy=true]')`;

/** What people wait for in the console: measured in the browser, from the key or the click to the frame that shows all of it. */
export async function measureConsole(subject: Console): Promise<Figure[]> {
  const browser = await startChromium();
  try {
    const figures = await signIns(browser, subject);
    const page = await signedIn(browser, subject);
    figures.push(...(await routeChanges(page)), await filters(page, subject));
    return figures;
  } finally {
    await browser.close();
  }
}

async function signIns(browser: Browser, subject: Console): Promise<Figure[]> {
  const times: number[] = [];
  let first = { requests: 0, bytes: 0 };
  for (let turn = 0; turn < turns; turn++) {
    const page = await newVisit(browser);
    first = await firstLoad(page, subject);
    const begun = performance.now();
    await signIn(page, subject);
    times.push(performance.now() - begun);
    await page.context().close();
  }
  const { requests, bytes } = first;
  return [
    {
      name: 'first load of the sign-in page',
      compared: `${requests} requests, ${(bytes / 1000).toFixed(1)} kB`,
      ...{ aim: '6 requests, 200 kB', reached: requests <= 6 && bytes < 200_000 },
    },
    figureOf('sign-in to the complete dashboard', times, 1000),
  ];
}

/** What the browser asks for until nothing more comes, and the bytes that it receives. */
async function firstLoad(page: Page, { url }: Console): Promise<{ requests: number; bytes: number }> {
  let [requests, bytes] = [0, 0];
  const network = await page.context().newCDPSession(page);
  await network.send('Network.enable');
  network.on('Network.requestWillBeSent', ({ request }) => (requests += request.url.startsWith('data:') ? 0 : 1));
  network.on('Network.loadingFinished', ({ encodedDataLength }) => (bytes += encodedDataLength));
  await page.goto(`${url}/sign-in`);
  await page.waitForLoadState('networkidle');
  return { requests, bytes };
}

async function signIn(page: Page, { email, password }: Console): Promise<void> {
  await page.locator('input[name=email]').fill(email);
  await page.locator('input[name=password]').fill(password);
  await page.locator('button[type=submit]').click();
  await page.waitForURL((address) => !address.pathname.startsWith('/sign-in'));
  // The address changes before the page does; only pages after the sign-in have the menu.
  await page.evaluate(whenever(`document.querySelector('nav a[href]') && ${isComplete}`));
}

/** In a browser that was never here. */
async function newVisit(browser: Browser): Promise<Page> {
  return (await browser.newContext({ locale: 'en-GB' })).newPage();
}

async function signedIn(browser: Browser, subject: Console): Promise<Page> {
  const page = await newVisit(browser);
  await page.goto(`${subject.url}/sign-in`);
  await signIn(page, subject);
  return page;
}

/** Each page of the menu, from another one: the first time, when its code is fetched, and later. */
async function routeChanges(page: Page): Promise<Figure[]> {
  const links = await page.evaluate<string[]>(
    `[...new Set([...document.querySelectorAll('nav a[href]')].map((link) => link.getAttribute('href')))]`,
  );
  const [first, later] = [[] as number[], [] as number[]];
  for (let turn = 0; turn <= turns; turn++) {
    for (const link of links) (turn === 0 ? first : later).push(await page.evaluate<number>(following(link)));
  }
  return [figureOf(`${links.length} pages of the menu, the first time`, first), figureOf('… and later', later, 200)];
}

/** Milliseconds from the click on a link of the menu to the complete page. */
function following(link: string): string {
  return `(async () => {
    document.querySelector('main h1')?.setAttribute('data-left', '');
    const same = location.pathname === new URL(${JSON.stringify(link)}, location.href).pathname;
    const begun = performance.now();
    document.querySelector('nav a[href="' + ${JSON.stringify(link)} + '"]').click();
    await ${whenever(`(same || !document.querySelector('[data-left]')) && ${isComplete}`)};
    return performance.now() - begun;
  })()`;
}

/** From the last key in the search of a list to the entries that match. */
async function filters(page: Page, { url, organizationId }: Console): Promise<Figure> {
  await page.goto(`${url}/organizations/${organizationId}/users`);
  await page.evaluate(whenever(isComplete));
  if ((await page.locator('main tbody tr').count()) < 10) throw new Error('The list of users shows no members');
  const times: number[] = [];
  for (const search of searches) times.push(await page.evaluate<number>(finding(search)));
  return figureOf('a search in 10,000 users', times, 150);
}

/** Milliseconds from the change of the search field to a list with nothing else in it. */
function finding(search: string): string {
  return `(async () => {
    const field = document.querySelector('main input[aria-label^="Search: "]');
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(field, ${JSON.stringify(search)});
    const begun = performance.now();
    field.dispatchEvent(new Event('input', { bubbles: true }));
    await ${whenever(`(() => {
      const rows = [...document.querySelectorAll('main tbody tr')];
      return rows.length > 0 && rows.every((row) => row.textContent.includes(${JSON.stringify(search)}));
    })()`)};
    return performance.now() - begun;
  })()`;
}

/** A promise that a page keeps as soon as a condition holds when a frame is drawn. */
function whenever(condition: string): string {
  return `new Promise((resolve) => {
    const look = () => ((${condition}) ? resolve() : requestAnimationFrame(look));
    look();
  })`;
}

function figureOf(name: string, times: readonly number[], aimMillis?: number): Figure {
  const p50 = median(times);
  const aim = aimMillis === undefined ? {} : { aim: `< ${aimMillis} ms`, reached: p50 < aimMillis };
  return { name, load: { p50, p99: percentile(times, 0.99) }, ...aim };
}
