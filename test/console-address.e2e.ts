import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isDeepStrictEqual } from 'node:util';
import { type Browser, type Page } from 'playwright-core';
import { startChromium } from '../scripts/chromium.js';
import { Visit } from './support/browser.js';
import { readyServer, type ReadyServer, rootAccount } from './support/test-server.js';

let server: ReadyServer;
let browser: Browser;
let console: string;
beforeAll(async () => {
  server = await readyServer();
  console = `/organizations/${server.organizationId}`;
  const names = Array.from({ length: 60 }, (_, index) => `Team ${String(index + 1).padStart(2, '0')}`);
  for (const name of names) await server.root.post(`/api/v1${console}/teams`, { name }).expect(201);
  browser = await startChromium();
});
afterAll(async () => {
  await browser.close();
  await server.close();
});

const searchOf = (page: Page): Record<string, string> => Object.fromEntries(new URL(page.url()).searchParams);
const until = (page: Page, search: Record<string, string>) =>
  page.waitForURL((url) => isDeepStrictEqual(Object.fromEntries(url.searchParams), search));
const rows = (page: Page) => page.getByRole('table').getByRole('link', { name: /^Team/ });

describe('A list in the console', () => {
  it('stands in the address: its page, its order and its search are there after a reload, after Back and in a link', async () => {
    const visit = await Visit.begin(browser, server, rootAccount);
    const { page } = visit;
    await visit.goTo(`${console}/teams`);
    await page.getByRole('button', { name: 'Name' }).click();
    await until(page, { sort: 'name,desc' });
    await page.getByRole('button', { name: '2', exact: true }).click();
    await until(page, { sort: 'name,desc', page: '2' });
    await rows(page).filter({ hasText: 'Team 35' }).waitFor();

    await page.reload();
    await visit.settled();
    expect(await rows(page).first().textContent()).toBe('Team 35');

    await rows(page).first().click();
    await page.getByRole('heading', { level: 1, name: 'Team 35' }).waitFor();
    await page.goBack();
    await rows(page).filter({ hasText: 'Team 35' }).waitFor();
    expect(searchOf(page)).toEqual({ sort: 'name,desc', page: '2' });

    // A search begins at the first page.
    await page.getByRole('textbox', { name: /^Search/ }).fill('team 4');
    await until(page, { sort: 'name,desc', search: 'team 4' });
    await page.getByText('10 entries', { exact: true }).waitFor();
    expect(await rows(page).count()).toBe(10);

    const other = await Visit.begin(browser, server, rootAccount);
    await other.goTo(new URL(page.url()).pathname + new URL(page.url()).search);
    expect(await rows(other.page).first().textContent()).toBe('Team 49');
    expect(await other.page.getByRole('textbox', { name: /^Search/ }).inputValue()).toBe('team 4');
    expect([await visit.end(), await other.end()]).toEqual([[], []]);
  });

  it('takes no harm from an address that somebody has made up', async () => {
    const visit = await Visit.begin(browser, server, rootAccount);
    for (const address of ['page=99', 'page=-1', 'page=x&size=7', 'sort=password', 'sort=name,sideways', 'size=[]']) {
      await visit.goTo(`${console}/teams?${address}`);
      await rows(visit.page).first().waitFor();
    }
    for (const address of ['product=X&userId=abc&from=yesterday', 'interval=second', 'from=2026-13-45&to=2026-01-01']) {
      await visit.goTo(`${console}/utilization?${address}`);
      await visit.page.getByRole('heading', { level: 1, name: 'Utilization' }).waitFor();
    }
    expect(await visit.end()).toEqual([]);
  });

  it('keeps its filters in the address', async () => {
    const visit = await Visit.begin(browser, server, rootAccount);
    const { page } = visit;
    await visit.goTo('/server/audit-log');
    await page
      .getByRole('textbox', { name: 'Action' })
      .or(page.getByRole('combobox', { name: 'Action' }))
      .fill('team.');
    await until(page, { action: 'team.' });
    await page.reload();
    await visit.settled();
    const actions = page.getByRole('table').locator('code');
    expect(new Set(await actions.allTextContents())).toEqual(new Set(['team.created']));
    await page.getByRole('button', { name: '2', exact: true }).click();
    await until(page, { action: 'team.', page: '2' });
    // Another filter begins at the first page.
    await page
      .getByRole('textbox', { name: 'Who' })
      .or(page.getByRole('combobox', { name: 'Who' }))
      .fill('root');
    await until(page, { action: 'team.', actor: 'root' });

    // However many members there are: the server is asked for this one.
    const asked = page.waitForResponse((answer) => answer.url().endsWith('/members/1'));
    await visit.goTo(`${console}/utilization?product=KRE&userId=1&chart=model`);
    expect((await asked).status()).toBe(200);
    expect(
      await page
        .getByRole('combobox', { name: 'User' })
        .or(page.getByRole('textbox', { name: 'User' }))
        .first()
        .inputValue(),
    ).toContain('root@example.com');
    expect(
      await page
        .getByRole('radio', { name: 'By model' })
        .or(page.getByRole('radio', { checked: true }))
        .last()
        .isChecked(),
    ).toBe(true);
    expect(await visit.end()).toEqual([]);
  });
});

