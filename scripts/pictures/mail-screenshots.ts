import { MailerService } from '@nestjs-modules/mailer';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Browser } from 'playwright-core';
import { languages } from '../../src/config/language.js';
import { type MonthlyCapacity } from '../../src/mail/facts.js';
import { MailComposer } from '../../src/mail/mail-composer.js';
import { mailerOptions } from '../../src/mail/mailer-options.js';
import { templatedMail, type TemplatedMail } from '../../src/mail/templated-mail.js';
import { startChromium } from '../chromium.js';

const to = 'grace@example.com';
const url = 'https://licenses.example.com/organizations/1/licenses';
const link = 'https://licenses.example.com/invitations/mB2tWc0Yk3vQ5zJrXaN8uLh1dPfE7sGiOo4KqVwTnRy';
const organization = 'Acme Testing';
const product = 'Katalon Studio Enterprise';
const at = new Date('2027-01-31T09:12:00Z');
const device = { address: '203.0.113.7', browser: 'Firefox', system: 'Linux' };
const holder = (name: string): { email: string; host: string; since: Date } => ({
  ...{ email: `${name}@example.com`, host: `${name.toUpperCase()}-LAPTOP`, since: at },
});
const team = { organization, team: 'Mobile', role: 'ADMIN' };

const capacity: MonthlyCapacity = {
  ...{ organization, month: new Date('2027-01-01T00:00:00Z'), profileUrl: 'https://licenses.example.com/profile#mail' },
  pools: [
    {
      ...{ product, model: 'floating', subscribed: 40, inUse: 36, peak: 40, p95: 31, p99: 38 },
      ...{ denials: 17, deniedUsers: 5, suggestedSeats: 44, fullOn: at },
    },
    {
      ...{ product: 'Katalon Runtime Engine', model: 'floating', subscribed: 12, inUse: 4, peak: 9, p95: 6, p99: 8 },
      ...{ denials: 0, deniedUsers: 0, suggestedSeats: 10, fullOn: new Date('2027-06-14T08:00:00Z') },
    },
  ],
};

/** Each template with facts as they happen; a new one is one line here. */
const mails: TemplatedMail[] = [
  templatedMail(
    'invitation',
    to,
    { to, organization, inviter: 'Ada Lovelace', inviterEmail: 'ada@example.com', hours: 72 },
    { url: link },
  ),
  templatedMail('password-reset', to, {}, { url: link }),
  templatedMail('password-elsewhere', to, { providers: ['Company directory'] }, { url }),
  templatedMail('verification', to, {}, { url: link }),
  templatedMail('password-changed', to, {}, { url }),
  templatedMail('email-change', to, {}, { url: link }),
  templatedMail('email-changed', to, { former: 'grace@example.com', email: 'hopper@example.com' }, { url }),
  templatedMail('account-locked', to, { address: '203.0.113.7', at }, { url }),
  templatedMail('codes-guessed', to, { address: '203.0.113.7', at }, { url }),
  templatedMail('second-factor', to, { change: 'passkey-added', name: 'Laptop', address: '203.0.113.7', at }, { url }),
  templatedMail('recovery-code-used', to, { left: 7, address: '203.0.113.7', at }, { url }),
  templatedMail('new-device', to, { ...device, at }, { url }),
  templatedMail('role-changed', to, { organization, role: 'BILLING_MANAGER' }),
  templatedMail('member-added', to, { organization, role: 'USER', serverUrl: 'https://licenses.example.com' }),
  templatedMail('member-removed', to, { organization }),
  templatedMail('ownership-transferred', to, { organization, owner: 'ada@example.com' }),
  templatedMail('team-added', to, team),
  templatedMail('team-removed', to, team),
  templatedMail('team-role-changed', to, team),
  templatedMail('seat-assigned', to, { organization, product }),
  templatedMail('seat-unassigned', to, { organization, product, days: 30, autoAssign: true }),
  templatedMail('test', to, { tester: 'ada@example.com' }),
  templatedMail(
    'seats-exhausted',
    to,
    { organization, product, refused: 3, holders: [holder('alan'), holder('edsger')] },
    { url },
  ),
  templatedMail('monthly-capacity', to, capacity, { url }),
  templatedMail('webhook-disabled', to, { organization, host: 'hooks.example.com', error: 'HTTP 503' }, { url }),
  templatedMail('over-quota', to, { organization, product, inUse: 6, quota: 5 }),
  templatedMail('backup-missing', to, { lastBackupAt: at, failure: 'there is no space left on the device' }, { url }),
  templatedMail('certificate-expiring', to, { use: 'https', name: 'licenses', expiresAt: at }, { url }),
  templatedMail('certificate-expiring', to, { use: 'saml-server', name: 'Company login', expiresAt: at }, { url }),
  templatedMail('disk-low', to, { host: 'licenses', freeBytes: 150_000_000 }, { url }),
  templatedMail('mails-failing', to, { organization, count: 3, failure: '550 Mailbox unknown' }, { url }),
  templatedMail('settings-changed', to, { organization, by: 'ada@example.com', settings: 'license-policy' }, { url }),
  templatedMail(
    'license-expiring',
    to,
    { customer: organization, expiresAt: at, lastGrantAt: new Date('2027-02-14T23:59:59Z'), expired: false },
    { url },
  ),
  templatedMail(
    'execution-notification',
    to,
    {
      ...{ organization, sender: 'ci@example.com', suite: 'Nightly regression', status: 'FAILED' },
      totals: [
        ['total', 120],
        ['passed', 117],
        ['failed', 3],
      ],
    },
    { url: 'https://ci.example.com/job/42' },
  ),
];

