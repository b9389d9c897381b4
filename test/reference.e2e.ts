import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { startChromium } from '../scripts/chromium.js';
import { readyServer, type ReadyServer } from './support/test-server.js';

let server: ReadyServer;
let browser: Browser;

beforeAll(async () => {
  server = await readyServer();
  browser = await startChromium();
});
afterAll(async () => {
  await browser.close();
  await server.close();
});

interface Reading {
  page: Page;
  /** Addresses outside of the server that the page asked for. */
  outside: string[];
  /** Failures of the page and what its Content-Security-Policy refused. */
  complaints: string[];
}

async function read(address: string, options: BrowserContextOptions = {}): Promise<Reading> {
  const page = await browser.newPage(options);
  const outside: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol !== 'data:' && origin !== new URL(server.url).origin) outside.push(request.url());
  });
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  await page.goto(`${server.url}${address}`);
  await page.getByRole('heading').first().waitFor();
  return { page, outside, complaints };
}

describe('The API reference', () => {
  it.each<[string, BrowserContextOptions]>([
    ['on a screen, in light', { viewport: { width: 1280, height: 900 }, colorScheme: 'light' }],
    ['on a phone, in dark', { viewport: { width: 390, height: 844 }, colorScheme: 'dark' }],
  ])('shows every route to strangers %s, and loads nothing from elsewhere', async (_, options) => {
    const { page, outside, complaints } = await read('/reference', options);
    await page.goto(`${server.url}/reference#/leases/leasecontroller_checkout`);
    await page.getByRole('heading', { name: 'Check out a seat' }).first().waitFor();
    await page.waitForLoadState('networkidle');
    expect({ outside, complaints }).toEqual({ outside: [], complaints: [] });
    const width = await page.evaluate<number>('document.documentElement.scrollWidth');
    expect(width).toBeLessThanOrEqual(options.viewport!.width);
    expect(await page.evaluate(`document.documentElement.classList.contains('${options.colorScheme}')`)).toBe(true);
    await page.context().close();
  });

  it('has examples in every language', async () => {
    const { page } = await read('/reference#/leases/leasecontroller_checkout');
    const signs = { TypeScript: 'new LicenseServer(', Python: 'import requests', Java: 'HttpRequest.newBuilder()' };
    await page.getByText('--json').first().waitFor();
    let shown = 'curl';
    for (const [language, sign] of Object.entries(signs)) {
      await page.getByRole('button', { name: shown, exact: true }).click();
      await page.getByRole('menuitem', { name: language, exact: true }).click();
      await page.getByText(sign).first().waitFor();
      shown = language;
    }
    await page.context().close();
  });

  it('says what the server says of itself at /api-json', async () => {
    const html = await server.api.get('/reference').expect<string>(200);
    const [, folder] = /"(reference\/files\/[^/]+)\/reference\.js"/.exec(html)!;
    const shown = await server.api.get(`/${folder}/openapi.json`).expect<{ paths: object }>(200);
    const { paths } = await server.api.get('/api-json').expect<{ paths: object }>(200);
    expect(Object.keys(shown.paths)).toEqual(Object.keys(paths));
  });

  it('offers no way out of the network: no assistants, no links to the maker of the viewer', async () => {
    const { page } = await read('/reference');
    expect(
      await page
        .getByText(/ChatGPT|Claude|API docs by/)
        .filter({ visible: true })
        .count(),
    ).toBe(0);
    await page.context().close();
  });

  it('is found with a slash at its end, and has nothing but its files below it', async () => {
    const { page } = await read('/reference/');
    expect(new URL(page.url()).pathname).toBe('/reference');
    await page.context().close();
    await server.api.get('/reference/files/nothing.js').refused(404);
    await server.api.get('/reference/index.html').refused(404);
  });
});
