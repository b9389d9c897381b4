import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type Browser, type BrowserContext, type Page } from 'playwright-core';
import { startChromium } from '../scripts/chromium.js';
import { mail as englishMail } from '../web/src/language/en/mail.js';
import { KatalonClient } from './clients/katalon-client.js';
import { barriersOf } from './support/browser.js';
import { freePort } from './support/network/free-port.js';
import { freshServer, issue, rootAccount, specification, type TestServer, usualSeats } from './support/test-server.js';

let server: TestServer;
let browser: Browser;
let admin: BrowserContext;
let page: Page;
/** What keeps people from using a page. */
const barriers: string[] = [];
/** What the pages complained of. */
const complaints: string[] = [];

async function newPerson(): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext({
    locale: 'en-GB',
    reducedMotion: 'reduce',
    viewport: { width: 1280, height: 900 },
  });
  context.setDefaultTimeout(60_000);
  const opened = await context.newPage();
  opened.on('pageerror', (error) => complaints.push(error.message));
  opened.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) complaints.push(message.text());
  });
  return { context, page: opened };
}

/** Looks for what keeps people from using the page, and goes on. */
async function lookForBarriers(where: Page = page): Promise<void> {
  barriers.push(...(await barriersOf(where)).map((barrier) => `${where.url()} ${barrier}`));
}

const go = (section: string) => page.getByRole('navigation').getByRole('link', { name: section, exact: true }).click();
const heading = (name: string | RegExp, where: Page = page) => where.getByRole('heading', { level: 1, name }).waitFor();
/** Waits until what has just been opened holds the focus. Keys pressed before that still go to what opened it. */
const focusIn = (role: 'dialog' | 'menu') =>
  page.locator(`[role=${role}]:focus, [role=${role}] :focus`).waitFor({ state: 'attached' });

beforeAll(async () => {
  server = await freshServer({ PORT: String(await freePort()) });
  browser = await startChromium();
  ({ context: admin, page } = await newPerson());
});
afterAll(async () => {
  await browser.close();
  await server.close();
});

