import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Browser, type Page } from 'playwright-core';
import { startChromium } from '../chromium.js';
import {
  fillWithSampleCompany,
  owner,
  type SampleCompany,
  sampleLicense,
  sampleSettings,
} from '../sample/sample-company.js';
import { ThrowAwayServer } from '../sample/throw-away-server.js';

/** A page of the console, and how to come there. */
interface Shot {
  name: string;
  /** With `{organizationId}` and the like from the sample company. */
  address: string;
  /** What is done before the picture is taken. */
  before?: (page: Page, server: ThrowAwayServer) => Promise<unknown>;
}

/** Pages of a server that is not set up yet, in this order; each one leaves the server as it is. */
const setupShots: Shot[] = [
  { name: 'activate', address: '/' },
  {
    name: 'activate-preview',
    address: '/',
    before: async (page, server) => {
      await page.getByRole('textbox', { name: 'Setup token' }).fill(server.setupToken);
      const file = { name: 'acme.lic', mimeType: 'text/plain', buffer: Buffer.from(await sampleLicense()) };
      await page.locator('input[type=file]').setInputFiles(file);
      await page.getByRole('button', { name: 'Install this license' }).waitFor();
    },
  },
];

/** Pages for people who are not signed in. */
const publicShots: Shot[] = [
  { name: 'sign-in', address: '/sign-in' },
  { name: 'forgot-password', address: '/forgot-password' },
  { name: 'reset-password', address: '/reset-password/sample' },
  { name: 'invitation', address: '{invitation}' },
];

/** Pages for the owner of the sample company, who also administers the server. A new page is one line here. */
const shots: Shot[] = [
  { name: 'dashboard', address: '/organizations/{organizationId}/dashboard' },
  {
    name: 'dashboard-terminate',
    address: '/organizations/{organizationId}/dashboard',
    before: (page) =>
      page
        .getByRole('button', { name: /^Terminate the session/ })
        .first()
        .click(),
  },
  {
    name: 'dashboard-connect',
    address: '/organizations/{organizationId}/dashboard',
    before: (page) => page.getByRole('button', { name: 'Connect a client' }).click(),
  },
  { name: 'capacity', address: '/organizations/{organizationId}/capacity' },
  { name: 'users', address: '/organizations/{organizationId}/users' },
  {
    name: 'users-invite',
    address: '/organizations/{organizationId}/users',
    before: (page) => page.getByRole('button', { name: 'Invite users' }).click(),
  },
  { name: 'invitations', address: '/organizations/{organizationId}/users?tab=invitations' },
  { name: 'teams', address: '/organizations/{organizationId}/teams' },
  { name: 'team', address: '/organizations/{organizationId}/teams/{teamId}' },
  { name: 'organization', address: '/organizations/{organizationId}/settings' },
  { name: 'new-organization', address: '/organizations/new' },
  { name: 'licenses', address: '/organizations/{organizationId}/licenses' },
  { name: 'licenses-online', address: '/organizations/{organizationId}/licenses?tab=online' },
  { name: 'licenses-offline', address: '/organizations/{organizationId}/licenses?tab=offline' },
  {
    name: 'licenses-offline-new',
    address: '/organizations/{organizationId}/licenses?tab=offline',
    before: (page) => page.getByRole('button', { name: 'Create an offline license' }).click(),
  },
  { name: 'licenses-machines', address: '/organizations/{organizationId}/licenses?tab=machines' },
  {
    name: 'licenses-machines-transfer',
    address: '/organizations/{organizationId}/licenses?tab=machines',
    before: (page) =>
      page
        .getByRole('button', { name: /^Transfer the place/ })
        .first()
        .click(),
  },
  { name: 'utilization', address: '/organizations/{organizationId}/utilization' },
  { name: 'policies', address: '/organizations/{organizationId}/policies' },
  { name: 'mail-server', address: '/organizations/{organizationId}/mail-server' },
  { name: 'plugins', address: '/organizations/{organizationId}/plugins' },
  { name: 'audit-log', address: '/organizations/{organizationId}/audit-log' },
  { name: 'server-licenses', address: '/server/licenses' },
  { name: 'server-organizations', address: '/server/organizations' },
  { name: 'server-users', address: '/server/users' },
  { name: 'server-api-keys', address: '/server/api-keys' },
  { name: 'server-mail', address: '/server/mail-server' },
  { name: 'server-plugins', address: '/server/plugins' },
  { name: 'server-audit-log', address: '/server/audit-log' },
  { name: 'server-system', address: '/server/system' },
  { name: 'profile', address: '/profile' },
  {
    name: 'profile-new-key',
    address: '/profile',
    before: (page) => page.getByRole('button', { name: 'Create API key' }).click(),
  },
  { name: 'not-found', address: '/nowhere' },
];

