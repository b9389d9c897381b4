import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { type Api } from './support/api.js';
import { cli, gui, member, readyServer, type ReadyServer, userId } from './support/test-server.js';

interface Result {
  email: string;
  line: number | null;
  invitation: { role: string; team: string | null; assign: { product: string }[] } | null;
  link: string | null;
  error: { code: string; message: string } | null;
}

let server: ReadyServer;
let path: string;
let admin: Api;

beforeAll(async () => {
  server = await readyServer([
    { product: 'KSE', model: 'per-user', quantity: 3, features: [gui] },
    { product: 'KRE', model: 'floating', quantity: 5, features: [cli] },
  ]);
  path = `/api/v1/organizations/${server.organizationId}`;
  admin = await member(server, 'admin@example.com', 'ADMIN');
});
afterAll(() => server.close());

const csv = { 'content-type': 'text/csv' };
const errors = (results: Result[]) => results.map(({ line, error }) => [line, error?.code ?? null]);
const idsOf = async (emails: string[]) => Promise.all(emails.map((email) => userId(server, email)));

async function invitations(): Promise<number> {
  return (await admin.get(`${path}/invitations`).expect<{ totalElements: number }>(200)).totalElements;
}

describe('A CSV list of people', () => {
  it('invites each with role, team and license, and tells of each line what became of it', async () => {
    await admin.post(`${path}/teams`, { name: 'Checkout' }).expect(201);
    await member(server, 'ada@example.com', 'USER');
    const list = [
      '\uFEFFE-Mail;Role;Team;Assign',
      'grace@example.com;admin;checkout;KSE',
      ' alan@example.com ; ; ; ',
      '',
      'no address;USER;;',
      'joan@example.com;OWNER;;',
      'mary@example.com;USER;Payments;',
      'edsger@example.com;USER;;KRE',
      'ada@example.com;USER;;',
      'GRACE@example.com;USER;;',
    ].join('\r\n');

    const results = await admin.post(`${path}/invitations`, list, csv).expect<Result[]>(201);

    expect(errors(results)).toEqual([
      [2, null],
      [3, null],
      [5, 'invalid-email'],
      [6, 'unknown-value'],
      [7, 'unknown-team'],
      [8, 'no-seat-to-assign'],
      [9, 'already-a-member'],
      [10, 'listed-twice'],
    ]);
    expect(results[0]?.invitation).toMatchObject({ role: 'ADMIN', team: 'Checkout', assign: [{ product: 'KSE' }] });
    expect(results[1]?.invitation).toMatchObject({ role: 'USER', team: null, assign: [] });
    expect(results[3]?.error?.message).toContain('ADMIN, BILLING_MANAGER, USER');
  });

  it('gives the team and the seat when the person joins', async () => {
    const list = 'email,team,assign\nbarbara@example.com,Checkout,KSE\n';
    const [result] = await admin.post(`${path}/invitations`, { csv: list }).expect<Result[]>(201);
    const link = `/api/v1/invitations/${result?.link?.split('/').pop()}`;
    await server.api.post(`${link}/accept`, { password: 'seven quiet bridges' }).expect(200);
    const token = { grant_type: 'password', username: 'barbara@example.com', password: 'seven quiet bridges' };
    await server.api.token(token).expect(200);

    const { content: teams } = await admin.get(`${path}/teams`).expect<{ content: { id: number }[] }>(200);
    const team = await admin.get(`${path}/teams/${teams[0]?.id}/members`).expect<{ content: object[] }>(200);
    expect(team.content).toContainEqual(expect.objectContaining({ email: 'barbara@example.com', role: 'USER' }));
    const licensed = await admin.get(`${path}/licensed-users`).expect<{ content: object[] }>(200);
    expect(licensed.content).toEqual([expect.objectContaining({ email: 'barbara@example.com', product: 'KSE' })]);
  });

  it('is only looked at when a preview is asked for', async () => {
    const before = await invitations();
    const list = 'email\nkurt@example.com\nbarbara@example.com\n';
    const results = await admin.post(`${path}/invitations`, { csv: list, preview: true }).expect<Result[]>(201);
    expect(errors(results)).toEqual([
      [2, null],
      [3, 'already-a-member'],
    ]);
    expect(await invitations()).toBe(before);
  });

  it('is refused whole, in words, when it is none', async () => {
    const before = await invitations();
    const refused = async (list: string): Promise<string> => admin.post(`${path}/invitations`, list, csv).refused(400);
    expect(await refused('kurt@example.com\n')).toContain('email');
    expect(await refused('email,phone\nkurt@example.com,1\n')).toContain('no column phone');
    expect(await refused('email,email\na,b\n')).toContain('twice');
    expect(await refused('email,role\n"kurt@example.com,USER\n')).toContain('cannot be read');
    expect(await refused('email,role\nkurt@example.com\n')).toContain('cannot be read');
    expect(await refused('email\n')).toContain('at least one address');
    expect(await refused('')).toContain('csv');
    const many = Array.from({ length: 1001 }, (_, index) => `person-${index}@example.com`).join('\n');
    expect(await refused(`email\n${many}`)).toContain('at most 1000');
    const both = admin.post(`${path}/invitations`, { csv: 'email\nkurt@example.com', role: 'ADMIN' });
    expect(await both.refused(400)).toContain('csv');
    expect(await invitations()).toBe(before);
  });

  it('is taken by this route alone', async () => {
    await admin.post(`${path}/teams`, 'name\nA', csv).refused(400);
  });
});

