import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Api } from './support/api.js';
import { Mailbox, recipientsOf } from './support/network/smtp-server.js';
import { member, type ReadyServer, readyServer, rootAccount, usualSeats } from './support/test-server.js';
import { until } from './support/until.js';

interface Notice {
  id: string;
  kind: string;
  severity: string;
  organization: { id: number; name: string } | null;
  facts: Record<string, unknown>;
  dismissed: boolean;
}

const mine = '/api/v1/users/me/notifications';

let server: ReadyServer;
let organization: string;
let admin: Api;
let billing: Api;
let user: Api;
let mailbox: Mailbox;

beforeAll(async () => {
  const validUntil = new Date(Date.now() + 20 * 86_400_000).toISOString();
  server = await readyServer(usualSeats, { validUntil });
  organization = `/api/v1/organizations/${server.organizationId}`;
  admin = await member(server, 'admin@example.com', 'ADMIN');
  billing = await member(server, 'billing@example.com', 'BILLING_MANAGER');
  user = await member(server, 'user@example.com', 'USER');
  mailbox = await Mailbox.open();
  // What comes once a day would come twice at midnight.
  const minutesLeft = Math.ceil((86_400_000 - (Date.now() % 86_400_000)) / 60_000);
  if (minutesLeft < 10) await server.later({ minutes: minutesLeft });
});
afterAll(async () => {
  await mailbox.close();
  await server.close();
});

const noticesOf = (api: Api): Promise<Notice[]> => api.get(mine).expect<Notice[]>(200);
const kindsOf = async (api: Api): Promise<string[]> => (await noticesOf(api)).map(({ kind }) => kind);
const find = async (api: Api, kind: string): Promise<Notice | undefined> =>
  (await noticesOf(api)).find((notice) => notice.kind === kind);
const dismiss = (api: Api, { id }: Notice) => api.put(`${mine}/${id}/dismissal`, {});
const take = (machineId: string) =>
  admin.post('/api/v1/leases', { organizationId: server.organizationId, product: 'KSE', machineId, sessionId: 's' });
const settings = (port: number) => ({ host: '127.0.0.1', port, protocol: 'SMTP', sender: 'licenses@example.com' });
/** What root has got. */
const mailsTo = (address: string, phrase: string) =>
  mailbox.mails.filter((mail) => recipientsOf(mail).includes(address) && mail.subject?.includes(phrase));

describe('What needs action', () => {
  it('is told to those whose role can do something about it', async () => {
    for (const api of [server.root, billing]) {
      expect(await find(api, 'license-expiring')).toMatchObject({
        severity: 'warning',
        organization: null,
        facts: { customer: 'Acme', expiresAt: expect.any(String) },
        dismissed: false,
      });
    }
    for (const api of [admin, user]) expect(await kindsOf(api)).not.toContain('license-expiring');
    await server.api.get(mine).refused(401);
  });

  it('tells of refusals, the most urgent first', async () => {
    for (const machine of ['m-1', 'm-2']) await take(machine).expect(201);
    for (const machine of ['m-3', 'm-4']) await take(machine).refused(409);
    const [first] = await noticesOf(server.root);
    expect(first).toMatchObject({
      kind: 'seats-exhausted',
      severity: 'critical',
      organization: { id: server.organizationId, name: 'Acme' },
      facts: { product: 'KSE', count: 2 },
    });
    expect(await kindsOf(billing)).toContain('seats-exhausted');
    expect(await noticesOf(user)).toEqual([]);
  });

  it('is dismissed by each person alone, and can be brought back', async () => {
    const notice = (await find(admin, 'seats-exhausted'))!;
    await dismiss(admin, notice).expect(204);
    await dismiss(admin, notice).expect(204);
    expect(await find(admin, 'seats-exhausted')).toEqual({ ...notice, dismissed: true });
    expect((await find(billing, 'seats-exhausted'))?.dismissed).toBe(false);
    await admin.delete(`${mine}/${notice.id}/dismissal`).expect(204);
    expect((await find(admin, 'seats-exhausted'))?.dismissed).toBe(false);
    expect(await admin.delete(`${mine}/${notice.id}/dismissal`).refused(404)).toContain('was not found');
  });

  it('is dismissed only by those to whom it is told', async () => {
    const notice = (await find(admin, 'seats-exhausted'))!;
    expect(await dismiss(user, notice).refused(404)).toBe('The notification was not found.');
    expect(await user.put(`${mine}/1/dismissal`, {}).refused(400)).toContain('must be a UUID');
    expect(await server.sql('SELECT FROM dismissed_notice')).toEqual([]);
  });

  it('tells of settings that others changed, and again when they change them again', async () => {
    const change = (api: Api, leaseMinutes: number) =>
      api.patch(`${organization}/license-policy`, { leaseMinutes }).expect(200);
    await change(server.root, 20);
    const told = (await find(admin, 'settings-changed'))!;
    expect(told).toMatchObject({
      severity: 'info',
      organization: { name: 'Acme' },
      facts: { action: 'license-policy.changed', by: rootAccount.email, count: 1 },
    });
    expect(await kindsOf(server.root)).not.toContain('settings-changed');
    await dismiss(admin, told).expect(204);
    await change(server.root, 21);
    expect(await find(admin, 'settings-changed')).toMatchObject({ dismissed: false, facts: { count: 2 } });
    await change(admin, 22);
    expect((await find(server.root, 'settings-changed'))?.facts).toMatchObject({ by: 'admin@example.com', count: 1 });
    expect(await kindsOf(billing)).not.toContain('settings-changed');
  });
});

