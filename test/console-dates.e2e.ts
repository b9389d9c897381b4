import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Browser } from 'playwright-core';
import { startChromium } from '../scripts/chromium.js';
import { Visit } from './support/browser.js';
import { machineIdOf } from './support/machine-id.js';
import { gui, readyServer, type ReadyServer, rootAccount } from './support/test-server.js';

/** As the vendor writes it in a specification, and as the console shows it in British English. */
const year = new Date().getUTCFullYear() + 1;
const writtenDay = `${year}-12-31`;
const shownDay = `31 Dec ${year}`;

let server: ReadyServer;
let browser: Browser;
beforeAll(async () => {
  const seats = {
    product: 'KSE',
    model: 'floating',
    quantity: 5,
    features: [gui],
    offline: true,
    offlineMaxDays: 1000,
  };
  server = await readyServer([seats], { validUntil: writtenDay, graceDays: 0 });
  browser = await startChromium();
});
afterAll(async () => {
  await browser.close();
  await server.close();
});

describe('The last day of a license', () => {
  it.each(['Pacific/Auckland', 'America/Los_Angeles', 'Europe/Berlin'])(
    'is the day that was written, for a reader in %s',
    async (timezoneId) => {
      const visit = await Visit.begin(browser, server, rootAccount, { timezoneId });
      const { page } = visit;
      const console = `/organizations/${server.organizationId}`;
      for (const address of ['/server/licenses', `${console}/licenses`, `${console}/dashboard`]) {
        await visit.goTo(address);
        const days = page.locator('main time').filter({ hasText: new RegExp(`${year}|${year + 1}`) });
        await days.first().waitFor();
        expect([address, [...new Set(await days.allTextContents())]]).toEqual([address, [shownDay]]);
      }

      await visit.goTo(`${console}/licenses?tab=offline`);
      await page.getByRole('button', { name: 'Create an offline license' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('button', { name: 'To the end of the license' }).click();
      expect(await dialog.getByLabel('Expires').inputValue()).toBe(writtenDay);
      await dialog.getByRole('textbox', { name: 'Machine ID' }).fill(machineIdOf(timezoneId));
      await dialog.getByRole('button', { name: 'Create license' }).click();
      await dialog.getByRole('button', { name: 'Close' }).last().click();
      await page.getByRole('table').getByText(shownDay).first().waitFor();
      expect(await visit.end()).toEqual([]);
    },
  );
});