describe('Per-user seats of several members', () => {
  const change = (userIds: unknown, assign: unknown, api = admin) =>
    api.post(`${path}/licensed-users/bulk`, { userIds, product: 'KSE', model: 'per-user', assign });

  it('are assigned in the order of the ids as long as there are any, and taken back', async () => {
    const emails = ['u1@example.com', 'u2@example.com', 'u3@example.com'];
    for (const email of emails) await member(server, email, 'USER');
    const [u1 = 0, u2 = 0, u3 = 0] = await idsOf(emails);
    // One of the three seats is Barbara's.
    const results = await change([u1, 999_999, u2, u1, u3], true).expect<{ userId: number; error: object | null }[]>(
      200,
    );
    expect(results).toEqual([
      { userId: u1, error: null },
      { userId: 999_999, error: expect.objectContaining({ code: 'not-found' }) },
      { userId: u2, error: null },
      { userId: u3, error: expect.objectContaining({ code: 'no-seat-to-assign' }) },
    ]);
    await change([u1, u2, u3], false).expect(200);
    const [, , third] = await change([u1, u2, u3], false).expect<{ error: { code: string } }[]>(200);
    expect(third?.error.code).toBe('not-found');
    const audit = await admin
      .get(`${path}/audit-events?action=licensed-user.unassigned`)
      .expect<{ content: object[] }>(200);
    expect(audit.content).toHaveLength(2);
  });

  it('are refused for a list that is none, and for those who may not', async () => {
    for (const ids of [undefined, [], [0], ['1'], [1.5], 'all', Array.from({ length: 501 }, (_, index) => index + 1)]) {
      await change(ids, true).refused(400);
    }
    await change([1], 'yes').refused(400);
    const user = await member(server, 'u4@example.com', 'USER');
    await change([1], true, user).refused(403);
  });
});

