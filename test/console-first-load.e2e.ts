import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Browser, type Page } from 'playwright-core';
import { startChromium } from '../scripts/chromium.js';
import { readyServer, rootAccount, type ReadyServer, usualSeats } from './support/test-server.js';

let server: ReadyServer;
let browser: Browser;

beforeAll(async () => {
  // Passkeys are offered there, as on every server with a name.
  server = await readyServer(usualSeats, {}, { SERVER_URL: 'https://licenses.example.com' });
  browser = await startChromium();
});
afterAll(async () => {
  await browser.close();
  await server.close();
});

/** What a browser that was never here asks for, in order, and how many bytes it receives. */
async function visit(locale: string): Promise<{ page: Page; asked: string[]; received: () => number }> {
  const context = await browser.newContext({ locale });
  const page = await context.newPage();
  const asked: string[] = [];
  let bytes = 0;
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  const network = await context.newCDPSession(page);
  await network.send('Network.enable');
  network.on('Network.loadingFinished', ({ encodedDataLength }) => (bytes += encodedDataLength));
  return { page, asked, received: () => bytes };
}

const isOfDashboard = (address: string) => /\/dashboard-page-[^/]*\.js$/.test(address);
const scripts = (asked: readonly string[]) => asked.filter((address) => address.endsWith('.js'));

describe('The first visit', () => {
  it.each([
    ['en-GB', 'Sign in', 'Sign in with a passkey'],
    ['de-DE', 'Anmelden', 'Mit Passkey anmelden'],
    ['ja-JP', 'サインイン', 'パスキーでサインイン'],
  ])('takes at most 6 requests and 200 kB until the sign-in page is there (%s)', async (locale, title, passkey) => {
    const { page, asked, received } = await visit(locale);
    await page.goto(server.url);
    await page.getByRole('heading', { level: 1, name: title }).waitFor();
    await page.getByRole('button', { name: passkey }).waitFor();
    await page.waitForLoadState('networkidle');
    expect(asked.length).toBeLessThanOrEqual(6);
    expect(received()).toBeLessThan(200_000);
    expect(await page.locator('html').getAttribute('lang')).toBe(locale.slice(0, 2));
    await page.context().close();
  });

  it('fetches the code of the dashboard while the password is typed, not after it', async () => {
    const { page, asked } = await visit('en-GB');
    await page.goto(`${server.url}/sign-in`);
    await page.getByRole('textbox', { name: 'E-mail' }).waitFor();
    await page.waitForLoadState('networkidle');
    expect(asked.filter(isOfDashboard)).toEqual([]);
    const fetched = page.waitForResponse((response) => isOfDashboard(response.url()));
    await page.locator('input[name=password]').fill(rootAccount.password);
    await fetched;
    await page.getByRole('textbox', { name: 'E-mail' }).fill(rootAccount.email);
    const known = new Set(scripts(asked));
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'Dashboard' }).waitFor();
    // The charts are drawn last, and fetched last.
    const later = scripts(asked).filter((address) => !known.has(address));
    expect(
      later.filter((address) => /(page|shell|frame|components|words)-/.test(address) && !address.includes('chart')),
    ).toEqual([]);
    await page.context().close();
  });

  it('goes on in the language that is chosen at the sign-in page', async () => {
    const { page } = await visit('en-GB');
    await page.goto(`${server.url}/sign-in`);
    await page.getByRole('combobox', { name: 'Language' }).selectOption('Deutsch');
    await page.getByRole('heading', { level: 1, name: 'Anmelden' }).waitFor();
    await page.locator('input[name=email]').fill(rootAccount.email);
    await page.locator('input[name=password]').fill(rootAccount.password);
    await page.getByRole('button', { name: 'Anmelden', exact: true }).click();
    await page.getByRole('heading', { name: 'Jetzt belegte Plätze' }).waitFor();
    await page.context().close();
  });
});

describe('The files of the console', () => {
  it('are kept for ever by browsers, and come compressed; the page itself is asked for each time', async () => {
    const html = await fetch(server.url, { headers: { accept: 'text/html' } });
    expect(html.headers.get('cache-control')).toBe('no-cache');
    expect(html.headers.get('content-security-policy')).toContain("script-src 'self';");
    const text = await html.text();
    const script = /src="\.\/(assets\/[^"]+\.js)"/.exec(text)?.[1] ?? '';
    const file = await fetch(`${server.url}/${script}`, { headers: { 'accept-encoding': 'br' } });
    expect([file.status, file.headers.get('cache-control'), file.headers.get('content-encoding')]).toEqual([
      200,
      'public, max-age=31536000, immutable',
      'br',
    ]);
    const again = await fetch(server.url, {
      headers: { accept: 'text/html', 'if-none-match': html.headers.get('etag') ?? '' },
    });
    expect(again.status).toBe(304);
  });

  it('answer for every page of it, and never in the place of the API', async () => {
    const navigate = { accept: 'text/html,application/xhtml+xml' };
    const deep = await server.api.get('/organizations/1/users', navigate).expect<string>(200);
    expect(deep).toContain('<base href="../../"');
    for (const path of ['/api/v1/nowhere', '/oauth/nowhere', '/assets/nowhere.js', '/health/nowhere']) {
      expect([path, await server.api.get(path, navigate).refused(404)]).toEqual([path, expect.any(String)]);
    }
    const json = { accept: 'application/json' };
    expect(await server.api.get('/organizations/1/users', json).refused(404)).toBeTruthy();
    expect(await server.api.get('/assets/../../package.json').status()).toBe(404);
    expect(await server.api.get('/assets/..%2f..%2fpackage.json').status()).toBe(404);
  });
});
