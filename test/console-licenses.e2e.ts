import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Browser } from 'playwright-core';
import { startChromium } from '../scripts/chromium.js';
import { type Api } from './support/api.js';
import { barriersOf, Visit } from './support/browser.js';
import { Mailbox } from './support/network/smtp-server.js';
import {
  cli,
  gui,
  issue,
  member,
  type ReadyServer,
  readyServer,
  rootAccount,
  specification,
  userId,
} from './support/test-server.js';

let server: ReadyServer;
let browser: Browser;
let visit: Visit;
let console: string;
let api: string;
let unasId: number;
let tess: Api;

const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString();

beforeAll(async () => {
  server = await readyServer([
    { product: 'KSE', model: 'per-user', quantity: 2, features: [gui] },
    {
      product: 'KSE',
      model: 'floating',
      quantity: 3,
      features: [gui],
      offline: true,
      expiresAt: inDays(60),
      maxOveragePercent: 50,
      borrowMaxDays: 10,
    },
    { product: 'KRE', model: 'floating', quantity: 4, features: [cli], maxOveragePercent: 50 },
    { product: 'KRE', model: 'node-locked', quantity: 2, features: [cli] },
  ]);
  console = `/organizations/${server.organizationId}`;
  api = `/api/v1${console}`;
  tess = await member(server, 'tess@example.com', 'USER');
  await member(server, 'una@example.com', 'USER');
  unasId = await userId(server, 'una@example.com');
  browser = await startChromium();
  visit = await Visit.begin(browser, server, rootAccount);
});
afterAll(async () => {
  expect(await visit.end()).toEqual([]);
  await browser.close();
  await server.close();
});

/** The text of a file that the browser saves while something is done. */
async function saved(act: () => Promise<void>, { page } = visit): Promise<{ name: string; text: string }> {
  const [download] = await Promise.all([page.waitForEvent('download'), act()]);
  return { name: download.suggestedFilename(), text: readFileSync(await download.path(), 'utf8') };
}

const checkOut = (product: string, hostname: string, machineId: string = randomUUID()) =>
  server.root
    .post('/api/v1/leases', {
      organizationId: server.organizationId,
      product,
      machineId,
      sessionId: randomUUID(),
      hostname,
    })
    .expect<{ id: string }>(201);