describe('Several sessions', () => {
  const take = async (machineId: string): Promise<string> => {
    const seat = { organizationId: server.organizationId, product: 'KRE', machineId, sessionId: `s-${machineId}` };
    return (await admin.post('/api/v1/leases', seat).expect<{ id: string }>(201)).id;
  };
  const terminate = (body: object, api = admin) => api.post(`${path}/online-licenses/terminate`, body);

  it('are ended at once, and their machines refused if so wanted', async () => {
    const [one, two, three] = [await take('agent-1'), await take('agent-2'), await take('agent-3')];
    const nobodys = '00000000-0000-4000-8000-000000000000';
    const results = await terminate({ leaseIds: [one, nobodys, one] }).expect(200);
    expect(results).toEqual([
      { leaseId: one, borrowedUntil: null, error: null },
      { leaseId: nobodys, borrowedUntil: null, error: expect.objectContaining({ code: 'not-found' }) },
    ]);
    await terminate({ leaseIds: [two, three], deny: true }).expect(200);
    const policy = await admin.get(`${path}/license-policy`).expect<{ deniedMachines: string[] }>(200);
    expect(policy.deniedMachines.toSorted()).toEqual(['agent-2', 'agent-3']);
    const online = await admin.get(`${path}/online-licenses`).expect<{ content: object[] }>(200);
    expect(online.content).toEqual([]);
    expect(await take('agent-1')).not.toBe(one);
  });

  it('may be a thousand in one request', async () => {
    const leaseIds = Array.from({ length: 1000 }, () => randomUUID());
    expect(await terminate({ leaseIds }).expect(200)).toHaveLength(1000);
    await terminate({ leaseIds: [...leaseIds, randomUUID()] }).refused(400);
  });

  it('of another organization are not there', async () => {
    const theirs = await server.root.post('/api/v1/organizations', { name: 'Other' }).expect<{ id: number }>(201);
    const id = await take('agent-4');
    const [result] = await server.root
      .post(`/api/v1/organizations/${theirs.id}/online-licenses/terminate`, { leaseIds: [id] })
      .expect<{ error: { code: string } | null }[]>(200);
    expect(result?.error?.code).toBe('not-found');
    await admin.post(`/api/v1/leases/${id}/renew`).expect(200);
  });

  it('are refused for a list that is none, and for those who may not', async () => {
    for (const leaseIds of [undefined, [], ['all'], [1], 'all']) await terminate({ leaseIds }).refused(400);
    const user = await member(server, 'u5@example.com', 'USER');
    await terminate({ leaseIds: ['00000000-0000-4000-8000-000000000000'] }, user).refused(403);
  });
});

interface ItemResult {
  error: { code: string; message: string } | null;
}
const codes = (results: ItemResult[]) => results.map(({ error }) => error?.code ?? null);

async function auditOf(action: string): Promise<{ targetId: string }[]> {
  return (await admin.get(`${path}/audit-events?action=${action}`).expect<{ content: { targetId: string }[] }>(200))
    .content;
}

describe('Several members', () => {
  const emails = ['m1@example.com', 'm2@example.com', 'm3@example.com'];
  const owner = () => userId(server, 'root@example.com');
  const self = () => userId(server, 'admin@example.com');
  const changeRole = (body: object, api = admin) => api.post(`${path}/members/change-role`, body);
  const remove = (body: object, api = admin) => api.post(`${path}/members/remove`, body);

  beforeAll(async () => {
    for (const email of emails) await member(server, email, 'USER');
  });

  it('get another role, each in a transaction of its own; the owner, the caller and strangers do not', async () => {
    const [m1 = 0, m2 = 0, m3 = 0] = await idsOf(emails);
    const userIds = [m1, await owner(), m2, await self(), 999_999, m1];
    const results = await changeRole({ userIds, role: 'BILLING_MANAGER' }).expect<ItemResult[]>(200);
    expect(codes(results)).toEqual([null, 'owner-stays', null, 'not-yourself', 'not-found']);
    const events = await auditOf('member.role-changed');
    expect(events.map(({ targetId }) => Number(targetId)).toSorted()).toEqual([m1, m2].toSorted());
    expect(await admin.get(`${path}/members/${m1}`).expect(200)).toMatchObject({ role: 'BILLING_MANAGER' });
    expect(await admin.get(`${path}/members/${m3}`).expect(200)).toMatchObject({ role: 'USER' });
  });

  it('are removed; their sessions end', async () => {
    const [m1 = 0, m2 = 0, m3 = 0] = await idsOf(emails);
    const theirs = await server.api.signedIn('m2@example.com', 'm2@example.com password');
    const lease = { organizationId: server.organizationId, product: 'KRE', machineId: 'm2-desk', sessionId: 'm2' };
    const { id } = await theirs.post('/api/v1/leases', lease).expect<{ id: string }>(201);
    const results = await remove({ userIds: [m1, m2, await owner(), await self()] }).expect<ItemResult[]>(200);
    expect(codes(results)).toEqual([null, null, 'owner-stays', 'not-yourself']);
    await theirs.post(`/api/v1/leases/${id}/renew`).refused(410);
    await admin.get(`${path}/members/${m1}`).refused(404);
    await admin.get(`${path}/members/${m3}`).expect(200);
    expect(codes(await remove({ userIds: [m1] }).expect<ItemResult[]>(200))).toEqual(['not-found']);
  });

  it('are refused for a list that is none, and for those who may not', async () => {
    for (const userIds of [undefined, [], [0], ['1'], [1.5], 'all', Array.from({ length: 501 }, (_, id) => id + 1)]) {
      await changeRole({ userIds, role: 'USER' }).refused(400);
      await remove({ userIds }).refused(400);
    }
    await changeRole({ userIds: [1], role: 'OWNER' }).refused(400);
    const user = await member(server, 'm4@example.com', 'USER');
    await changeRole({ userIds: [1], role: 'ADMIN' }, user).refused(403);
    await remove({ userIds: [1] }, user).refused(403);
  });
});

