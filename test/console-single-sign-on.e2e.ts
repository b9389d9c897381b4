import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type Browser, type Page } from 'playwright-core';
import { startChromium } from '../scripts/chromium.js';
import { barriersOf, Visit } from './support/browser.js';
import { openidClient, openidWorld, type OpenidWorld, people } from './support/identity/openid-world.js';
import { freePort } from './support/network/free-port.js';
import { rootAccount } from './support/test-server.js';
import { until } from './support/until.js';

let world: OpenidWorld;
let browser: Browser;
let page: Page;
beforeAll(async () => {
  world = await openidWorld({ port: await freePort() });
  browser = await startChromium();
});
afterEach(async () => {
  await page.context().close();
  await world.provider.set({ people });
});
afterAll(async () => {
  await browser.close();
  await world.close();
});

async function open(address: string, locale = 'en-GB'): Promise<void> {
  page = await (await browser.newContext({ locale })).newPage();
  await page.goto(`${world.server.url}${address}`);
}

describe('The sign-in page', () => {
  it('offers the provider below e-mail, password and button, and first of all to people of its domains', async () => {
    await open('/sign-in');
    const provider = page.getByRole('link', { name: 'Sign in with Company login' });
    await provider.waitFor();
    await page.getByRole('textbox', { name: 'E-mail' }).fill('ada@company.test');
    await page.locator('input[name=password]').waitFor();
    await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
    await page.locator('a[data-variant=filled]', { hasText: 'Company login' }).waitFor();
    await page.getByRole('textbox', { name: 'E-mail' }).fill('ada@other.test');
    await page.locator('a[data-variant=default]', { hasText: 'Company login' }).waitFor();
    expect(await barriersOf(page)).toEqual([]);
  });

  it('leads to the provider and back to where the person wanted to go, and out again on both sides', async () => {
    await world.provider.set({ present: 'ada-1' });
    await open('/profile');
    await page.getByRole('link', { name: 'Sign in with Company login' }).click();
    await page.getByRole('heading', { level: 1, name: 'Profile' }).waitFor();
    const linked = page.getByRole('region', { name: 'Single sign-on and directories' });
    await linked.getByText('Company login', { exact: true }).waitFor();
    await linked.getByText('ada@company.test').waitFor();
    expect(await barriersOf(page)).toEqual([]);
    await page.getByRole('button', { name: /ada@company\.test/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.waitForURL((url) => url.href.startsWith(`${world.provider.issuer}/session/end`));
    await page.goto(`${world.server.url}/profile`);
    await page.getByRole('link', { name: 'Sign in with Company login' }).waitFor();
  });

  it('confirms with the provider what a person without a password is asked to confirm', async () => {
    await world.provider.set({ present: 'ada-1' });
    await open('/profile');
    await page.getByRole('link', { name: 'Sign in with Company login' }).click();
    await page.getByRole('heading', { level: 1, name: 'Profile' }).waitFor();
    await world.server.sql(`UPDATE session SET confirmed_at = confirmed_at - interval '10 minutes'`);
    const createKey = async (): Promise<void> => {
      await page.getByRole('button', { name: 'Create API key' }).click();
      const dialog = page.getByRole('dialog', { name: 'Create API key' });
      await dialog.getByRole('textbox').first().fill('CI');
      await dialog.getByRole('button', { name: 'Create API key' }).click();
    };
    await createKey();
    await page.getByRole('link', { name: 'Sign in once more with Company login' }).click();
    await page.getByRole('heading', { level: 1, name: 'Profile' }).waitFor();
    await createKey();
    await page.getByText('lsk_').first().waitFor();
  });

  it.each([
    ['en-GB', 'The identity provider does not confirm that the e-mail address is yours.'],
    ['de-DE', 'Der Identitätsanbieter bestätigt nicht, dass die E-Mail-Adresse Ihnen gehört.'],
  ])('says in the language of the reader why a sign-in was refused (%s)', async (locale, text) => {
    await world.provider.set({ present: 'eve-3' });
    await open('/sign-in', locale);
    await page.getByRole('link', { name: /Company login/ }).click();
    await page.getByRole('alert').getByText(text).waitFor();
    expect(await barriersOf(page)).toEqual([]);
  });

  it('says something for a reason that it does not know, and nothing that was put into its address', async () => {
    await open('/sign-in?refused=your-account-is-hacked%20call%20555');
    await page.getByRole('alert').getByText('The sign-in with the identity provider was refused.').waitFor();
    expect(await page.getByText('555').count()).toBe(0);
  });
});

describe('An administrator', () => {
  beforeAll(async () => {
    await world.server.sql(
      `INSERT INTO team (organization_id, name, created_at) SELECT $1, 'Team ' || n, now() FROM generate_series(1, 150) n`,
      [world.server.organizationId],
    );
  });

  /** Types into the last field with this label, and takes what is found. */
  async function chooseTyped(label: string, text: string, name: string): Promise<void> {
    await page.getByRole('combobox', { name: label }).last().fill(text);
    await page.getByRole('option', { name, exact: true }).click();
  }

  it('connects an OpenID provider, sees what to register there, and tests it', async () => {
    const visit = await Visit.begin(browser, world.server, rootAccount);
    page = visit.page;
    await visit.goTo('/server/identity');
    await page.getByRole('button', { name: 'Connect' }).click();
    await page.getByRole('menuitem', { name: 'OpenID Connect' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('Keycloak');
    await page.getByRole('textbox', { name: 'Issuer' }).fill(`${world.provider.issuer}/`);
    await page.getByRole('textbox', { name: 'Client ID' }).fill(openidClient.clientId);
    await page.getByLabel('Client secret').first().fill('a wrong secret');
    await page.getByRole('textbox', { name: 'Domains' }).fill('other.test');
    await page.getByRole('button', { name: 'Add group' }).click();
    await page.getByRole('textbox', { name: 'Group', exact: true }).fill('admins');
    await page.getByRole('button', { name: 'Add group' }).click();
    await page.getByRole('textbox', { name: 'Group', exact: true }).last().fill('qa');
    await chooseTyped('Gives', 'acm', 'Acme');
    await chooseTyped('Team', 'Team 149', 'Team 149');
    await page.getByRole('button', { name: 'Connect' }).click();
    await page.getByRole('heading', { level: 1, name: 'Keycloak' }).waitFor();
    await page
      .getByText(/\/auth\/providers\/\d+\/callback/)
      .first()
      .waitFor();
    await page.getByRole('button', { name: 'Test' }).click();
    await page.getByText('Something is wrong.').waitFor();
    await page.getByText('The provider does not accept this client').waitFor();
    expect(await barriersOf(page)).toEqual([]);

    await page.getByLabel('Client secret').first().fill(openidClient.clientSecret);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('The provider is saved.').waitFor();
    await page.getByRole('button', { name: 'Test' }).click();
    await page.getByText('The provider can be used.').waitFor();
    await page.getByRole('button', { name: 'Create token' }).click();
    const scim = world.server.api.withBearer(await page.getByTestId('scim-token').innerText());
    await scim.get('/scim/v2/Users').expect(200);
    expect(await barriersOf(page)).toEqual([]);
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();
    await page.getByRole('button', { name: /^Revoke the token/ }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await page.getByText('The token is revoked.').waitFor();
    await scim.get('/scim/v2/Users').expect(401);

    await visit.goTo('/server/identity');
    await page.getByRole('link', { name: 'Keycloak' }).click();
    expect(await page.getByRole('textbox', { name: 'Group', exact: true }).first().inputValue()).toBe('admins');
    // Chosen before, so not among those that the list begins with.
    await until(
      async () => (await page.getByRole('combobox', { name: 'Team' }).inputValue()) === 'Team 149',
      10,
      'the team',
    );
    await page.getByRole('button', { name: 'Disconnect' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Disconnect' }).click();
    await page.getByText('The provider is disconnected.').waitFor();
    await page.getByRole('link', { name: 'Keycloak' }).waitFor({ state: 'detached' });
  });
});
