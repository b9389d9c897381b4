import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Browser } from 'playwright-core';
import { startChromium } from '../scripts/chromium.js';
import { barriersOf, Visit } from './support/browser.js';
import { readyServer, type ReadyServer, rootAccount } from './support/test-server.js';
import { verified, WebhookReceiver } from './support/network/webhook-receiver.js';

let server: ReadyServer;
let browser: Browser;
let visit: Visit;
let receiver: WebhookReceiver;

beforeAll(async () => {
  server = await readyServer(undefined, {}, { WEBHOOK_ALLOWED_NETWORKS: '127.0.0.0/8, ::1' });
  receiver = await WebhookReceiver.open();
  browser = await startChromium();
  visit = await Visit.begin(browser, server, rootAccount);
});
afterAll(async () => {
  expect(await visit.end()).toEqual([]);
  await browser.close();
  receiver.close();
  await server.close();
});

const host = (): string => new URL(receiver.url).host;

/** Chooses something from the menu of the webhook. */
async function act(label: string): Promise<void> {
  await visit.page.getByRole('button', { name: `Actions for ${host()}` }).click();
  await visit.page.getByRole('menuitem', { name: label }).click();
}

describe('Webhooks in the console', () => {
  it('are added, with a secret that is shown once, tested, and sent again', async () => {
    const { page } = visit;
    await visit.goTo(`/organizations/${server.organizationId}/webhooks`);
    await page.getByText('No webhooks').waitFor();
    await page.getByRole('button', { name: 'Add webhook' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('URL').fill(receiver.url);
    await dialog.getByRole('button', { name: 'Add webhook' }).click();
    await dialog.getByText('Choose events').first().waitFor();
    await dialog.getByLabel('Events').first().click();
    await page.getByRole('option', { name: 'Invitation created' }).click();
    await page.getByRole('option', { name: 'All seats taken' }).click();
    await dialog.getByLabel('URL').click();
    expect(await barriersOf(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Add webhook' }).click();
    const secret = (await page.getByTestId('webhook-secret').textContent()) ?? '';
    expect(secret).toMatch(/^whsec_/);
    await page.getByRole('button', { name: 'Close', exact: true }).last().click();
    await page.getByRole('table').getByText(receiver.url).waitFor();

    await act('Edit or test');
    receiver.answer = (response) => response.writeHead(503).end('not yet');
    await dialog.getByRole('button', { name: 'Send test message' }).click();
    await dialog.getByText('The receiver answered 503.').waitFor();
    receiver.answer = (response) => response.writeHead(200).end('thanks');
    await dialog.getByRole('button', { name: 'Send test message' }).click();
    await dialog.getByText('The receiver accepted the test message').waitFor();
    expect(verified(secret, receiver.arrivals.at(-1)!)).toMatchObject({ type: 'webhook.test' });
    await dialog.getByRole('button', { name: 'Cancel' }).click();

    const path = `/api/v1/organizations/${server.organizationId}`;
    await server.root.post(`${path}/invitations`, { emails: ['new@example.com'], role: 'USER' }).expect(201);
    await receiver.told('invitation.created');
    await page.getByRole('button', { name: `Deliveries to ${host()}` }).click();
    await dialog.getByText('Delivered').last().waitFor();
    expect(await barriersOf(page)).toEqual([]);
    await dialog.getByRole('button', { name: /Details of msg_/ }).click();
    await dialog.getByText('new@example.com').waitFor();
    await dialog.getByText('thanks').waitFor();
    expect(await barriersOf(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Send again' }).click();
    await receiver.told('invitation.created', 2);
    await dialog.getByRole('button', { name: 'Close' }).first().click();
    await dialog.waitFor({ state: 'hidden' });
  });

  it('are disabled, and deleted, after a question', async () => {
    const { page } = visit;
    await act('Disable');
    await page.getByRole('dialog').getByRole('button', { name: 'Disable' }).click();
    await page.getByRole('table').getByText('Disabled').waitFor();
    expect(await barriersOf(page)).toEqual([]);
    expect(await visit.isTooWide()).toBe(false);
    await act('Delete');
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByText('No webhooks').waitFor();
  });

  it('of the whole server are on a page of their own, and show no secret address', async () => {
    const { page } = visit;
    const url = 'https://hooks.slack.com/services/T0/B0/hush';
    await server.root.post('/api/v1/webhooks', { url, format: 'slack', events: ['license.expiring'] }).expect(201);
    await visit.goTo('/server/webhooks');
    await page.getByRole('table').getByText('https://hooks.slack.com/…').waitFor();
    expect(await page.content()).not.toContain('hush');
    expect(await barriersOf(page)).toEqual([]);
  });
});
