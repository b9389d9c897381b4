import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Browser } from 'playwright-core';
import { startChromium } from '../scripts/chromium.js';
import { barriersOf, Visit } from './support/browser.js';
import { member, readyServer, type ReadyServer, rootAccount } from './support/test-server.js';

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

const ada = { email: 'ada@example.com', password: 'ada@example.com password' };

describe('The profile', () => {
  it('makes a client password, shows it once, and revokes it', async () => {
    await member(server, ada.email, 'USER');
    const visit = await Visit.begin(browser, server, ada);
    const { page } = visit;
    await visit.goTo('/profile');
    await page.getByRole('button', { name: 'Create client password' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'Name' }).fill('Laptop');
    await dialog.getByRole('button', { name: 'Create client password' }).click();
    const password = await page.getByTestId('client-password').innerText();
    const signIn = () => server.api.token({ grant_type: 'password', username: ada.email, password }).status();
    expect(await signIn()).toBe(200);
    expect(await barriersOf(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Close' }).last().click();
    await page.getByRole('button', { name: 'Revoke the client password Laptop' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await page.getByText('You have no client passwords.').waitFor();
    expect(await signIn()).toBe(401);
    expect(await visit.end()).toEqual([]);
  });
});

describe('The users of an organization', () => {
  it('have a tab for service accounts: created with a key, renamed, deleted', async () => {
    const visit = await Visit.begin(browser, server, rootAccount);
    const { page } = visit;
    await visit.goTo(`/organizations/${server.organizationId}/users?tab=service-accounts`);
    const dialog = page.getByRole('dialog');
    await page.getByRole('button', { name: 'Create service account' }).first().click();
    await dialog.getByRole('textbox', { name: 'Name' }).fill('jenkins@example.com');
    const create = dialog.getByRole('button', { name: 'Create service account' });
    await create.click();
    await dialog.getByText('The name must not contain @').waitFor();
    await dialog.getByRole('textbox', { name: 'Name' }).fill('Nightly tests');
    await create.click();
    await dialog.getByText('There are no keys yet.').waitFor();
    await dialog.getByRole('button', { name: 'Create API key' }).click();
    const form = page.getByRole('dialog', { name: 'Create API key' });
    await form.getByRole('textbox', { name: 'Name' }).fill('Jenkins');
    expect(await form.getByRole('checkbox').count()).toBe(3);
    await form.getByRole('button', { name: 'Create API key' }).click();
    const key = await page.getByTestId('api-key').innerText();
    const me = () => server.api.withBearer(key).get('/api/v1/users/me');
    expect(await me().expect(200)).toMatchObject({ email: 'Nightly tests' });
    expect(await barriersOf(page)).toEqual([]);
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();
    await page
      .getByRole('dialog', { name: 'Keys of Nightly tests' })
      .getByRole('cell', { name: /Jenkins lsk/ })
      .waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();

    await page.getByRole('button', { name: 'Actions for Nightly tests' }).click();
    await page.getByRole('menuitem', { name: 'Name and role' }).click();
    await dialog.getByRole('textbox', { name: 'Name' }).fill('Every night');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('cell', { name: 'Every night', exact: true }).waitFor();
    expect(await barriersOf(page)).toEqual([]);
    await page.getByRole('button', { name: 'Actions for Every night' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await page.getByText('No service accounts').waitFor();
    expect(await me().status()).toBe(401);
    expect(await visit.end()).toEqual([]);
  });
});