describe('A mail about it', () => {
  it('goes to the others who administer the organization, once a day', async () => {
    await server.root.put('/api/v1/mail-server', settings(mailbox.port)).expect(200);
    await server.later({ minutes: 1 });
    await until(() => mailsTo(rootAccount.email, 'changed the policies of Acme').length > 0, 20, 'the mail');
    const [mail] = mailsTo(rootAccount.email, 'admin@example.com changed');
    expect(mail?.text).toContain(`/organizations/${server.organizationId}/audit-log`);
    expect(mailsTo('admin@example.com', 'changed')).toEqual([]);
    await admin.patch(`${organization}/license-policy`, { leaseMinutes: 23 }).expect(200);
    await admin.patch(organization, { name: 'Acme Ltd' }).expect(200);
  });

  it('goes by the mail server of the whole server when the own one of the organization is what fails', async () => {
    const refusing = await Mailbox.open({
      onRcptTo: (_address, _session, done) => done(Object.assign(new Error('Mailbox unknown'), { responseCode: 550 })),
    });
    await admin.put(`${organization}/mail-server`, settings(refusing.port)).expect(200);
    await admin.post(`${organization}/invitations`, { emails: ['new@example.com'], role: 'USER' }).expect(201);
    await until(async () => (await find(admin, 'mails-failing')) !== undefined, 20, 'the failure');
    expect((await find(admin, 'mails-failing'))?.facts).toEqual({
      count: 1,
      failure: expect.stringContaining('550 Mailbox unknown'),
    });
    expect(await kindsOf(billing)).not.toContain('mails-failing');
    await server.later({ minutes: 1 });
    await until(() => mailsTo('admin@example.com', 'Mails of Acme Ltd are not sent').length > 0, 20, 'the mail');
    // The changes of the test before were looked at earlier in the same turn.
    expect(await server.sql(`SELECT recipient FROM outbox_mail WHERE kind = 'settings-changed'`)).toEqual([
      { recipient: rootAccount.email },
    ]);
    await admin.delete(`${organization}/mail-server`).expect(204);
    await refusing.close();
  });

  it('does not go to those who turned it off', async () => {
    await server.root.put('/api/v1/users/me/mail-preferences', { muted: ['backup-missing'] }).expect(200);
    await server.sql(`UPDATE user_account SET root = true WHERE email = 'billing@example.com'`);
    await server.later({ minutes: 27 * 60 });
    await until(() => mailsTo('billing@example.com', 'no backup').length > 0, 20, 'the mail');
    expect(mailsTo(rootAccount.email, 'no backup')).toEqual([]);
    server.root = await server.api.signedIn(rootAccount.email, rootAccount.password);
    expect(await find(server.root, 'backup-missing')).toMatchObject({
      severity: 'warning',
      organization: null,
      facts: {},
    });
  });
});