/** Each page is taken in all of these. */
const looks = [
  { look: 'light', colorScheme: 'light', viewport: { width: 1280, height: 800 } },
  { look: 'dark', colorScheme: 'dark', viewport: { width: 1280, height: 800 } },
  { look: 'narrow', colorScheme: 'light', viewport: { width: 390, height: 844 } },
] as const;

const folder = path.join(process.cwd(), process.env.SCREENSHOTS ?? path.join('docs', 'screenshots'));
/** The language of the pictures. Pages that need a click first are taken in English only. */
const locale = process.env.SCREENSHOTS_LOCALE ?? 'en-GB';
const wanted = process.argv.slice(2);
mkdirSync(folder, { recursive: true });

const server = await ThrowAwayServer.start(sampleSettings);
const browser = await startChromium();
try {
  await take(setupShots, {});
  const headers = { 'x-setup-token': server.setupToken };
  await server.call('POST', '/api/v1/setup/license', { license: await sampleLicense() }, headers);
  await take([{ name: 'account', address: '/' }], {});
  await server.call('POST', '/api/v1/setup/account', owner, headers);
  const company = await fillWithSampleCompany(server);
  await take(publicShots, company);
  await take(shots, company, owner);
} finally {
  await browser.close();
  await server.stop();
}

async function take(
  list: Shot[],
  company: Partial<SampleCompany>,
  as?: { email: string; password: string },
): Promise<void> {
  const chosen = list.filter(
    ({ name, before }) => (wanted.length === 0 || wanted.includes(name)) && (locale.startsWith('en') || !before),
  );
  if (chosen.length === 0) return;
  for (const { look, ...context } of looks) {
    const page = await (await browser.newContext({ ...context, locale, reducedMotion: 'reduce' })).newPage();
    page.on('pageerror', (error) => console.error(`${look}: ${error.message}`));
    if (as) {
      const data = { email: as.email, password: as.password };
      const { ok, text } = await page.request
        .post(`${server.url}/api/v1/auth/sign-in`, { data })
        .then(async (answer) => ({ ok: answer.ok(), text: await answer.text() }));
      if (!ok) throw new Error(text);
    }
    for (const { name, address, before } of chosen) {
      const filled = address.replace(/\{(\w+)\}/g, (_, key: keyof SampleCompany) => String(company[key]));
      await page.goto(server.url + filled);
      await settled(page);
      await before?.(page, server);
      await settled(page);
      const file = path.join(folder, `${name}-${look}.webp`);
      const bytes = await webp(browser, await pictureOf(page, context.viewport));
      writeFileSync(file, bytes);
      console.log(`${path.relative(process.cwd(), file)}  ${Math.round(bytes.length / 1000)} kB`);
    }
    await page.context().close();
  }
}

/** Everything that the page asked for is there; its stream of events never ends and does not count. */
async function settled(page: Page): Promise<void> {
  await page.locator('h1').first().waitFor();
  await page.locator('.mantine-Skeleton-root, [aria-busy=true]').first().waitFor({ state: 'detached' });
  await page.waitForTimeout(250);
}

/** As high as the page is, so that nothing has to be scrolled. */
async function pictureOf(page: Page, { width, height }: { width: number; height: number }): Promise<Buffer> {
  const whole = await page.evaluate<number>('document.documentElement.scrollHeight');
  await page.setViewportSize({ width, height: Math.max(height, whole) });
  const picture = await page.screenshot({ animations: 'disabled' });
  await page.setViewportSize({ width, height });
  return picture;
}

/** Browsers write small pictures themselves. */
async function webp(from: Browser, png: Buffer): Promise<Buffer> {
  const page = await from.newPage();
  const url = await page.evaluate<string>(`(async () => {
    const image = new Image();
    image.src = 'data:image/png;base64,${png.toString('base64')}';
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = image.width;
    canvas.height = image.height;
    canvas.getContext('2d').drawImage(image, 0, 0);
    return canvas.toDataURL('image/webp', 0.82);
  })()`);
  await page.close();
  return Buffer.from(url.slice(url.indexOf(',') + 1), 'base64');
}
