import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { type Browser } from 'playwright-core';
import { startChromium } from '../scripts/chromium.js';
import { barriersOf, Visit } from './support/browser.js';
import { form, keywordsJar, studioJar } from './support/packages.js';
import { gui, type ReadyServer, readyServer, rootAccount } from './support/test-server.js';

const privatePlugins = { key: 'private_plugin', name: 'Private plugins' };

let server: ReadyServer;
let browser: Browser;
let visit: Visit;

beforeAll(async () => {
  server = await readyServer([{ product: 'KSE', model: 'floating', quantity: 1, features: [gui, privatePlugins] }]);
  browser = await startChromium();
  visit = await Visit.begin(browser, server, rootAccount);
});
afterAll(async () => {
  expect(await visit.end()).toEqual([]);
  await browser.close();
  await server.close();
});

const listed = async (address: string): Promise<string[]> => {
  const { content } = await server.root.get(address).expect<{ content: { name: string; version: string }[] }>(200);
  return content.map(({ name, version }) => `${name} ${version}`);
};

/** Opens the form, chooses a package, and sends it. */
async function upload(name: string, buffer: Buffer): Promise<void> {
  const { page } = visit;
  await page.getByRole('button', { name: 'Upload a plugin' }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.locator('input[type=file]').setInputFiles({ name, mimeType: 'application/java-archive', buffer });
  await dialog.getByText(name).waitFor();
  await dialog.getByRole('button', { name: 'Upload', exact: true }).click();
}

/** The page follows the public library by itself. */
async function showsWhatOthersPublish(): Promise<void> {
  const entry = visit.page.getByRole('table').getByText('com.example.teams');
  const jar = form(await studioJar('com.example.teams', '2.0'), 'teams.jar');
  const { id } = await server.root.post('/api/v1/plugins', jar).expect<{ id: number }>(201);
  await entry.waitFor();
  await server.root.delete(`/api/v1/plugins/${id}`).expect(204);
  await entry.waitFor({ state: 'detached' });
}

describe('Plugins in the console', () => {
  it('are uploaded for everybody, as their manifest says, and downloaded', async () => {
    const { page } = visit;
    await visit.goTo('/server/plugins');
    await page.getByText('The library is empty').waitFor();
    const jar = await studioJar('com.example.slack', '1.0.3');
    await upload('slack.jar', jar);
    await page.getByRole('table').getByText('com.example.slack').waitFor();
    expect(await listed('/api/v1/plugins')).toEqual(['com.example.slack 1.0.3']);
    await showsWhatOthersPublish();
    expect(await barriersOf(visit.page)).toEqual([]);

    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page
        .getByRole('button', { name: /Download all/ })
        .or(page.getByRole('link', { name: /Download all/ }))
        .click(),
    ]);
    expect(readFileSync(await download.path()).includes(jar.subarray(0, 30))).toBe(true);
  });

  it('of an organization ask for what their package does not say, and keep what was typed', async () => {
    const { page } = visit;
    await visit.goTo(`/organizations/${server.organizationId}/plugins`);
    await page.getByRole('table').getByText('com.example.slack').waitFor();
    await showsWhatOthersPublish();
    await upload('keywords.jar', await keywordsJar());
    const dialog = page.getByRole('dialog');
    await dialog.getByText('The package does not say everything').waitFor();
    await dialog.getByLabel('Name').fill('Our Keywords');
    await dialog.getByLabel('Version').fill('1.0');
    await dialog.getByRole('button', { name: 'Upload', exact: true }).click();
    await page.getByRole('table').getByText('Our Keywords').waitFor();
    expect((await listed(`/api/v1/organizations/${server.organizationId}/plugins`)).sort()).toEqual([
      'Our Keywords 1.0',
      'com.example.slack 1.0.3',
    ]);
    expect(await listed('/api/v1/plugins')).toEqual(['com.example.slack 1.0.3']);
    expect(await barriersOf(visit.page)).toEqual([]);
    expect(await visit.isTooWide()).toBe(false);
  });

  it('that are none are refused in the form, with the reason', async () => {
    const { page } = visit;
    await upload('notes.jar', Buffer.from('no zip at all'));
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('alert').first().waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'hidden' });
    expect(await listed('/api/v1/plugins')).toEqual(['com.example.slack 1.0.3']);
  });
});
