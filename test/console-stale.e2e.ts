import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Browser } from 'playwright-core';
import { startChromium } from '../scripts/chromium.js';
import { barriersOf, Visit } from './support/browser.js';
import { freePort } from './support/smtp-server.js';
import { member, readyServer, type ReadyServer, rootAccount, usualSeats } from './support/test-server.js';

let server: ReadyServer;
let browser: Browser;
let api: string;
beforeAll(async () => {
  server = await readyServer(usualSeats, {}, { PORT: String(await freePort()) });
  api = `/api/v1/organizations/${server.organizationId}/license-policy`;
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
