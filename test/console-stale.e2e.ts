import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Browser, type Page } from 'playwright-core';
import { startChromium } from '../scripts/chromium.js';
import { barriersOf, Visit } from './support/browser.js';
import { type Api } from './support/api.js';
import { freePort } from './support/network/free-port.js';
import { member, readyServer, type ReadyServer, rootAccount, userId, usualSeats } from './support/test-server.js';
import { until } from './support/until.js';

let server: ReadyServer;
let browser: Browser;
let organization: string;
let api: string;
beforeAll(async () => {
  server = await readyServer(usualSeats, {}, { PORT: String(await freePort()) });
  organization = `/api/v1/organizations/${server.organizationId}`;
  api = `${organization}/license-policy`;
  browser = await startChromium();
});
afterAll(async () => {
  await browser.close();
  await server.close();
});

describe('Two people who edit the policies at once', () => {
  it('overwrite nothing: the second one sees who changed what, and keeps or discards their own changes', async () => {
    const ann = await member(server, 'ann@example.com', 'ADMIN');
    const visit = await Visit.begin(browser, server, rootAccount);
    const { page } = visit;
    await visit.goTo(`/organizations/${server.organizationId}/policies`);
    const save = page.getByRole('button', { name: 'Save', exact: true });
    const denied = page.getByRole('textbox', { name: 'Denied machines' });

    await denied.fill('lab-*');
    await ann.patch(api, { leaseMinutes: 30, deniedMachines: ['build-*'] }).expect(200);
    await save.click();
    const alert = page.getByRole('alert').filter({ hasText: 'Someone else has changed this' });
    await alert.getByText('ann@example.com changed Lease time, Denied machines').waitFor();
    expect(await barriersOf(page)).toEqual([]);
    expect(await server.root.get(api).expect(200)).toMatchObject({ leaseMinutes: 30, deniedMachines: ['build-*'] });

    // What only the other one has changed is there, what both have changed is as it was typed here.
    await alert.getByRole('button', { name: 'Keep my changes' }).click();
    await alert.waitFor({ state: 'detached' });
    expect(await page.getByRole('textbox', { name: 'Lease time' }).inputValue()).toBe('30 min');
    expect(await denied.inputValue()).toBe('lab-*');
    await save.click();
    await page.getByText('Saved', { exact: true }).waitFor();
    expect(await server.root.get(api).expect(200)).toMatchObject({ leaseMinutes: 30, deniedMachines: ['lab-*'] });

    await denied.fill('mine-*');
    await ann.patch(api, { deniedMachines: ['hers-*'] }).expect(200);
    await save.click();
    await alert.getByRole('button', { name: 'Discard mine' }).click();
    await alert.waitFor({ state: 'detached' });
    expect(await denied.inputValue()).toBe('hers-*');
    expect(await save.isDisabled()).toBe(true);
    expect(await visit.end()).toEqual([]);
  });
});

/** Something that two people change at once: where it stands in the console, and how the other one is first. */
interface Case {
  address: () => string;
  /** Opens the form and fills in what is to be saved. */
  fill: (page: Page) => Promise<void>;
  save: string;
  theirs: () => Promise<unknown>;
  /** What is stored. */
  stored: () => Promise<unknown>;
  before: unknown;
  after: unknown;
}

const inDialog = (page: Page) => page.getByRole('dialog');
/** One of a list. */
async function rowOf<T>(address: string, isMeant: (row: T) => boolean): Promise<T | undefined> {
  const answer = await server.root.get(address).expect<T[] | { content: T[] }>(200);
  return (Array.isArray(answer) ? answer : answer.content).find(isMeant);
}

const cases: Record<string, Case> = {
  'the name of an organization': {
    address: () => `/organizations/${server.organizationId}/settings`,
    fill: (page) => page.getByRole('textbox', { name: 'Name', exact: true }).fill('Mine'),
    save: 'Rename',
    theirs: () => other().patch(organization, { name: 'Hers' }).expect(200),
    stored: async () => (await server.root.get(organization).expect<{ name: string }>(200)).name,
    before: 'Hers',
    after: 'Mine',
  },
  'the name of a team': {
    address: () => `/organizations/${server.organizationId}/teams/${teamId}`,
    fill: async (page) => {
      await page.getByRole('button', { name: 'Rename', exact: true }).click();
      await inDialog(page).getByRole('textbox').fill('Mine');
    },
    save: 'Rename',
    theirs: () => other().patch(`${organization}/teams/${teamId}`, { name: 'Hers' }).expect(200),
    stored: async () =>
      (await rowOf<{ id: number; name: string }>(`${organization}/teams`, ({ id }) => id === teamId))?.name,
    before: 'Hers',
    after: 'Mine',
  },
  'the role of a member': {
    address: () => `/organizations/${server.organizationId}/users`,
    fill: async (page) => {
      await page.getByRole('button', { name: 'Actions for ben@example.com' }).click();
      await page.getByRole('menuitem', { name: 'Change role' }).click();
      await inDialog(page).getByRole('radio', { name: 'Billing manager' }).check();
    },
    save: 'Save',
    theirs: () => other().patch(`${organization}/members/${benId}`, { role: 'ADMIN' }).expect(200),
    stored: async () =>
      (await rowOf<{ userId: number; role: string }>(`${organization}/members`, (each) => each.userId === benId))?.role,
    before: 'ADMIN',
    after: 'BILLING_MANAGER',
  },
  'the seats of an organization': {
    address: () => '/server/licenses',
    fill: async (page) => {
      await page
        .getByRole('button', { name: /^Allocate/ })
        .first()
        .click();
      await inDialog(page).getByRole('textbox', { name: 'Studio Enterprise, Floating' }).fill('2');
    },
    save: 'Allocate',
    theirs: () =>
      server.root.put(`${organization}/allocations`, [{ product: 'KSE', model: 'floating', quantity: 1 }]).expect(200),
    stored: async () =>
      (
        await rowOf<{ product: string; model: string; quantity: number }>(
          `${organization}/allocations`,
          ({ product, model }) => product === 'KSE' && model === 'floating',
        )
      )?.quantity,
    before: 1,
    after: 2,
  },
  'the mail server of an organization': {
    address: () => `/organizations/${server.organizationId}/mail-server`,
    fill: (page) => page.getByRole('textbox', { name: 'Host' }).fill('mine.example.com'),
    save: 'Update',
    theirs: () => other().put(`${organization}/mail-server`, mailServerAt('hers.example.com')).expect(200),
    stored: async () => (await server.root.get(`${organization}/mail-server`).expect<{ host: string }>(200)).host,
    before: 'hers.example.com',
    after: 'mine.example.com',
  },
};