describe('Several invitations', () => {
  interface Invited {
    invitation: { id: number };
    link: string;
  }
  const change = (act: string, invitationIds: unknown, api = admin) =>
    api.post(`${path}/invitations/${act}`, { invitationIds });

  it('get new links, and are taken back', async () => {
    const emails = ['i1@example.com', 'i2@example.com', 'i3@example.com'];
    const invited = await admin.post(`${path}/invitations`, { emails, role: 'USER' }).expect<Invited[]>(201);
    const [i1 = 0, i2 = 0, i3 = 0] = invited.map(({ invitation }) => invitation.id);
    await change('revoke', [i2]).expect(200);
    const resent = await change('resend', [i1, i2, 999_999]).expect<(ItemResult & { link: string | null })[]>(200);
    expect(codes(resent)).toEqual([null, 'invitation-closed', 'not-found']);
    expect(resent[0]?.link).toContain('/invitations/');
    expect(resent[0]?.link).not.toBe(invited[0]?.link);
    expect(codes(await change('revoke', [i1, i2, i3, 999_999]).expect<ItemResult[]>(200))).toEqual([
      ...[null, null, null],
      'not-found',
    ]);
    const token = resent[0]?.link?.split('/').pop();
    await server.api.post(`/api/v1/invitations/${token}/accept`, { password: 'seven quiet bridges' }).refused(410);
    expect(await auditOf('invitation.revoked')).toHaveLength(3);
  });

  it('are refused for those who may not, and in another organization', async () => {
    const user = await member(server, 'i4@example.com', 'USER');
    await change('resend', [1], user).refused(403);
    await change('revoke', [1], user).refused(403);
    await change('revoke', []).refused(400);
  });
});