describe('People to invite', () => {
  it('come from a CSV list, which is looked at before anybody is invited', async () => {
    const { page } = visit;
    await visit.goTo(`${console}/users`);
    await page.getByRole('button', { name: 'Invite users' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('CSV list').click();
    const text = 'email,role,assign\njoan@example.com,ADMIN,KSE\nmary@example.com,,\nnobody,,\ntess@example.com,,\n';
    await dialog.getByRole('button', { name: 'CSV file' }).waitFor();
    await page.locator('input[type=file]').setInputFiles({
      name: 'people.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(text),
    });
    await dialog.getByRole('button', { name: 'Check the list' }).click();
    const preview = dialog.getByRole('status');
    await preview.getByText('2 people can be invited.').waitFor();
    await preview.getByText('2 lines cannot be used:').waitFor();
    await preview.getByText('line 4').waitFor();
    expect(await barriersOf(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Invite 2 people' }).click();
    await dialog.getByText('2 invitations are ready').waitFor();
    await dialog.getByRole('button', { name: 'Close' }).last().click();
    const { content } = await server.root
      .get(`${api}/invitations?sort=email,asc`)
      .expect<{ content: { email: string; role: string }[] }>(200);
    expect(content.map(({ email, role }) => [email, role])).toEqual([
      ['joan@example.com', 'ADMIN'],
      ['mary@example.com', 'USER'],
    ]);
  });
});

describe('Licenses in the console', () => {
  it('assign a seat to a member, and take it back', async () => {
    const { page } = visit;
    await visit.goTo(`${console}/licenses`);
    await page.getByRole('button', { name: 'Assign a license' }).first().click();
    await page.getByRole('combobox', { name: 'Member' }).fill('tess');
    await page.getByRole('option', { name: /tess@example\.com/ }).click();
    await page.getByRole('button', { name: 'Assign', exact: true }).click();
    const users = page.getByRole('table', { name: 'Licensed users' });
    await users.getByText('tess@example.com').waitFor();
    const assigned = () => server.root.get(`${api}/licensed-users`).expect<{ content: { email: string }[] }>(200);
    expect((await assigned()).content.map(({ email }) => email)).toEqual(['tess@example.com']);

    await page.getByRole('button', { name: 'Transfer the license of tess@example.com' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('combobox', { name: 'New holder' }).fill('una');
    await page.getByRole('option', { name: /una@example\.com/ }).click();
    // Somebody else is faster.
    const una = { userId: unasId, product: 'KSE', model: 'per-user' };
    await server.root.post(`${api}/licensed-users`, una).expect(204);
    await dialog.getByRole('button', { name: 'Transfer' }).click();
    await dialog
      .getByRole('alert')
      .getByText(/has a per-user seat/)
      .waitFor();
    expect(await dialog.getByRole('combobox', { name: 'New holder' }).inputValue()).toBe('una@example.com');
    await server.root.delete(`${api}/licensed-users/${unasId}?product=KSE&model=per-user`).expect(204);
    await dialog.getByRole('button', { name: 'Transfer' }).click();
    await users.getByText('tess@example.com').waitFor({ state: 'detached' });
    expect((await assigned()).content.map(({ email }) => email)).toEqual(['una@example.com']);

    await page.getByRole('button', { name: 'Unassign the license of una@example.com' }).click();
    await dialog.getByRole('button', { name: 'Unassign' }).click();
    await page.getByText('No user has a seat of their own').waitFor();
    expect((await assigned()).content).toEqual([]);
  });

  it('are taken back from several members at once', async () => {
    const { page } = visit;
    const [tess, una] = [await userId(server, 'tess@example.com'), unasId];
    await server.root
      .post(`${api}/licensed-users/bulk`, { userIds: [tess, una], product: 'KSE', assign: true })
      .expect(200);
    const users = page.getByRole('table', { name: 'Licensed users' });
    await users.getByRole('checkbox', { name: /tess/ }).click();
    await users.getByRole('checkbox', { name: /una/ }).click({ modifiers: ['Shift'] });
    expect(await users.getByRole('checkbox', { name: 'Select all on this page' }).isChecked()).toBe(true);
    const selection = page.getByRole('region', { name: 'Selection' });
    await selection.getByText('2 selected').waitFor();
    expect(await barriersOf(page)).toEqual([]);
    await selection.getByRole('button', { name: 'Unassign' }).click();
    await page.getByRole('dialog', { name: 'Unassign 2 licenses?' }).getByRole('button', { name: 'Unassign' }).click();
    await page.getByText('No user has a seat of their own').waitFor();
    await selection.waitFor({ state: 'hidden' });
  });

  it('create an offline license and hand out its file', async () => {
    const { page } = visit;
    await visit.goTo(`${console}/licenses?tab=offline`);
    await page.getByRole('button', { name: 'Create an offline license' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('cannot be revoked').waitFor();
    // The license ends in sixty days: no more than that is offered.
    await dialog.getByRole('button', { name: 'To the end of the license' }).waitFor();
    expect(await dialog.getByRole('button', { name: /^\d+ days$/ }).allTextContents()).toEqual(['30 days']);
    await dialog.getByRole('textbox', { name: 'Machine ID' }).fill('*');
    await dialog.getByRole('button', { name: 'Create license' }).click();
    // What the server says of a field stands at that field, and what was typed is still there.
    await dialog.locator('[aria-invalid=true], [role=alert]').last().waitFor();
    expect(await dialog.getByRole('textbox', { name: 'Machine ID' }).inputValue()).toBe('*');
    await dialog.getByRole('textbox', { name: 'Machine ID' }).fill('0cc175b9c0f1b6a831c399e269772661');
    await dialog.getByRole('button', { name: 'To the end of the license' }).click();
    await dialog.getByRole('button', { name: 'Create license' }).click();
    const machine = '0cc175b9c0f1b6a831c399e269772661';
    // Studio starts with it by a script, or by the lines that the script writes; its own dialog takes only the vendor's files.
    await dialog.getByText('does not take files from this server').waitFor();
    for (const [name, fileName] of [
      ['Script for Windows', 'activate-studio.ps1'],
      ['Script for macOS and Linux', 'activate-studio.sh'],
      ['The three lines', 'application.properties'],
    ] as const) {
      const file = await saved(() => dialog.getByRole('button', { name, exact: true }).click());
      expect(file.name).toBe(fileName);
      expect(file.text).toMatch(/activationCode=eyJ/);
    }
    await dialog.getByRole('button', { name: 'Close' }).click();
    await page.getByRole('button', { name: `Download the license of ${machine}` }).click();
    await dialog.getByRole('radio', { name: 'Your own program' }).check();
    const lic = await saved(() => dialog.getByRole('button', { name: 'Download .lic' }).click());
    expect(lic.name).toBe('offline.lic');
    expect(decodeJwt(lic.text)).toMatchObject({ machineId: machine });
    const key = await saved(() => dialog.getByRole('button', { name: 'Public key' }).click());
    expect(key.text).toContain('BEGIN PUBLIC KEY');
    await dialog.getByRole('button', { name: 'Close' }).click();
    await page.getByRole('table', { name: 'Offline licenses' }).getByText(machine).waitFor();
  });

  it('say for Runtime Engine that only a file of the vendor will do', async () => {
    const { page } = visit;
    await visit.goTo(`${console}/licenses?tab=offline`);
    await page.getByRole('button', { name: 'Create an offline license' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('radio', { name: 'Runtime Engine 7.8' }).check();
    await dialog.getByText('Ask the vendor for a file for this machine ID').waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
  });

  it('end the sessions on selected machines', async () => {
    const { page } = visit;
    await visit.goTo(`${console}/licenses?tab=machines`);
    await page.getByText('No machine is registered').waitFor();
    const { id } = await checkOut('KRE', 'busy-agent');
    const removal = page.getByRole('button', { name: 'Remove the machine busy-agent' });
    await removal.waitFor();
    await page.getByRole('checkbox', { name: 'Select all on this page' }).click();
    await page.getByRole('region', { name: 'Selection' }).getByRole('button', { name: 'Terminate' }).click();
    const dialog = page.getByRole('dialog', { name: 'Terminate this session?' });
    await dialog.getByText('The seat stays bound to the machine').waitFor();
    await dialog.getByRole('button', { name: 'Terminate' }).click();
    await page.getByText(`The session of ${rootAccount.email} is over.`).waitFor();
    await server.root.post(`/api/v1/leases/${id}/renew`).refused(410);
    await removal.click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await page.getByText('No machine is registered').waitFor();
  });

  it('give the place of a machine to another one', async () => {
    const { page } = visit;
    await visit.goTo(`${console}/licenses?tab=machines`);
    await page.getByText('No machine is registered').waitFor();
    const { id } = await checkOut('KRE', 'old-agent');
    await page.getByRole('button', { name: 'Transfer the place of old-agent' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('ends at the client’s next renewal').waitFor();
    await dialog.getByLabel('Its host name').fill('new-agent');
    await dialog.getByLabel('Machine ID of the new machine').fill('agent-*');
    await dialog.getByRole('button', { name: 'Transfer' }).click();
    await dialog
      .getByRole('alert')
      .getByText(/stands for many/)
      .waitFor();
    expect(await dialog.getByLabel('Its host name').inputValue()).toBe('new-agent');
    await dialog.getByLabel('Machine ID of the new machine').fill('agent-2');
    await dialog.getByRole('button', { name: 'Transfer' }).click();
    const machines = page.getByRole('table', { name: 'Registered machines' });
    await machines.getByText('new-agent').waitFor();
    expect(await machines.getByText('old-agent').count()).toBe(0);
    await server.root.post(`/api/v1/leases/${id}/renew`).refused(410);
    await page.getByRole('button', { name: 'Remove the machine new-agent' }).click();
    await dialog.getByRole('button', { name: 'Remove' }).click();
    await page.getByText('No machine is registered').waitFor();
  });

  it('show a session that began between the first look and the first word of what changes', async () => {
    const { page } = visit;
    let follow = (): void => undefined;
    const held = new Promise<void>((resolve) => (follow = resolve));
    await page.route('**/events', async (route) => {
      await held;
      await route.continue();
    });
    await visit.goTo(`${console}/licenses?tab=online`);
    await page.getByText('No seat is in use').waitFor();
    const { id } = await checkOut('KSE', 'early-7');
    follow();
    await page.getByText('early-7').waitFor();
    await page.unroute('**/events');
    await server.root.delete(`/api/v1/leases/${id}`).expect(204);
    await page.getByText('No seat is in use').waitFor();
  });

  it('show a session as soon as it is there, and terminate it', async () => {
    const { page } = visit;
    await visit.goTo(`${console}/licenses?tab=online`);
    await page.getByText('No seat is in use').waitFor();
    const { id } = await checkOut('KSE', 'desk-7');
    // Nothing but the event makes the page ask again.
    await page.getByText('desk-7').waitFor();
    await page.getByRole('button', { name: `Terminate the session of ${rootAccount.email}` }).click();
    await page.getByRole('dialog').getByText('is told at its next renewal').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Terminate' }).click();
    await page.getByText('No seat is in use').waitFor();
    await server.root.post(`/api/v1/leases/${id}/renew`).refused(410);
  });

  it('are terminated together', async () => {
    const { page } = visit;
    await visit.goTo(`${console}/dashboard`);
    await checkOut('KRE', 'agent-1');
    await checkOut('KRE', 'agent-2');
    await page.getByRole('cell', { name: 'agent-2' }).waitFor();
    await page.getByRole('checkbox', { name: 'Select all on this page' }).click();
    await page.getByRole('region', { name: 'Selection' }).getByRole('button', { name: 'Terminate' }).click();
    const dialog = page.getByRole('dialog', { name: 'Terminate 2 sessions?' });
    await dialog.getByRole('button', { name: 'Terminate' }).click();
    await page.getByText('No seat is in use').waitFor();
  });

  it('say that an assigned seat stays with its user when a session on it is terminated', async () => {
    const { page } = visit;
    const seat = { userId: await userId(server, rootAccount.email), product: 'KSE', model: 'per-user' };
    await server.root.post(`${api}/licensed-users`, seat).expect(204);
    await checkOut('KSE', 'desk-9');
    await page.getByRole('button', { name: `Terminate the session of ${rootAccount.email}` }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('The seat stays assigned').waitFor();
    expect(await dialog.getByText('free for others').count()).toBe(0);
    await dialog.getByRole('button', { name: 'Terminate' }).click();
    await page.getByText('No seat is in use').waitFor();
    await server.root.delete(`${api}/licensed-users/${seat.userId}?product=KSE&model=per-user`).expect(204);
  });

  it('terminate a session and refuse its machine from now on', async () => {
    const { page } = visit;
    const machineId = randomUUID();
    await checkOut('KSE', 'kiosk-3', machineId);
    await page.getByRole('button', { name: `Terminate the session of ${rootAccount.email}` }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('may ask for a seat again').waitFor();
    await dialog.getByRole('checkbox', { name: 'Also refuse this machine from now on' }).check();
    await dialog.getByText('under Policies').waitFor();
    await dialog.getByRole('button', { name: 'Terminate' }).click();
    await page.getByText('No seat is in use').waitFor();
    expect(await server.root.get(`${api}/license-policy`).expect(200)).toMatchObject({ deniedMachines: [machineId] });
    await server.root.patch(`${api}/license-policy`, { deniedMachines: [] }).expect(200);
  });
});

describe('A seat that is taken along', () => {
  const machineId = 'd41d8cd98f00b204e9800998ecf8427e';
  const borrowed = async (): Promise<{ available: number }> => {
    const all = await server.root
      .get(`${api}/licenses`)
      .expect<{ product: string; model: string; available: number }[]>(200);
    return all.find(({ product, model }) => product === 'KSE' && model === 'floating')!;
  };
  let holder: Visit;
  beforeAll(async () => {
    holder = await Visit.begin(browser, server, { email: 'tess@example.com', password: 'tess@example.com password' });
  });
  afterAll(async () => {
    expect(await holder.end()).toEqual([]);
  });

  it('goes with a token that frees it again, where the policy lends seats and until the date that it allows', async () => {
    const { page } = holder;
    const { available } = await borrowed();
    await holder.goTo(`${console}/licenses?tab=own`);
    await page.getByText('You hold no seat here').waitFor();
    expect(await page.getByRole('button', { name: 'Take a seat along' }).count()).toBe(0);
    await server.root.patch(`${api}/license-policy`, { borrowMaxDays: 3 }).expect(200);
    await holder.goTo(`${console}/licenses?tab=own`);
    await page.getByRole('button', { name: 'Take a seat along' }).click();
    const last = new Date(Date.now() + 3 * 86_400_000);
    const day = page.getByLabel('Until the end of');
    expect(Math.abs(Date.parse(await day.inputValue()) - last.getTime())).toBeLessThan(2 * 86_400_000);
    expect(await day.getAttribute('max')).toBe(await day.inputValue());
    expect(await barriersOf(page)).toEqual([]);
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Machine ID').fill('*');
    await dialog.getByLabel('Name of the laptop').fill('tess-laptop');
    await dialog.getByRole('button', { name: 'Take along' }).click();
    await dialog.getByText(/stands for many/).waitFor();
    await dialog.getByLabel('Machine ID').fill(machineId);
    await dialog.getByRole('button', { name: 'Take along' }).click();
    const token = await dialog.getByTestId('borrowed-token').innerText();
    const file = await saved(() => dialog.getByRole('button', { name: 'Save as file' }).click(), holder);
    expect(file.text).toBe(token);
    expect(file.name).toMatch(/^seat-KSE-\d{4}-\d\d-\d\d\.jwt$/);
    const { jti, ...claims } = decodeJwt(token);
    expect(claims).toMatchObject({ product: 'KSE', machineId, borrowedUntil: claims.exp });
    await dialog.getByRole('button', { name: 'Close' }).last().click();
    await page.getByText('tess-laptop').waitFor();
    const lease = { id: jti, borrowedUntil: new Date(claims.exp! * 1000).toISOString() };
    const { content } = await server.root.get(`${api}/online-licenses`).expect<{ content: object[] }>(200);
    expect(content).toMatchObject([lease]);

    // Without its token it stays taken.
    await page.getByRole('button', { name: 'Return the seat that tess-laptop has borrowed' }).click();
    await dialog.getByRole('button', { name: 'Return seat' }).click();
    await page.getByText('The seat stays taken until').waitFor();
    await page.getByText('You hold no seat here').waitFor();
    expect(await borrowed()).toMatchObject({ borrowed: 1, held: 1 });
    await page.getByRole('button', { name: 'Return a borrowed seat' }).click();
    await dialog.getByLabel('Token').fill('tess-laptop');
    await dialog.getByRole('button', { name: 'Return seat' }).click();
    await dialog.getByText('This is not the token of a seat.').waitFor();
    await page.locator('input[type=file]').setInputFiles({
      ...{ name: file.name, mimeType: 'text/plain' },
      buffer: Buffer.from(`${file.text}\n`),
    });
    await dialog.getByRole('button', { name: 'Return seat' }).click();
    await page.getByText('The seat is free.').waitFor();
    expect(await borrowed()).toMatchObject({ borrowed: 0, held: 0, available });
    await server.root.patch(`${api}/license-policy`, { borrowMaxDays: 0 }).expect(200);
  });

  it('is listed with the other seats of its holder, who can end a session that was forgotten elsewhere', async () => {
    const { page } = holder;
    const lease = { organizationId: server.organizationId, product: 'KSE', machineId: randomUUID(), sessionId: 'old' };
    await tess.post('/api/v1/leases', { ...lease, hostname: 'old-desk' }).expect(201);
    await checkOut('KRE', 'agent-of-another');
    await holder.goTo(`${console}/licenses?tab=own`);
    await page.getByText('old-desk').waitFor();
    expect(await page.getByText('agent-of-another').count()).toBe(0);
    await page.getByRole('button', { name: 'End your session on old-desk' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'End' }).click();
    await page.getByText('You hold no seat here').waitFor();
  });
});

describe('Policies in the console', () => {
  it('change what was typed, and nothing else', async () => {
    const { page } = visit;
    await server.root.patch(`${api}/license-policy`, { overQuotaPercent: 10 }).expect(200);
    await visit.goTo(`${console}/policies`);
    await page.getByLabel('Lease time').fill('50000');
    await page.getByLabel('Denied machines').fill('kiosk-*\n\n  lobby-1  \n');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('At most 43200.').waitFor();
    expect(await page.getByLabel('Denied machines').inputValue()).toContain('kiosk-*');
    await page.getByLabel('Lease time').fill('20');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved', { exact: true }).waitFor();
    expect(await server.root.get(`${api}/license-policy`).expect(200)).toMatchObject({
      leaseMinutes: 20,
      overQuotaPercent: 10,
      deniedMachines: ['kiosk-*', 'lobby-1'],
    });
  });

  it('have Runtime Engines wait, and cap the seats of a member', async () => {
    const { page } = visit;
    await visit.goTo(`${console}/policies`);
    await page.getByLabel('Lease for Runtime Engine').fill('2');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('At least 3 minutes, or 0.').waitFor();
    await page.getByLabel('Lease for Runtime Engine').fill('5');
    await page.getByLabel('Runtime Engine waits for a seat').fill('30');
    await page.getByRole('button', { name: 'Add a cap' }).click();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Choose a member or a team, and a number of seats, for each cap.').waitFor();
    const cap = page.getByRole('group', { name: 'Cap 1' });
    await cap.getByRole('combobox', { name: 'For' }).fill('una');
    await page.getByRole('option', { name: /una@example\.com/ }).click();
    await cap.getByLabel('At most').fill('2');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved', { exact: true }).waitFor();
    expect(await server.root.get(`${api}/license-policy`).expect(200)).toMatchObject({
      engineLeaseMinutes: 5,
      engineWaitSeconds: 30,
      caps: [{ product: 'KRE', seats: 2, userId: unasId }],
    });
    await server.root.patch(`${api}/license-policy`, { caps: [] }).expect(200);
  });

  it('are not left unsaved without being asked', async () => {
    const { page } = visit;
    const link = page.getByRole('navigation').getByRole('link', { name: 'Utilization' });
    const dialog = page.getByRole('dialog', { name: 'Leave without saving?' });
    await page.getByLabel('Denied machines').fill('lobby-2');
    await link.click();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'hidden' });
    expect(await page.getByLabel('Denied machines').inputValue()).toBe('lobby-2');
    await link.click();
    await dialog.getByRole('button', { name: 'Leave' }).click();
    await page.getByRole('heading', { level: 1, name: 'Utilization' }).waitFor();
    // Nothing was typed: nothing is asked.
    await visit.goTo(`${console}/policies`);
    await link.click();
    await page.getByRole('heading', { level: 1, name: 'Utilization' }).waitFor();
  });
});

describe('The mail server in the console', () => {
  it('is updated, and a test email shows what the server says', async () => {
    const { page } = visit;
    const update = async (): Promise<void> => {
      const saved = page.waitForResponse((answer) => answer.request().method() === 'PUT');
      await page.getByRole('button', { name: 'Update' }).click();
      expect((await saved).status()).toBe(200);
    };
    const refusing = await Mailbox.open({
      onRcptTo: (_address, _session, done) =>
        done(Object.assign(new Error('No such mailbox here'), { responseCode: 550 })),
    });
    const mailbox = await Mailbox.open();
    await visit.goTo(`${console}/mail-server`);
    await page.getByLabel('Host').fill('127.0.0.1');
    await page.getByRole('combobox', { name: 'Protocol' }).click();
    await page.getByRole('option', { name: 'SMTP', exact: true }).click();
    expect(await page.getByLabel('Port').inputValue()).toBe('25');
    await page.getByLabel('Port').fill(String(refusing.port));
    await page.getByLabel('Sender').fill('License server <licenses@example.com>');
    await update();
    await page.getByText('The mail server is updated.').waitFor();
    await page.getByRole('button', { name: 'Send test email' }).click();
    await page.getByText('No such mailbox here').waitFor();

    await page.getByLabel('Port').fill(String(mailbox.port));
    await update();
    await page.getByLabel('Recipient').fill('admin@example.com');
    await page.getByRole('button', { name: 'Send test email' }).click();
    await page.getByText('Sent to admin@example.com').waitFor();
    expect(await mailbox.to('admin@example.com')).toHaveLength(1);
    await Promise.all([refusing.close(), mailbox.close()]);
  });
});

describe('The utilization in the console', () => {
  it('is exported as CSV with what the filters leave', async () => {
    const { page } = visit;
    await checkOut('KSE', 'desk-8');
    await checkOut('KRE', 'ci-agent-9');
    await visit.goTo(`${console}/utilization`);
    await page.getByRole('table', { name: 'Sessions' }).getByText('ci-agent-9').waitFor();
    await page.getByRole('combobox', { name: 'Product' }).click();
    await page.getByRole('option', { name: 'Runtime Engine' }).click();
    await page.getByRole('table', { name: 'Sessions' }).getByText('desk-8').waitFor({ state: 'detached' });
    await page.getByLabel('Machine', { exact: true }).fill('CI-');
    const file = await saved(() => page.getByRole('button', { name: 'Export CSV' }).click());
    expect(file.name).toMatch(new RegExp(`^License Utilization_Acme_${server.organizationId}_\\d{8}-\\d{8}\\.csv$`));
    expect(file.text).toContain('ci-agent-9');
    expect(file.text).not.toContain('desk-8');
  });
});

describe('The use of each team in the console', () => {
  it('is listed for the period, and exported', async () => {
    const { page } = visit;
    await checkOut('KSE', 'desk-12');
    await visit.goTo(`${console}/utilization`);
    await page.getByRole('combobox', { name: 'List' }).click();
    await page.getByRole('option', { name: 'By team' }).click();
    await page.getByRole('table', { name: 'By team' }).getByText('No team').waitFor();
    await page.waitForURL(/list=team/);
    const part = page.getByRole('region', { name: 'Who used how much' });
    const file = await saved(() => part.getByRole('button', { name: 'Export CSV' }).click());
    expect(file.name).toMatch(/^License Utilization by team_Acme_/);
    expect(file.text).toContain('Team,Sessions,Duration (seconds),Last start');
  });
});

describe('The capacity in the console', () => {
  it('says for each kind of seat whether there are enough', async () => {
    const { page } = visit;
    await visit.goTo(`${console}/capacity`);
    const studio = page.getByRole('region', { name: 'Studio Enterprise · Floating' });
    await studio.getByText(/^Enough seats\.$|everybody would have one\.$/).waitFor();
    await studio.getByText('Suggested', { exact: true }).waitFor();
    await studio.getByText('A forecast needs eight weeks of data.').waitFor();
    await page.getByText('365 days', { exact: true }).click();
    await page.waitForURL(/days=365/);
  });
});

describe('The server in the console', () => {
  it('takes another license file, after showing what it grants', async () => {
    const { page } = visit;
    const more = await issue(
      specification([{ product: 'KRE', model: 'floating', quantity: 6, features: [cli] }], { id: 'license-2' }),
    );
    const drop = (text: string): Promise<void> =>
      page
        .locator('input[type=file]')
        .setInputFiles({ name: 'more.lic', mimeType: 'text/plain', buffer: Buffer.from(text) });
    await visit.goTo('/server/licenses');
    await drop('this is no license');
    await page.getByRole('alert').first().waitFor();
    await drop(more);
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('cell', { name: '6', exact: true }).waitFor();
    await dialog.getByRole('button', { name: 'Install' }).click();
    await page.getByRole('article', { name: 'license-2' }).waitFor();
    expect(await server.root.get('/api/v1/licenses').expect<object[]>(200)).toHaveLength(2);
  });

  it('say before and after it is installed which seats Studio and Runtime Engine will not accept', async () => {
    const { page } = visit;
    const seats = { product: 'KRE', model: 'floating', quantity: 1, features: [] };
    const license = await issue(specification([seats], { id: 'license-odd' }));
    await visit.goTo('/server/licenses');
    await page
      .locator('input[type=file]')
      .setInputFiles({ name: 'odd.lic', mimeType: 'text/plain', buffer: Buffer.from(license) });
    const dialog = page.getByRole('dialog');
    await dialog.getByText(/Runtime Engine, Floating: the license has no feature with the key “cli”/).waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    const { id } = await server.root.post('/api/v1/licenses', { license }).expect<{ id: number }>(201);
    await visit.goTo('/server/licenses');
    await page
      .getByRole('article', { name: 'license-odd' })
      .getByText(/Katalon Runtime Engine will not accept these seats/)
      .waitFor();
    await server.root.delete(`/api/v1/licenses/${id}`).expect(204);
  });

  it('allocates seats, never more than are granted', async () => {
    const { page } = visit;
    const { id } = await server.root.post('/api/v1/organizations', { name: 'Branch' }).expect<{ id: number }>(201);
    // An organization without seats says what is missing before anybody is invited.
    await visit.goTo(`/organizations/${id}/dashboard`);
    await page.getByText('This organization has no seats').waitFor();
    await page.getByRole('main').getByRole('link', { name: 'Licenses of the server' }).click();
    await page.getByRole('button', { name: 'Allocate seats to Branch' }).click();
    const field = page.getByRole('dialog').getByLabel('Runtime Engine, Floating');
    await field.fill('11');
    await page.getByRole('dialog').getByRole('button', { name: 'Allocate' }).click();
    await page.getByText('There are only 10 to give.').waitFor();
    await field.fill('7');
    await page.getByRole('dialog').getByRole('button', { name: 'Allocate' }).click();
    await page.getByText('The seats of Branch are allocated.').waitFor();
    const shares = await server.root
      .get(`/api/v1/organizations/${id}/allocations`)
      .expect<{ product: string; model: string; quota: number }[]>(200);
    expect(shares.find(({ product, model }) => product === 'KRE' && model === 'floating')?.quota).toBe(7);
  });

  it('makes a link for a new password, disables an account and enables it', async () => {
    const { page } = visit;
    await visit.goTo('/server/users');
    const act = async (name: string): Promise<void> => {
      await page.getByRole('button', { name: 'Actions for tess@example.com' }).click();
      await page.getByRole('menuitem', { name }).click();
      await page.getByRole('dialog').getByRole('button', { name }).click();
    };
    await act('Make a password link');
    const link = await page.getByRole('textbox', { name: 'Link' }).inputValue();
    expect(link).toMatch(/^http:\/\/licenses\.test:8080\/reset-password\//);
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();
    await act('Disable');
    await page.getByText('Disabled').waitFor();
    await server.api
      .post('/api/v1/auth/sign-in', { email: 'tess@example.com', password: 'tess@example.com password' })
      .refused(401);
    await act('Enable');
    await page.getByText('Disabled').waitFor({ state: 'detached' });
  });

  it('tells in the audit log who did it, as CSV too', async () => {
    const { page } = visit;
    await visit.goTo('/server/audit-log');
    await page.getByRole('combobox', { name: 'Action' }).fill('allocation.');
    await page.getByRole('table', { name: 'Audit log' }).getByText('allocation.changed').first().waitFor();
    const file = await saved(() => page.getByRole('button', { name: 'Export CSV' }).click());
    expect(file.name).toBe('Audit log.csv');
    expect(
      file.text
        .split('\r\n')
        .slice(1, -1)
        .every((line) => line.includes('allocation.changed')),
    ).toBe(true);
  });
});

describe('Pages', () => {
  const organizationPages = ['licenses', 'licenses?tab=online', 'licenses?tab=offline', 'licenses?tab=machines'];
  const others = ['utilization', 'policies', 'mail-server', 'audit-log'];
  const pages = [
    ...[...organizationPages, ...others].map((name) => `{organization}/${name}`),
    ...['licenses', 'organizations', 'users', 'mail-server', 'audit-log', 'system'].map((name) => `/server/${name}`),
  ];

  it('keep nobody out, light or dark, and fit on a phone', async () => {
    const { page } = visit;
    for (const name of pages) {
      await page.setViewportSize({ width: 1280, height: 900 });
      await visit.goTo(name.replace('{organization}', console));
      expect({ name, barriers: await barriersOf(page) }).toEqual({ name, barriers: [] });
      await page.setViewportSize({ width: 390, height: 844 });
      await visit.settled();
      expect({ name, tooWide: await visit.isTooWide() }).toEqual({ name, tooWide: false });
    }
    // Many pages, and a machine that may be busy.
  }, 240_000);

  it('of the server are for its administrator alone', async () => {
    const other = await Visit.begin(browser, server, {
      email: 'tess@example.com',
      password: 'tess@example.com password',
    });
    await other.goTo('/server/licenses');
    await other.page.getByText('You don’t have access').waitFor();
    await other.goTo(`${console}/licenses`);
    await other.page.getByRole('heading', { name: 'Licenses' }).waitFor();
    expect(await other.page.getByRole('tab', { name: 'Registered machines' }).count()).toBe(0);
    expect(await other.page.getByRole('button', { name: 'Assign a license' }).count()).toBe(0);
    expect(await other.end()).toEqual([]);
  });
});

describe('The console in German', () => {
  it('says in German why the server refuses', async () => {
    const german = await Visit.begin(browser, server, rootAccount, { locale: 'de-DE' });
    const { page } = german;
    await server.root.post(`${api}/teams`, { name: 'Mobile' }).expect(201);
    await german.goTo(`${console}/teams`);
    await page.getByRole('button', { name: 'Team anlegen' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill('Mobile');
    await page.getByRole('dialog').getByRole('button', { name: 'Team anlegen' }).click();
    await page.getByText('Ein Team mit dem Namen Mobile gibt es schon.').waitFor();

    await german.goTo(`${console}/policies`);
    await page.getByRole('textbox', { name: 'Leihzeit' }).fill('50000');
    await page.getByRole('button', { name: 'Speichern' }).click();
    await page.getByText('Höchstens 43200.').waitFor();

    await german.goTo(`${console}/mail-server`);
    await page.getByLabel('Host').fill('kein Host');
    await page.getByLabel('Absender').fill('niemand');
    await page.getByRole('button', { name: 'Aktualisieren' }).click();
    await page.getByText('Das ist weder ein Hostname noch eine Adresse.').waitFor();
    await page.getByText('Das ist keine E-Mail-Adresse, und kein Name mit einer in spitzen Klammern.').waitFor();

    await german.goTo(`${console}/licenses`);
    const seat = { userId: unasId, product: 'KSE', model: 'per-user' };
    await server.root.post(`${api}/licensed-users`, seat).expect(204);
    const tess = { ...seat, userId: await userId(server, 'tess@example.com') };
    await server.root.post(`${api}/licensed-users`, tess).expect(204);
    await page.getByRole('button', { name: 'Lizenz zuweisen' }).first().click();
    await page.getByRole('combobox', { name: 'Mitglied' }).fill('root');
    await page.getByRole('option', { name: /root@example\.com/ }).click();
    await page.getByRole('button', { name: 'Zuweisen', exact: true }).click();
    await page.getByText('Von 2 Plätzen für Studio Enterprise ist keiner frei.').waitFor();

    await german.goTo('/profile');
    await page.getByLabel('Jetziges Passwort').fill('wrong');
    await page.getByLabel('Neues Passwort', { exact: true }).fill('password123');
    await page.getByLabel('Neues Passwort noch einmal').fill('password123');
    await page.getByRole('button', { name: 'Passwort aktualisieren' }).click();
    await page.getByText('Das jetzige Passwort ist falsch.').waitFor();
    await page.getByLabel('Jetziges Passwort').fill(rootAccount.password);
    await page.getByRole('button', { name: 'Passwort aktualisieren' }).click();
    await page.getByText('Das ist eines der meistbenutzten Passwörter').waitFor();

    await german.goTo('/forgot-password');
    await page.getByLabel('E-Mail').fill('nobody@example.com');
    await page.getByRole('button', { name: 'Link senden' }).click();
    await page.getByRole('status').getByText('Bitten Sie Ihren Administrator').waitFor();
    expect(await german.end()).toEqual([]);
  });

  it('reads and writes decimals as German does', async () => {
    const german = await Visit.begin(browser, server, rootAccount, { locale: 'de-DE' });
    const { page } = german;
    await server.root.patch(`${api}/license-policy`, { renewalShare: 0.305 }).expect(200);
    await german.goTo(`${console}/policies`);
    const share = page.getByRole('textbox', { name: 'Andere Programme erneuern nach' });
    expect(await share.inputValue()).toBe('30,5 %');
    await share.fill('12,5');
    await page.getByRole('button', { name: 'Speichern' }).click();
    await page.getByText('Gespeichert', { exact: true }).waitFor();
    expect(await server.root.get(`${api}/license-policy`).expect(200)).toMatchObject({ renewalShare: 0.125 });
    expect(await german.end()).toEqual([]);
  });
});

describe('A file of people', () => {
  it('is downloaded, changed, looked at, and imported', async () => {
    const { page } = visit;
    await visit.goTo(`${console}/users`);
    await page.getByRole('link', { name: 'Import or export' }).click();
    await page.getByRole('heading', { level: 1, name: 'Import and export people' }).waitFor();
    const csv = await saved(() => page.getByRole('button', { name: 'Download CSV' }).click());
    expect(csv.name).toBe(`people_${server.organizationId}.csv`);
    const json = await saved(() => page.getByRole('button', { name: 'Download JSON' }).click());
    expect(json.name).toBe('people.json');
    expect(JSON.parse(json.text)).toMatchObject({
      people: expect.arrayContaining([{ email: 'una@example.com' }].map((each) => expect.objectContaining(each))),
    });
    const text = csv.text.replace('una@example.com,,,USER,,', 'una@example.com,,,ADMIN,Kiosk,');
    expect(text).not.toBe(csv.text);
    const choose = (content: string, name: string) =>
      page.locator('input[type=file]').setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from(content) });
    await choose('{"people": [', 'people.json');
    await page.getByText('This file is not valid JSON.').waitFor();
    await choose(`${text}gus@example.com,,,USER,Kiosk,\r\nnobody,,,,,\r\n`, 'people.csv');
    await page.getByText(/^1 invited, 1 changed, \d+ unchanged, 1 refused$/).waitFor();
    await page.getByText('New team: Kiosk').waitFor();
    const results = page.getByRole('table', { name: 'People of the file' });
    await results.getByText('Role: User → Admin').waitFor();
    await results.getByText('Teams: – → Kiosk').waitFor();
    await results.getByText('This is not an e-mail address.').waitFor();
    expect(await barriersOf(page)).toEqual([]);
    expect(await server.root.get(`${api}/members/${unasId}`).expect(200)).toMatchObject({ role: 'USER' });
    await page.getByRole('button', { name: 'Import 2 people' }).click();
    await page.getByText('What the import did').waitFor();
    await results.getByRole('button', { name: /gus@example\.com/ }).waitFor();
    expect(await server.root.get(`${api}/members/${unasId}`).expect(200)).toMatchObject({ role: 'ADMIN' });
    await choose(csv.text, 'people.csv');
    await page.getByText(/^0 invited, 1 changed, \d+ unchanged, 0 refused$/).waitFor();
    await page.getByRole('button', { name: 'Import 1 person' }).click();
    await page.getByText('What the import did').waitFor();
    expect(await server.root.get(`${api}/members/${unasId}`).expect(200)).toMatchObject({ role: 'USER' });
  });
});