const mailServerAt = (host: string) => ({ host, port: 25, protocol: 'SMTP', sender: 'licenses@example.com' });

let teamId: number;
let benId: number;
let grace: Api;
const other = (): Api => grace;

describe('What two people change at once in the console', () => {
  beforeAll(async () => {
    grace = await member(server, 'grace@example.com', 'ADMIN');
    await member(server, 'ben@example.com', 'USER');
    benId = await userId(server, 'ben@example.com');
    teamId = (await server.root.post(`${organization}/teams`, { name: 'Ours' }).expect<{ id: number }>(201)).id;
    await server.root.put(`${organization}/mail-server`, mailServerAt('ours.example.com')).expect(200);
  });

  it.each(Object.keys(cases))('%s: what was typed stays, and nothing is overwritten unseen', async (name) => {
    const { address, fill, save, theirs, stored, before, after } = cases[name]!;
    const visit = await Visit.begin(browser, server, rootAccount);
    const { page } = visit;
    await visit.goTo(address());
    await fill(page);
    await theirs();
    const button = page
      .getByRole('dialog')
      .or(page.locator('main'))
      .last()
      .getByRole('button', { name: save, exact: true });
    await button.click();
    const alert = page.getByRole('alert').filter({ hasText: 'Someone else has changed this' });
    await alert.getByText(/^(grace|root)@example\.com changed /).waitFor();
    expect(await barriersOf(page)).toEqual([]);
    expect(await stored()).toBe(before);
    await alert.getByRole('button', { name: 'Keep my changes' }).click();
    await alert.waitFor({ state: 'detached' });
    await button.click();
    await until(async () => (await stored()) === after, 30, 'the change');
    expect(await visit.end()).toEqual([]);
  });

  it('a question about an account says so, and is answered once more', async () => {
    const visit = await Visit.begin(browser, server, rootAccount);
    const { page } = visit;
    await visit.goTo('/server/users');
    await page.getByRole('button', { name: 'Actions for ben@example.com' }).click();
    await page.getByRole('menuitem', { name: 'Make server administrator' }).click();
    await server.root.patch(`/api/v1/users/${benId}`, { disabled: true }).expect(200);
    await inDialog(page).getByRole('button', { name: 'Make server administrator' }).click();
    const alert = page.getByRole('alert').filter({ hasText: 'Someone else has changed this' });
    await alert.getByText('root@example.com changed whether the account is disabled,').waitFor();
    expect(await server.root.get(`/api/v1/users/${benId}`).expect(200)).toMatchObject({ root: false, disabled: true });
    await alert.getByRole('button', { name: 'Do it anyway' }).click();
    await inDialog(page).waitFor({ state: 'detached' });
    expect(await server.root.get(`/api/v1/users/${benId}`).expect(200)).toMatchObject({ root: true });
    expect(await visit.end()).toEqual([]);
  });

  it('a setting of the server shows what was chosen here until it is clear whose choice stands', async () => {
    const visit = await Visit.begin(browser, server, rootAccount);
    const { page } = visit;
    await visit.goTo('/server/system');
    await server.root.patch('/api/v1/server-settings', { organizationCreation: 'everybody' }).expect(200);
    await server.root.patch('/api/v1/server-settings', { organizationCreation: 'root' }).expect(200);
    const everybody = page.getByRole('radio', { name: 'Everyone with a verified e-mail address' });
    await everybody.click();
    const keep = page.getByRole('alert').getByRole('button', { name: 'Keep my changes' });
    await keep.waitFor();
    expect(await everybody.isChecked()).toBe(true);
    expect(await server.root.get('/api/v1/server-settings').expect(200)).toMatchObject({
      organizationCreation: 'root',
    });
    await keep.click();
    await page.getByText('Saved', { exact: true }).waitFor();
    expect(await server.root.get('/api/v1/server-settings').expect(200)).toMatchObject({
      organizationCreation: 'everybody',
    });
    expect(await visit.end()).toEqual([]);
  });
});
