import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { type Browser } from 'playwright-core';
import { startChromium } from '../scripts/chromium.js';
import { barriersOf, Visit } from './support/browser.js';
import { Mailbox } from './support/network/smtp-server.js';
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

describe('Selected rows', () => {
  const people = ['kim@example.com', 'kurt@example.com', 'kyra@example.com'];
  let visit: Visit;
  let users: string;
  let ids: number[];

  beforeAll(async () => {
    users = `/organizations/${server.organizationId}/users`;
    for (const email of people) await member(server, email, 'USER');
    ids = await Promise.all(people.map((email) => userId(server, email)));
    visit = await Visit.begin(browser, server, rootAccount);
  });
  afterAll(async () => {
    expect(await visit.end()).toEqual([]);
  });

  const bar = () => visit.page.getByRole('region', { name: 'Selection' });
  const dialog = (name: string) => visit.page.getByRole('dialog', { name });
  const select = async (names: string[]) => {
    for (const name of names) await visit.page.getByRole('checkbox', { name: `Select ${name}` }).click();
  };
  const rolesOf = async (): Promise<string[]> =>
    Promise.all(
      ids.map(async (id) => {
        const path = `/api/v1/organizations/${server.organizationId}/members/${id}`;
        return (await server.root.get(path).expect<{ role: string }>(200)).role;
      }),
    );

  it('get another role together, with shift and the keyboard; the owner keeps theirs, and all of it is undone', async () => {
    const { page } = visit;
    await visit.goTo(`${users}?search=example.com`);
    await page.getByRole('checkbox', { name: 'Select kim@example.com' }).click();
    await page.getByRole('checkbox', { name: 'Select kyra@example.com' }).focus();
    await page.keyboard.press('Shift+Space');
    await bar().getByText('3 selected').waitFor();
    await select(['Ada L.']);
    expect(await barriersOf(page)).toEqual([]);
    await bar().getByRole('button', { name: 'Change role' }).click();
    await dialog('New role of 4 members').getByRole('radio', { name: 'Admin' }).check();
    await dialog('New role of 4 members').getByRole('button', { name: 'Change role' }).click();
    await dialog('1 entry was not changed').getByText('Ada L.').waitFor();
    expect(await rolesOf()).toEqual(['ADMIN', 'ADMIN', 'ADMIN']);
    await dialog('1 entry was not changed').getByRole('button', { name: 'Close' }).last().click();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('The change was undone.').waitFor();
    expect(await rolesOf()).toEqual(['USER', 'USER', 'USER']);
  });

  it('are all there in a CSV file, as the list is filtered', async () => {
    const { page } = visit;
    await visit.goTo(`${users}?search=k&sort=name,desc`);
    await page.getByText('kyra@example.com').waitFor();
    const button = page.getByRole('button', { name: 'Save the list as CSV' });
    const [download] = await Promise.all([page.waitForEvent('download'), button.click()]);
    expect(download.suggestedFilename()).toBe(`members_${server.organizationId}.csv`);
    const text = readFileSync(await download.path(), 'utf8');
    expect([...text.matchAll(/k\w+@example\.com/g)].map(([email]) => email)).toEqual(people.toReversed());
    expect(text).not.toContain(rootAccount.email);
  });

  it('of accounts are disabled, and enabled again', async () => {
    const { page } = visit;
    await visit.goTo('/server/users');
    await select(people.slice(0, 2));
    await bar().getByRole('button', { name: 'Disable' }).click();
    await dialog('Disable 2 accounts?').getByRole('button', { name: 'Disable' }).click();
    await page.getByText('Done for 2 entries.').waitFor();
    await server.api.post('/api/v1/auth/sign-in', { email: people[0], password: `${people[0]} password` }).refused(401);
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('The change was undone.').waitFor();
    await server.api.signedIn(people[0] ?? '', `${people[0]} password`);
  });

  it('of invitations are sent again and revoked, and those of machines are denied', async () => {
    const { page } = visit;
    const emails = ['new1@example.com', 'new2@example.com'];
    const path = `/api/v1/organizations/${server.organizationId}`;
    await server.root.post(`${path}/invitations`, { emails, role: 'USER' }).expect(201);
    await visit.goTo(`${users}?tab=invitations`);
    await select(emails);
    await bar().getByRole('button', { name: 'Revoke' }).click();
    await dialog('Revoke 2 invitations?').getByRole('button', { name: 'Revoke' }).click();
    await page.getByText('Done for 2 entries.').waitFor();
    expect(await page.getByRole('cell', { name: 'Revoked' }).count()).toBe(2);

    await server.sql(
      `INSERT INTO machine (pool_id, machine_id, registered_at)
         SELECT id, 'rack-' || n, now() FROM seat_pool, generate_series(1, 2) AS n WHERE product = 'KRE' AND model = 'floating'`,
    );
    await visit.goTo(`/organizations/${server.organizationId}/licenses?tab=machines`);
    await select(['rack-1', 'rack-2']);
    await bar().getByRole('button', { name: 'Deny' }).click();
    await dialog('Deny 2 machines their seats?').getByRole('button', { name: 'Deny' }).click();
    await page.getByRole('cell', { name: 'Denied' }).first().waitFor();
    const policy = await server.root.get(`${path}/license-policy`).expect<{ deniedMachines: string[] }>(200);
    expect(policy.deniedMachines.toSorted()).toEqual(['rack-1', 'rack-2']);
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