const looks = [
  { look: 'light', colorScheme: 'light', width: 640, columns: 4 },
  { look: 'dark', colorScheme: 'dark', width: 640, columns: 4 },
  { look: 'narrow', colorScheme: 'light', width: 360, columns: 7 },
] as const;

const folder = path.join(process.cwd(), process.env.SCREENSHOTS ?? path.join('docs', 'screenshots', 'mails'));
mkdirSync(folder, { recursive: true });
const brand = { name: organization, logo: null };
const composer = new MailComposer(new MailerService(mailerOptions(), undefined as never));
const browser = await startChromium();
try {
  for (const language of languages) {
    const pages = await Promise.all(mails.map(async (mail) => (await composer.compose(mail, language, brand)).html));
    for (const { look, colorScheme, width, columns } of looks) {
      const file = path.join(folder, `${language}-${look}.png`);
      writeFileSync(file, await sheetOf(browser, pages, { colorScheme, width, columns }));
      console.log(path.relative(process.cwd(), file));
    }
  }
} finally {
  await browser.close();
}

/** All mails beside each other, each as wide as a mail program shows it. */
async function sheetOf(
  from: Browser,
  pages: readonly string[],
  { colorScheme, width, columns }: { colorScheme: 'light' | 'dark'; width: number; columns: number },
): Promise<Buffer> {
  const page = await from.newPage({ colorScheme, viewport: { width: width * columns, height: 800 } });
  await page.setContent('<body style="margin:0;color-scheme:light dark"></body>');
  await page.evaluate<unknown>(`(async () => {
    const columns = Array.from({ length: ${columns} }, () => document.body.appendChild(document.createElement('div')));
    Object.assign(document.body.style, { display: 'flex', alignItems: 'flex-start' });
    for (const html of ${JSON.stringify(pages).replaceAll('<', '\\u003c')}) {
      const frame = document.createElement('iframe');
      Object.assign(frame.style, { display: 'block', width: '${width}px', border: 'none', colorScheme: 'light dark' });
      frame.srcdoc = html;
      const shown = new Promise((resolve) => (frame.onload = resolve));
      columns.sort((one, other) => one.offsetHeight - other.offsetHeight)[0].append(frame);
      await shown;
      frame.style.height = frame.contentDocument.body.scrollHeight + 'px';
    }
  })()`);
  const picture = await page.screenshot({ fullPage: true });
  await page.close();
  return picture;
}