describe('The console, from the first start to a seat in use', () => {
  it('activates the server with a license file, which it shows before it is installed', async () => {
    await page.goto(server.url);
    await heading('Activate this server');
    await lookForBarriers();
    const license = await issue(specification([...usualSeats, { ...usualSeats[0], model: 'per-user', quantity: 3 }]));
    const choose = (text: string) =>
      page
        .locator('input[type=file]')
        .setInputFiles({ name: 'acme.lic', mimeType: 'text/plain', buffer: Buffer.from(text) });
    const token = page.getByRole('textbox', { name: 'Setup token' });
    await token.fill('wrong');
    await choose(license);
    await page.getByText('This is not the setup token.').waitFor();
    await token.fill(server.setupToken ?? '');
    await choose('no license');
    await page.getByRole('alert').getByText('not a license file').waitFor();
    await choose(license);
    await page.getByText('Acme', { exact: true }).waitFor();
    await page.getByRole('cell', { name: 'Runtime Engine' }).first().waitFor();
    await lookForBarriers();
    expect(await server.sql('SELECT FROM license_file')).toEqual([]);
    await page.getByRole('button', { name: 'Install this license' }).click();
  });

  it('creates the default account and signs in with it', async () => {
    await heading('Create the default account');
    await lookForBarriers();
    // Who comes back later is asked for the token again, and types it key by key.
    await page.reload();
    const token = page.getByRole('textbox', { name: 'Setup token' });
    await token.pressSequentially('wrong');
    await page.getByRole('textbox', { name: 'First name' }).fill('Ada');
    await page.getByRole('textbox', { name: 'E-mail' }).fill(rootAccount.email);
    const password = page.getByRole('textbox', { name: 'Password' });
    await password.fill('password123');
    await page.getByRole('button', { name: 'Create account and sign in' }).click();
    await page.getByText('This is not the setup token.').waitFor();
    await token.fill(server.setupToken ?? '');
    await page.getByRole('button', { name: 'Create account and sign in' }).click();
    // Refused at the field, and everything that was typed is still there.
    await page.getByText(/most used/).waitFor();
    await password.fill(rootAccount.password);
    await page.getByRole('button', { name: 'Create account and sign in' }).click();
  });

  it('creates an organization and lands on its dashboard', async () => {
    await heading('Create organization');
    await lookForBarriers();
    await page.getByRole('textbox', { name: 'Name' }).fill('Acme');
    await page.getByRole('main').getByRole('button', { name: 'Create organization' }).click();
    await heading('Dashboard');
    await page.getByText('No seat is in use').waitFor();
    await lookForBarriers();
  });

  it('tells how to connect a client, and what it tells works', async () => {
    await page.getByRole('button', { name: 'Connect a client' }).first().click();
    const dialog = page.getByRole('dialog', { name: 'Connect a client to this server' });
    await dialog.getByText('http://licenses.test:8080', { exact: true }).waitFor();
    await dialog.getByText(rootAccount.email, { exact: true }).waitFor();
    await dialog.getByRole('button', { name: 'Create API key' }).click();
    const naming = page.getByRole('dialog', { name: 'Create API key' });
    await naming.getByRole('textbox', { name: 'Name' }).fill('Trial');
    await naming.getByRole('button', { name: 'Create API key' }).click();
    await dialog.getByText('It is shown this once').waitFor();
    await naming.waitFor({ state: 'hidden' });
    await lookForBarriers();
    const command = (await dialog.getByText(/^curl /).textContent()) ?? '';
    const [, address = '', key = '', lease = ''] = /POST (\S+) .*Bearer ([^"]+)".* -d '([^']+)'/.exec(command) ?? [];
    const trial = server.api.withBearer(key);
    const { id } = await trial.post(new URL(address).pathname, JSON.parse(lease)).expect<{ id: string }>(201);
    await dialog.getByRole('button', { name: 'Close' }).click();
    await page.getByRole('cell', { name: 'trial-1' }).waitFor();
    await trial.delete(`/api/v1/leases/${id}`).expect(204);
    await page.getByText('No seat is in use').waitFor();
  });

  let link = '';
  it('invites a colleague and gives the link to hand over', async () => {
    await go('Users');
    await heading('Users');
    await page.getByRole('button', { name: 'Invite users' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'E-mail addresses' }).fill('nobody');
    await dialog.getByRole('button', { name: 'Send invitations' }).click();
    await dialog
      .getByText(/nobody/)
      .last()
      .waitFor();
    await dialog.getByRole('textbox', { name: 'E-mail addresses' }).fill('grace@example.com');
    await lookForBarriers();
    await dialog.getByRole('button', { name: 'Send invitations' }).click();
    await dialog.getByText('1 invitation is ready').waitFor();
    await dialog.getByRole('button', { name: 'Close' }).last().click();
    await page.getByRole('tab', { name: 'Invitations' }).click();
    await page.getByRole('cell', { name: 'Pending' }).waitFor();
    // Of a day that began a moment ago.
    await page.getByRole('cell', { name: 'in 24 hours' }).waitFor();
    await lookForBarriers();
    const [invited] = await page.evaluate<{ link: string }[]>(
      `fetch('api/v1/organizations/1/invitations').then((answer) => answer.json()).then(({ content }) => content)`,
    );
    link = server.url + new URL(invited?.link ?? '').pathname;
  });

  it('does not accept an invitation for somebody else, and offers to sign out', async () => {
    const other = await admin.newPage();
    await other.goto(link);
    await other.getByText('Cannot accept the invitation.').waitFor();
    await other.getByRole('button', { name: 'Sign out' }).waitFor();
    await lookForBarriers(other);
    await other.close();
  });

  it('lets the colleague in with a new account, in another browser', async () => {
    const { context, page: guest } = await newPerson();
    const answer = await guest.goto(link);
    expect(answer?.headers()['cache-control']).toBe('no-store');
    await heading('Join Acme', guest);
    await lookForBarriers(guest);
    await guest.getByRole('textbox', { name: 'First name' }).fill('Grace');
    await guest.getByRole('textbox', { name: 'New password', exact: true }).fill('correct horse battery');
    await guest.getByRole('textbox', { name: 'New password once more' }).fill('correct horse');
    await guest.getByRole('button', { name: 'Update password' }).click();
    await guest.getByText('These are two different passwords.').waitFor();
    await guest.getByRole('textbox', { name: 'New password once more' }).fill('correct horse battery');
    await guest.getByRole('button', { name: 'Update password' }).click();
    await heading('You are a member of Acme', guest);
    await lookForBarriers(guest);
    await guest.getByRole('link', { name: 'Open the console' }).click();
    await heading('Dashboard', guest);
    // A user is not offered what only others may do.
    expect(await guest.getByRole('navigation').getByRole('link', { name: 'Users' }).count()).toBe(0);
    await guest.goto(link);
    await guest.getByText('This link has been used to reset password.').waitFor();
    await context.close();
  });

  it('shows the new member without being asked', async () => {
    await page.getByRole('tab', { name: 'Active users' }).click();
    await page.getByRole('cell', { name: 'grace@example.com' }).waitFor();
    await lookForBarriers();
  });

  it('shows by itself who takes a seat, and that it is gone after it was terminated', async () => {
    await go('Dashboard');
    await page.getByText('No seat is in use').waitFor();
    const client = new KatalonClient({
      serverUrl: server.url,
      package: 'KSE',
      hostname: 'desk-7',
      email: 'grace@example.com',
      password: 'correct horse battery',
    });
    await client.activate();
    await page.getByRole('cell', { name: 'desk-7' }).waitFor();
    await lookForBarriers();
    await page.getByRole('button', { name: 'Terminate the session of grace@example.com' }).click();
    await page.getByRole('dialog').getByText('desk-7').waitFor();
    await lookForBarriers();
    await page.getByRole('dialog').getByRole('button', { name: 'Terminate' }).click();
    await page.getByText('No seat is in use').waitFor();
    expect(await server.sql('SELECT FROM lease')).toEqual([]);
  });

  it('keeps what was typed when the session ends, and goes on after signing in again', async () => {
    await go('Settings');
    await heading('Settings');
    await lookForBarriers();
    await page.getByRole('textbox', { name: 'Name' }).fill('Acme Testing');
    await server.sql('DELETE FROM session');
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Your session has ended').waitFor();
    await dialog.getByRole('textbox', { name: 'Password' }).fill(rootAccount.password);
    await dialog.getByRole('button', { name: 'Sign in' }).click();
    await dialog.waitFor({ state: 'hidden' });
    expect(await page.getByRole('textbox', { name: 'Name' }).inputValue()).toBe('Acme Testing');
    await page.getByRole('button', { name: 'Rename' }).click();
    await page.getByRole('banner').getByText('Acme Testing').waitFor();
  });

  it('asks to sign in again over a dialog that is open, and keeps that one', async () => {
    await go('Teams');
    await heading('Teams');
    await page.getByRole('button', { name: 'Create team' }).first().click();
    const name = page.getByRole('dialog', { name: 'Create team' }).getByRole('textbox', { name: 'Name' });
    await name.fill('Web shop');
    await server.sql('DELETE FROM session');
    const asking = page.getByRole('dialog', { name: 'Your session has ended' });
    await asking.getByRole('textbox', { name: 'Password' }).fill(rootAccount.password);
    await asking.getByRole('button', { name: 'Sign in' }).click();
    await asking.waitFor({ state: 'hidden' });
    expect(await name.inputValue()).toBe('Web shop');
    await name.press('Escape');
    await page
      .getByRole('dialog', { name: 'Leave without saving?' })
      .getByRole('button', { name: 'Leave', exact: true })
      .click();
    await name.waitFor({ state: 'hidden' });
  });

  it('leaves no trace of the end of the session in what it asked over', async () => {
    await page.getByRole('button', { name: 'Create team' }).first().click();
    const dialog = page.getByRole('dialog', { name: 'Create team' });
    await dialog.getByRole('textbox', { name: 'Name' }).fill('Web shop');
    await admin.clearCookies();
    // The page may have noticed by itself, and then its question covers the button.
    await dialog.getByRole('button', { name: 'Create team' }).dispatchEvent('click');
    const asking = page.getByRole('dialog', { name: 'Your session has ended' });
    const password = asking.getByRole('textbox', { name: 'Password' });
    await password.press('Escape');
    await password.fill(rootAccount.password);
    await asking.getByRole('button', { name: 'Sign in' }).click();
    await asking.waitFor({ state: 'hidden' });
    expect(await dialog.getByRole('textbox', { name: 'Name' }).inputValue()).toBe('Web shop');
    expect(await dialog.getByRole('alert').allTextContents()).toEqual([]);
    await dialog.getByRole('button', { name: 'Create team' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await page.getByText('Web shop').first().waitFor();
  });

  it('closes one dialog at a time with the Escape key', async () => {
    await go('Dashboard');
    await page.getByRole('button', { name: 'Connect a client' }).first().click();
    const connecting = page.getByRole('dialog', { name: 'Connect a client to this server' });
    await connecting.getByRole('button', { name: 'Create API key' }).click();
    const naming = page.getByRole('dialog', { name: 'Create API key' });
    await naming.getByRole('textbox', { name: 'Name' }).press('Escape');
    await naming.waitFor({ state: 'hidden' });
    await connecting.getByText(rootAccount.email, { exact: true }).waitFor();
    await focusIn('dialog');
    await page.keyboard.press('Escape');
    await connecting.waitFor({ state: 'hidden' });
  });

  it('gives the focus back to where a dialog was opened from', async () => {
    const escape = async (): Promise<void> => {
      await focusIn('dialog');
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'hidden' });
    };
    await go('Teams');
    await heading('Teams');
    await page.getByRole('button', { name: 'Create team' }).first().press('Enter');
    await escape();
    await page.locator('button:focus', { hasText: 'Create team' }).waitFor();
    await go('Users');
    for (const action of ['Change role', 'Remove from the organization']) {
      await page.getByRole('button', { name: /^Actions for Grace/ }).press('Enter');
      await focusIn('menu');
      await page.getByRole('menuitem', { name: action }).press('Enter');
      await escape();
      await page.locator('button:focus[aria-label^="Actions for Grace"]').waitFor();
    }
  });

  it('stops at nothing that is not there for the keyboard', async () => {
    for (const section of ['Dashboard', 'Utilization']) {
      await go(section);
      await heading(section);
      await page.locator('svg.recharts-surface').first().waitFor();
      const hidden = page.locator('[aria-hidden=true] :focus');
      const stops = new Set<string | null>();
      for (let press = 0; press < 80; press++) {
        await page.keyboard.press('Tab');
        if ((await hidden.count()) > 0) stops.add(await hidden.getAttribute('class'));
      }
      expect([...stops]).toEqual([]);
    }
  });

  it('has teams, a profile with API keys that are shown once, and German', async () => {
    await go('Teams');
    await heading('Teams');
    await page.getByRole('button', { name: 'Create team' }).first().click();
    await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill('Mobile');
    await page.getByRole('dialog').getByRole('button', { name: 'Create team' }).click();
    await page.getByRole('link', { name: 'Mobile' }).click();
    await heading('Mobile');
    await lookForBarriers();
    await page.getByRole('button', { name: /^Your account/ }).click();
    await page.getByRole('menuitem', { name: 'Profile' }).click();
    await heading('Profile');
    await page.getByRole('button', { name: 'Create API key' }).click();
    await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill('Jenkins');
    await page.getByRole('dialog').getByRole('button', { name: 'Create API key' }).click();
    const key = await page.getByTestId('api-key').textContent();
    expect(
      await server.api
        .withBearer(key ?? '')
        .get('/api/v1/users/me')
        .expect(200),
    ).toMatchObject({
      email: rootAccount.email,
    });
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();
    await lookForBarriers();
    await page.getByRole('button', { name: /^Your account/ }).click();
    await page.getByRole('menuitemradio', { name: 'Deutsch' }).click();
    await heading('Profil');
    await page.locator('html[lang=de]').waitFor();
    await page.getByRole('button', { name: /^Ihr Konto/ }).click();
    await page.getByRole('menuitemradio', { name: 'English' }).click();
    await heading('Profile');
  });

  it('comes back by itself after a crash of the server', async () => {
    await go('Dashboard');
    await page.getByText('No seat is in use').waitFor();
    await server.stop();
    await page
      .getByRole('status')
      .getByText(/does not answer/)
      .waitFor();
    // The same address again, as after a restart.
    await server.crash(new URL(server.url).port);
    await page.getByText(/does not answer/).waitFor({ state: 'detached' });
    const client = new KatalonClient({
      serverUrl: server.url,
      package: 'KSE',
      hostname: 'desk-8',
      email: 'grace@example.com',
      password: 'correct horse battery',
    });
    await client.activate();
    await page.getByRole('cell', { name: 'desk-8' }).waitFor();
  });

  it('has changed its colors as soon as the reader has changed the color scheme, for who wants no motion', async () => {
    await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
    await page.locator('html[data-mantine-color-scheme=dark]').waitFor();
    const late = await page.evaluate(
      `[...document.querySelectorAll('*')].filter((each) => each.getAnimations().some((one) => one instanceof CSSTransition)).length`,
    );
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
    expect(late).toBe(0);
  });

  it('signs out, and in again', async () => {
    await page.getByRole('button', { name: /^Your account/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await heading('Sign in');
    await lookForBarriers();
    await page.getByRole('textbox', { name: 'E-mail' }).fill(rootAccount.email);
    await page.getByRole('textbox', { name: 'Password' }).fill('wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').getByText(/wrong/).waitFor();
    await page.getByRole('textbox', { name: 'Password' }).fill(rootAccount.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await heading('Dashboard');
    await page.goto(`${server.url}/forgot-password`);
    await heading('Forgot your password?');
    await lookForBarriers();
    await page.goto(`${server.url}/nowhere`);
    await heading('Page not found');
  });

  it('has no barrier that is serious on any page, in light and dark', () => {
    expect(barriers).toEqual([]);
  });

  it('never fails, and keeps to its Content Security Policy', () => {
    expect(complaints).toEqual([]);
  });
});

/** A file of the server, in whichever folder it stands. */
function sourceOf(name: string): string {
  const found = readdirSync('src', { recursive: true, encoding: 'utf8' }).find((each) => path.basename(each) === name);
  return readFileSync(path.join('src', found ?? name), 'utf8');
}

describe('Refusals in German', () => {
  it('are those of the server, by their codes', () => {
    const german = ['refusal', 'later-refusal']
      .map((name) => readFileSync(`web/src/language/de/${name}.ts`, 'utf8').split(/\n {2}code: \{/)[1] ?? '')
      .join('\n');
    const codes = [...german.matchAll(/^ {4}'?([a-z-]+)(?:_[a-zA-Z-]+)?'?:/gm)].map(([, code]) => code);
    expect(codes.length).toBeGreaterThan(40);
    const server = readdirSync('src', { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'))
      .map((name) => readFileSync(path.join('src', name), 'utf8'))
      .join('\n')
      // There, `code` is a field of a body.
      .replaceAll(/@OneGroupOf\([^)]*\)/g, '');
    expect(codes.filter((code) => !server.includes(`'${code}'`))).toEqual([]);
    const all = [...server.matchAll(/\bcode(?: =|:) '([a-z]+(?:-[a-z]+)*)'/g)].map(([, code]) => code);
    expect([...new Set(all)].filter((code) => !codes.includes(code))).toEqual([]);
    const foreign = (sourceOf('problem.ts').split('const knownWords')[1] ?? '').matchAll(
      /\['([a-z]+(?:-[a-z]+)*)', '|\[\n\s+'([a-z-]+)',\n/g,
    );
    expect([...foreign].map(([, one, other]) => one ?? other).filter((code) => !codes.includes(code))).toEqual([]);
  });

  it('has words for every action of the audit log', () => {
    // These are told to webhooks, and not recorded.
    const announced = ['license.expired', 'license.expiring', 'mail.failed', 'seats.available', 'seats.exhausted'];
    const german = readFileSync('web/src/language/de/audit.ts', 'utf8');
    const recorded = readdirSync('src', { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'))
      .flatMap((name) => [
        ...readFileSync(path.join('src', name), 'utf8').matchAll(/action(?:: [^\n']*|\W{1,3})'([a-z-]{2,}\.[a-z-]+)'/g),
      ])
      .map(([, action = '']) => action)
      .filter((action) => !announced.includes(action));
    expect(recorded.length).toBeGreaterThan(40);
    expect([...new Set(recorded)].filter((action) => !german.includes(`'${action}':`))).toEqual([]);
  });

  it('has words for everything that can go wrong with a mail', () => {
    const source = ['smtp-failure', 'mail-token', 'outbox']
      .map((name) => sourceOf(`${name}.ts`))
      .join('\n')
      .replaceAll(/' \+\n\s+'/g, '');
    const said = [
      ...source.matchAll(
        /['`]((?:The (?:mail server|token URL|host|certificate|connection)|There is no mail server)[^'`$]*)/g,
      ),
    ];
    const known = Object.values(englishMail.trouble);
    expect(said.length).toBeGreaterThan(15);
    expect(
      said.map(([, message = '']) => message).filter((message) => !known.some((each) => message.startsWith(each))),
    ).toEqual([]);
  });
});
