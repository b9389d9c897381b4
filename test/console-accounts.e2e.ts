import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Browser } from 'playwright-core';
import { startChromium } from '../scripts/chromium.js';
import { barriersOf, Visit } from './support/browser.js';
import { Mailbox } from './support/smtp-server.js';
import { member, readyServer, type ReadyServer, rootAccount, userId } from './support/test-server.js';

let server: ReadyServer;
let browser: Browser;
let mailbox: Mailbox;
beforeAll(async () => {
  server = await readyServer();
  mailbox = await Mailbox.open();
  const settings = { host: '127.0.0.1', port: mailbox.port, protocol: 'SMTP', sender: 'licenses@example.com' };
  await server.root.put('/api/v1/mail-server', settings).expect(200);
  browser = await startChromium();
});
afterAll(async () => {
  await browser.close();
  await server.close();
  await mailbox.close();
});

describe('A server administrator', () => {
  it('has a link mailed to the new address of an account, or vouches for it', async () => {
    await member(server, 'carol@example.com', 'USER');
    const id = await userId(server, 'carol@example.com');
    const visit = await Visit.begin(browser, server, rootAccount);
    const { page } = visit;
    await visit.goTo('/server/users');
    const dialog = page.getByRole('dialog');
    const open = async (): Promise<void> => {
      await page.getByRole('button', { name: 'Actions for carol@example.com' }).click();
      await page.getByRole('menuitem', { name: 'Change the address' }).click();
    };
    const submit = () => dialog.getByRole('button', { name: 'Change the address' }).click();

    await open();
    await dialog.getByRole('textbox', { name: 'New address' }).fill(rootAccount.email);
    await submit();
    await dialog.getByRole('alert').getByText('root@example.com').waitFor();
    await dialog.getByRole('textbox', { name: 'New address' }).fill('carol@intranet');
    expect(await barriersOf(page)).toEqual([]);
    await submit();
    await page.getByText('Waiting for the link to carol@intranet').waitFor();
    await mailbox.to('carol@intranet');
    expect(await server.root.get(`/api/v1/users/${id}`).expect(200)).toMatchObject({ email: 'carol@example.com' });

    await open();
    await dialog.getByRole('textbox', { name: 'New address' }).fill('caroline@example.com');
    await dialog.getByRole('radio', { name: 'At once' }).check();
    await submit();
    await page.getByRole('cell').getByText('caroline@example.com').waitFor();
    await server.api.signedIn('caroline@example.com', 'carol@example.com password');
    expect(await visit.end()).toEqual([]);
  });

  it('erases a person for good, after a question that says what goes and what stays', async () => {
    await member(server, 'erin@example.com', 'USER');
    const visit = await Visit.begin(browser, server, rootAccount);
    const { page } = visit;
    await visit.goTo('/server/users');
    await page.getByRole('button', { name: 'Actions for erin@example.com' }).click();
    await page.getByRole('menuitem', { name: 'Erase this person' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('This cannot be undone.').waitFor();
    expect(await barriersOf(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Erase this person' }).click();
    await page.getByText('The person is erased.').waitFor();
    expect(await server.sql(`SELECT FROM user_account WHERE email = 'erin@example.com'`)).toEqual([]);
    expect(await visit.end()).toEqual([]);
  });

  it('is asked for the password first, when it is long since it was given', async () => {
    await member(server, 'dave@example.com', 'USER');
    const visit = await Visit.begin(browser, server, rootAccount);
    const { page } = visit;
    await visit.goTo('/server/users');
    await server.later({ minutes: 6 });
    await page.getByRole('button', { name: 'Actions for dave@example.com' }).click();
    await page.getByRole('menuitem', { name: 'Change the address' }).click();
    const form = page.getByRole('dialog', { name: 'New address of dave@example.com' });
    await form.getByRole('textbox', { name: 'New address' }).fill('david@example.com');
    await form.getByRole('radio', { name: 'At once' }).check();
    await form.getByRole('button', { name: 'Change the address' }).click();
    const prompt = page.getByRole('dialog', { name: 'Confirm your identity' });
    await prompt.getByRole('textbox', { name: 'Password' }).fill(rootAccount.password);
    await prompt.getByRole('button', { name: 'Confirm' }).click();
    await page.getByRole('cell').getByText('david@example.com').waitFor();
    expect(await visit.end()).toEqual([]);
  });
});

describe('A reader', () => {
  it('chooses the language of mails in the profile, and gets them in it', async () => {
    const reader = { email: 'lea@example.com', password: 'lea@example.com password' };
    const lea = await member(server, reader.email, 'USER');
    const visit = await Visit.begin(browser, server, reader);
    const { page } = visit;
    await visit.goTo('/profile');
    const choice = page.getByRole('combobox', { name: 'Language of your mails' });
    const choose = async (name: string): Promise<void> => {
      const saved = page.waitForResponse((answer) => answer.request().method() === 'PUT');
      await choice.click();
      await page.getByRole('option', { name }).click();
      expect((await saved).status()).toBe(200);
    };
    expect(await choice.inputValue()).toBe('Default of this server');
    await choose('Deutsch');
    // The other choices stay as they are.
    expect(await lea.get('/api/v1/users/me/mail-preferences').expect(200)).toEqual({ muted: [], language: 'de' });
    await server.api.post('/api/v1/auth/forgot-password', { email: reader.email }).expect(202);
    expect((await mailbox.to(reader.email)).at(-1)?.subject).toBe('Neues Passwort setzen');
    await choose('Default of this server');
    expect(await lea.get('/api/v1/users/me/mail-preferences').expect(200)).toEqual({ muted: [], language: null });
    expect(await barriersOf(page)).toEqual([]);
    expect(await visit.end()).toEqual([]);
  });
});
