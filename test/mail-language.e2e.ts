import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type ParsedMail } from 'mailparser';
import { type Api } from './support/api.js';
import { Mailbox } from './support/network/smtp-server.js';
import { member, readyServer, type ReadyServer, usualSeats } from './support/test-server.js';
import { until } from './support/until.js';

const sender = 'licenses@example.com';
const preferences = '/api/v1/users/me/mail-preferences';

let server: ReadyServer;
let path: string;
let admin: Api;
let mailbox: Mailbox;

async function open(more: object = {}, env: Record<string, string> = {}): Promise<void> {
  server = await readyServer(usualSeats, more, env);
  path = `/api/v1/organizations/${server.organizationId}`;
  admin = await member(server, 'admin@example.com', 'ADMIN');
}

beforeEach(async () => {
  mailbox = await Mailbox.open();
  const body = { host: '127.0.0.1', port: mailbox.port, protocol: 'SMTP', sender };
  await admin.put(`${path}/mail-server`, body).expect(200);
});
afterEach(() => mailbox.close());

async function invited(email: string, by = admin): Promise<ParsedMail> {
  await by.post(`${path}/invitations`, { emails: [email], role: 'USER' }).expect(201);
  const [mail] = await mailbox.to(email);
  return mail!;
}

describe('The language of a mail', () => {
  beforeAll(() => open());
  afterAll(() => server.close());

  it('is English unless the reader chooses another one, which a preference does and undoes', async () => {
    const reader = await member(server, 'reader@example.com', 'USER');
    const notify = () =>
      admin
        .post(`${path}/execution-notifications`, {
          ...{ suite: 'Nightly', status: 'FAILED', totals: { total: 2, failed: 1 }, url: 'https://ci.local/1' },
          to: ['reader@example.com'],
        })
        .expect(202);
    expect(await reader.get(preferences).expect(200)).toEqual({ muted: [], language: null });
    await notify();
    expect(await reader.put(preferences, { language: 'de' }).expect(200)).toEqual({ muted: [], language: 'de' });
    await notify();
    // What is absent stays.
    expect(await reader.put(preferences, { muted: ['team-added'] }).expect(200)).toEqual({
      muted: ['team-added'],
      language: 'de',
    });
    expect(await reader.put(preferences, { language: null }).expect(200)).toEqual({
      muted: ['team-added'],
      language: null,
    });
    await notify();
    for (const language of ['fr', '', 1, ['de']]) await reader.put(preferences, { language }).refused(400);
    const [first, german, third] = await mailbox.to('reader@example.com', 3);
    expect(first?.text).toContain('total: 2, failed: 1');
    expect(german?.text).toContain('gesamt: 2, fehlgeschlagen: 1');
    expect(german?.text).toContain('Sie erhalten diese E-Mail, weil admin@example.com');
    expect(german?.html).toContain('<html lang="de">');
    expect(german?.html).toContain('Lauf öffnen');
    expect(third?.html).toContain('<html lang="en">');
    await reader.put(preferences, { language: 'ja' }).expect(200);
    await notify();
    const [, , , japanese] = await mailbox.to('reader@example.com', 4);
    expect(japanese?.text).toContain('合計: 2、失敗: 1');
    expect(japanese?.html).toContain('<html lang="ja">');
    expect(japanese?.html).toContain('実行結果を開く');
    await reader.put(preferences, { language: null }).expect(200);
  });

  it("is the inviter's for invited people who have not chosen one, and the invitation names the inviter", async () => {
    await admin.patch('/api/v1/users/me', { firstName: 'Grace', lastName: 'Hopper' }).expect(200);
    await admin.put(preferences, { language: 'de' }).expect(200);
    const mail = await invited('neu@example.com');
    expect(mail.subject).toBe('Sie sind zu Acme eingeladen');
    expect(mail.text).toContain('Grace Hopper lädt Sie zu Acme ein');
    expect(mail.text).toContain('weil admin@example.com diese Adresse eingeladen hat');
    await admin.put(preferences, { language: null }).expect(200);
    const english = await invited('new@example.com');
    expect(english.subject).toBe('You are invited to Acme');
    expect(english.text).toContain('Grace Hopper invites you to Acme');
  });

  it('does not change what a name holds: it is shown as it was typed, in HTML, text and subject', async () => {
    const name = '<img src=x> {{subject}} {{constructor}} & "Co"';
    await server.root.patch(path, { name }).expect(200);
    await admin.patch('/api/v1/users/me', { firstName: '{{{url}}}', lastName: '</h1><script>1</script>' }).expect(200);
    const mail = await invited('odd@example.com');
    expect(mail.subject).toBe(`You are invited to ${name}`);
    expect(mail.text).toContain(`{{{url}}} </h1><script>1</script> invites you to ${name}`);
    expect(mail.html).not.toMatch(/<img|<script|<link|url\(/);
    expect(mail.html).toContain('&lt;img src=x&gt; {{subject}} {{constructor}} &amp; "Co"');
    await server.root.patch(path, { name: 'Acme' }).expect(200);
    await admin.patch('/api/v1/users/me', { firstName: '', lastName: '' }).expect(200);
  });

  it('is in a test mail that of its recipient', async () => {
    await admin.put(preferences, { language: 'de' }).expect(200);
    for (const to of ['admin@example.com', 'stranger@example.com']) {
      expect(await admin.post(`${path}/mail-server/test`, { to }).expect(200)).toMatchObject({ sent: true });
    }
    expect((await mailbox.to('admin@example.com'))[0]?.subject).toBe('Testmail des Lizenzservers');
    expect((await mailbox.to('stranger@example.com'))[0]?.subject).toBe('Test mail of the license server');
    await admin.put(preferences, { language: null }).expect(200);
  });

  it('looks the same in the dark, and loads nothing from elsewhere', async () => {
    const { html } = await invited('look@example.com');
    expect(html).toContain('@media (prefers-color-scheme: dark)');
    const addresses = [...String(html).matchAll(/(?:src|href)="([^"]*)"/g)].map(([, address]) => address);
    expect(new Set(addresses).size).toBe(1);
    expect(addresses[0]).toContain('/invitations/');
  });

  it('does not matter to a mail that the version before has left in the outbox: it goes out as it was written', async () => {
    // It waits as text and HTML, as every version writes it.
    await admin.delete(`${path}/mail-server`).expect(204);
    await server.root.put('/api/v1/mail-server', { host: '127.0.0.1', port: 1, protocol: 'SMTP', sender }).expect(200);
    await admin.post(`${path}/invitations`, { emails: ['queued@example.com'], role: 'USER' }).expect(201);
    const [row] = await server.sql<{ subject: string }>(
      `SELECT subject FROM outbox_mail WHERE recipient = 'queued@example.com' AND content_sealed IS NOT NULL`,
    );
    expect(row?.subject).toBe('You are invited to Acme');
    await server.sql(`UPDATE outbox_mail SET subject = 'As it was', kind = 'a kind of the past' WHERE subject = $1`, [
      row?.subject,
    ]);
    const body = { host: '127.0.0.1', port: mailbox.port, protocol: 'SMTP', sender };
    await server.root.put('/api/v1/mail-server', body).expect(200);
    await server.later({ minutes: 1 });
    const [mail] = await mailbox.to('queued@example.com');
    expect(mail?.subject).toBe('As it was');
    expect(mail?.text).toContain('/invitations/');
    await server.root.delete('/api/v1/mail-server').expect(204);
  });
});

describe('MAIL_LANGUAGE', () => {
  // A day without hours, as vendors write it.
  const lastDay = new Date(Date.now() + 365 * 86_400_000).toISOString().slice(0, 10);
  beforeAll(() => open({ validUntil: lastDay, graceDays: 0 }, { MAIL_LANGUAGE: 'de' }));
  afterAll(() => server.close());

  it('is the language of readers who have not chosen one', async () => {
    expect((await invited('erste@example.com')).subject).toBe('Sie sind zu Acme eingeladen');
    await admin.put(preferences, { language: 'en' }).expect(200);
    expect((await invited('second@example.com')).subject).toBe('You are invited to Acme');
  });

  it('shows the day that was written in a license without hours, and no midnight after it', async () => {
    const body = { host: '127.0.0.1', port: mailbox.port, protocol: 'SMTP', sender };
    await server.root.put('/api/v1/mail-server', body).expect(200);
    await server.later({ days: 340 });
    const warning = () => mailbox.mails.find(({ subject }) => subject?.startsWith('Die Lizenz'));
    await until(() => warning() !== undefined, 20, 'the warning');
    await server.later({ days: -340 });
    const [year, month, day] = lastDay.split('-');
    expect(warning()?.subject).toBe(`Die Lizenz von Acme läuft am ${day}.${month}.${year} ab`);
    expect(warning()?.text).toContain('Danach werden keine Plätze mehr vergeben.');
  });
});
