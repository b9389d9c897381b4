import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type Browser, type Page } from 'playwright-core';
import { startChromium } from '../scripts/chromium.js';
import { barriersOf, Visit } from './support/browser.js';
import { samlWorld, type SamlWorld } from './support/identity/saml-world.js';
import { freePort } from './support/network/smtp-server.js';
import { rootAccount } from './support/test-server.js';

let world: SamlWorld;
let browser: Browser;
let page: Page;
beforeAll(async () => {
  world = await samlWorld({ port: await freePort() });
  browser = await startChromium();
});
afterEach(() => page.context().close());
afterAll(async () => {
  await browser.close();
  await world.close();
});

describe('A browser', () => {
  it('comes back from the site of a SAML provider signed in, and is signed out there too', async () => {
    await world.provider.set({ present: 'ada-1' });
    page = await (await browser.newContext({ locale: 'en-GB' })).newPage();
    await page.goto(`${world.server.url}/profile`);
    await page.getByRole('link', { name: 'Sign in with Company login' }).click();
    await page.getByRole('heading', { level: 1, name: 'Profile' }).waitFor();
    await page.getByRole('region', { name: 'Single sign-on and directories' }).getByText('ada@company.test').waitFor();
    await page.getByRole('button', { name: /ada@company\.test/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.waitForURL((url) => url.pathname === '/sign-in');
    expect(await world.provider.lastRequest()).toMatchObject({ kind: 'LogoutRequest', nameId: 'ada-1' });
  });

  it.each([
    ['en-GB', 'sign-ins that begin at the identity provider are not accepted'],
    ['de-DE', 'Anmeldungen, die beim Identitätsanbieter beginnen, sind nicht zugelassen'],
  ])('that begins at the provider is told to begin here (%s)', async (locale, text) => {
    await world.provider.set({ present: 'ada-1' });
    page = await (await browser.newContext({ locale })).newPage();
    await page.goto(`${world.provider.url}/start`);
    await page.getByRole('alert').getByText(text).waitFor();
    await page.getByRole('link', { name: /Company login/ }).waitFor();
  });
});

describe('An administrator', () => {
  it('connects a SAML provider, sees what to enter there, and tests it', async () => {
    const visit = await Visit.begin(browser, world.server, rootAccount);
    page = visit.page;
    await visit.goTo('/server/identity');
    await page.getByRole('button', { name: 'Connect' }).click();
    await page.getByRole('menuitem', { name: 'SAML 2.0' }).click();
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('AD FS');
    await page.getByRole('textbox', { name: 'Domains' }).fill('other.test');
    await page.locator('input[type=file]').setInputFiles({
      name: 'metadata.xml',
      mimeType: 'application/xml',
      buffer: Buffer.from('<html/>'),
    });
    await page.getByRole('button', { name: 'Connect' }).click();
    await page.getByText('This is not the metadata of one SAML 2.0 identity provider').waitFor();
    await page.getByRole('textbox', { name: 'Metadata', exact: true }).fill(await world.provider.metadata());
    await page.getByRole('switch', { name: 'Accept sign-ins that begin at the provider' }).check();
    await page.getByRole('button', { name: 'Connect' }).click();
    await page.getByRole('heading', { level: 1, name: 'AD FS' }).waitFor();
    for (const name of ['metadata', 'acs', 'logout']) {
      await page
        .getByText(new RegExp(`/auth/providers/\\d+/${name}$`))
        .first()
        .waitFor();
    }
    await page.getByRole('button', { name: 'Test' }).click();
    await page.getByText('The provider can be used.').waitFor();
    await page.getByText(`The entered metadata describes ${world.provider.url}/entity.`).waitFor();
    expect(await page.getByRole('switch', { name: /that begin at the provider/ }).isChecked()).toBe(true);
    expect(await barriersOf(page)).toEqual([]);
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: 900 });
      expect(await visit.isTooWide()).toBe(false);
    }
  });

  it('replaces the key of this server, step by step', async () => {
    const visit = await Visit.begin(browser, world.server, rootAccount);
    page = visit.page;
    await visit.goTo('/server/identity');
    await page.getByRole('link', { name: 'Company login' }).click();
    const section = page.getByRole('region', { name: 'Key of this server' });
    const stateOf = (index: number) => section.getByRole('row').nth(index + 1);
    await stateOf(0).getByText('In use').waitFor();
    await section.getByRole('button', { name: 'Create next key' }).click();
    await section.getByText('Then choose Use.').waitFor();
    const next = stateOf(1).filter({ hasText: 'Next' });
    const fingerprint = (await next.locator('code').innerText()).replace('…', '');
    await section.getByRole('button', { name: 'Create next key' }).waitFor({ state: 'detached' });
    await next.getByRole('button', { name: `Use key ${fingerprint}…` }).click();
    expect(await barriersOf(page)).toEqual([]);
    await page.getByRole('dialog').getByRole('button', { name: 'Use' }).click();
    await stateOf(0).getByText(`${fingerprint}…`).waitFor();
    const former = stateOf(1).filter({ hasText: 'Former' });
    await former.getByRole('button', { name: /^Remove key/ }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await former.waitFor({ state: 'detached' });
    await section.getByRole('button', { name: 'Create next key' }).waitFor();
    expect(await barriersOf(page)).toEqual([]);
  });

  it('reads in German what the test has found', async () => {
    const visit = await Visit.begin(browser, world.server, rootAccount, { locale: 'de-DE' });
    page = visit.page;
    await visit.goTo('/server/identity');
    await page.getByRole('link', { name: 'Company login' }).click();
    await page.getByRole('button', { name: 'Testen' }).click();
    await page.getByText(/beschreib(t|en) .*\/entity\.$/).waitFor();
    await page.getByText('Der Anbieter signiert mit 1 Schlüssel. Seine Zertifikate gelten bis').waitFor();
    expect(await barriersOf(page)).toEqual([]);
  });
});