describe('Several machines', () => {
  const deny = (machineIds: unknown, denied: unknown, api = admin) =>
    api.post(`${path}/license-policy/denied-machines`, { machineIds, denied });
  const denied = async () =>
    (await admin.get(`${path}/license-policy`).expect<{ deniedMachines: string[] }>(200)).deniedMachines;

  it('are denied their seats, and allowed them again unless a pattern denies them', async () => {
    const before = await denied();
    const seat = { organizationId: server.organizationId, product: 'KRE', machineId: 'bench-1', sessionId: 'bench' };
    const { id } = await admin.post('/api/v1/leases', seat).expect<{ id: string }>(201);
    expect(codes(await deny(['bench-1', 'bench-2', 'bench-1'], true).expect<ItemResult[]>(200))).toEqual([null, null]);
    expect(await denied()).toEqual([...before, 'bench-1', 'bench-2']);
    await admin.post(`/api/v1/leases/${id}/renew`).refused(410);
    await admin.post('/api/v1/leases', seat).refused(403);
    await admin.patch(`${path}/license-policy`, { deniedMachines: [...(await denied()), '*-2'] }).expect(200);
    expect(codes(await deny(['bench-1', 'bench-2'], false).expect<ItemResult[]>(200))).toEqual([
      null,
      'denied-by-pattern',
    ]);
    await admin.post('/api/v1/leases', seat).expect(201);
    await admin.patch(`${path}/license-policy`, { deniedMachines: before }).expect(200);
  });

  it('are allowed whatever the case in which they are denied, and not while their host name is denied', async () => {
    const before = await denied();
    await server.sql(
      `INSERT INTO machine (pool_id, machine_id, hostname, registered_at)
         SELECT id, 'bench-3', 'build-3', now() FROM seat_pool WHERE product = 'KRE' AND model = 'floating'`,
    );
    await admin.patch(`${path}/license-policy`, { deniedMachines: ['BENCH-3', 'build-*'] }).expect(200);
    expect(codes(await deny(['bench-3'], false).expect<ItemResult[]>(200))).toEqual(['denied-by-pattern']);
    expect(await denied()).toEqual(['build-*']);
    await deny(['*'], true).refused(400);
    const long = Array.from({ length: 500 }, (_, index) => `${index}`.padStart(200, 'm'));
    expect(await deny(long, false).expect<ItemResult[]>(200)).toHaveLength(500);
    await admin.patch(`${path}/license-policy`, { deniedMachines: before }).expect(200);
    await server.sql(`DELETE FROM machine WHERE machine_id = 'bench-3'`);
  });

  it('lose their places; those that have none say so', async () => {
    await server.sql(
      `INSERT INTO machine (pool_id, machine_id, registered_at)
         SELECT id, 'rack-' || n, now() FROM seat_pool, generate_series(1, 2) AS n WHERE product = 'KRE' AND model = 'floating'`,
    );
    const { content } = await admin
      .get(`${path}/machines`)
      .expect<{ content: { machineId: string; denied: boolean }[] }>(200);
    expect(content.map((machine) => machine.denied)).toEqual([false, false]);
    await deny(['rack-1'], true).expect(200);
    const [rack] = (
      await admin
        .get(`${path}/machines?machineId=rack-1`)
        .expect<{ content: { machineId: string; denied: boolean }[] }>(200)
    ).content;
    expect(rack).toMatchObject({ machineId: 'rack-1', denied: true });
    const removal = admin.post(`${path}/machines/remove`, { machineIds: ['rack-1', 'rack-3', 'rack-2'] });
    expect(codes(await removal.expect<ItemResult[]>(200))).toEqual([null, 'not-found', null]);
    expect(await auditOf('machine.unregistered')).toHaveLength(2);
    for (const machineIds of [undefined, [], [1], [''], 'all', ['x'.repeat(256)]]) {
      await admin.post(`${path}/machines/remove`, { machineIds }).refused(400);
      await deny(machineIds, true).refused(400);
    }
    await deny(['a'], 'yes').refused(400);
    const user = await member(server, 'k1@example.com', 'USER');
    await admin.post(`${path}/machines/remove`, { machineIds: ['a'] }).expect(200);
    await user.post(`${path}/machines/remove`, { machineIds: ['a'] }).refused(403);
    await deny(['a'], true, user).refused(403);
  });
});

describe('Several accounts', () => {
  it('are disabled and enabled by root, but for the own one', async () => {
    for (const email of ['a1@example.com', 'a2@example.com']) await member(server, email, 'USER');
    const [a1 = 0, a2 = 0, own = 0] = await idsOf(['a1@example.com', 'a2@example.com', 'root@example.com']);
    const change = (body: object, api = server.root) => api.post('/api/v1/users/bulk', body);
    const userIds = [a1, own, 999_999, a2, a1];
    expect(codes(await change({ userIds, disabled: true }).expect<ItemResult[]>(200))).toEqual([
      ...[null, 'not-yourself', 'not-found', null],
    ]);
    await server.api
      .token({ grant_type: 'password', username: 'a1@example.com', password: 'a1@example.com password' })
      .refused(401);
    expect(codes(await change({ userIds: [a1, a2], disabled: false }).expect<ItemResult[]>(200))).toEqual([null, null]);
    await server.api.signedIn('a1@example.com', 'a1@example.com password');
    for (const body of [{ userIds: [a1] }, { userIds: [], disabled: true }, { userIds: [a1], disabled: 'yes' }]) {
      await change(body).refused(400);
    }
    await change({ userIds: [a1], disabled: true }, admin).refused(403);
  });
});