describe('Something that was typed and is not saved', () => {
  it('is not lost by Escape or a click beside the dialog, unless the person says so', async () => {
    const visit = await Visit.begin(browser, server, rootAccount);
    const { page } = visit;
    await visit.goTo(`${console}/teams`);
    const name = page.getByRole('textbox', { name: 'Name' });
    const open = () => page.getByRole('button', { name: 'Create team' }).first().click();
    const question = page.getByRole('dialog', { name: 'Leave without saving?' });
    await open();
    await page.keyboard.press('Escape');
    await name.waitFor({ state: 'detached' });

    await open();
    await name.fill('Nearly');
    await page.keyboard.press('Escape');
    await question.getByRole('button', { name: 'Cancel' }).click();
    await question.waitFor({ state: 'detached' });
    expect(await name.inputValue()).toBe('Nearly');
    await page.mouse.click(5, 500);
    await question.getByRole('button', { name: 'Leave' }).click();
    await name.waitFor({ state: 'detached' });

    // To cancel is to say so.
    await open();
    await name.fill('Nearly');
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    await name.waitFor({ state: 'detached' });
    expect(await visit.end()).toEqual([]);
  });

  it('is not lost by going to another page, while what follows the question mark may change', async () => {
    const visit = await Visit.begin(browser, server, rootAccount);
    const { page } = visit;
    await visit.goTo('/server/mail-server');
    await page.getByRole('textbox', { name: 'Host' }).fill('smtp.example.com');
    await page.getByText('Failed', { exact: true }).click();
    await until(page, { state: 'failed' });
    await page.getByRole('link', { name: 'System' }).click();
    const question = page.getByRole('dialog', { name: 'Leave without saving?' });
    await question.getByRole('button', { name: 'Cancel' }).click();
    await question.waitFor({ state: 'detached' });
    expect(await page.getByRole('textbox', { name: 'Host' }).inputValue()).toBe('smtp.example.com');
    await page.getByRole('link', { name: 'System' }).click();
    await question.getByRole('button', { name: 'Leave' }).click();
    await page.getByRole('heading', { level: 1, name: 'System' }).waitFor();
    expect(await visit.end()).toEqual([]);
  });

  it('does not concern a key that is shown once: only its button closes it', async () => {
    const visit = await Visit.begin(browser, server, rootAccount);
    const { page } = visit;
    await visit.goTo('/profile');
    await page.getByRole('button', { name: 'Create API key' }).click();
    await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill('Jenkins');
    await page.getByRole('dialog').getByRole('button', { name: 'Create API key' }).click();
    const key = page
      .getByText(/^lsk_[\w-]{20,}/)
      .or(page.locator('input[value^=lsk_]'))
      .first();
    await key.waitFor();
    await page.keyboard.press('Escape');
    await page.mouse.click(5, 500);
    await key.waitFor();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /Close|Done/ })
      .last()
      .click();
    await key.waitFor({ state: 'detached' });
    expect(await visit.end()).toEqual([]);
  });
});
