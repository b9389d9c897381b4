import { describe, expect, it } from '@jest/globals';
import { type ListedEntry } from './people-file.js';
import { type PersonPlan, planPeople, type Present } from './people-plan.js';
import { type ExportedMember } from './people.queries.js';

const person = (name: string, more: Partial<ExportedMember> = {}): ExportedMember => ({
  ...{ userId: name.length, email: `${name}@example.com`, firstName: '', lastName: '', role: 'USER', provider: null },
  ...{ teams: [], licenses: [] },
  ...more,
});
const kse = { product: 'KSE', model: 'per-user' } as const;
const entry = (name: string, more: Partial<ListedEntry> = {}): ListedEntry => ({
  ...{ line: null, email: `${name}@example.com` },
  ...more,
});
const present: Present = {
  callerId: 100,
  members: [
    person('ada', { role: 'OWNER' }),
    person('grace', { teams: [{ name: 'Mobile', role: 'ADMIN' }], licenses: [kse] }),
    person('alan'),
    person('self', { userId: 100, role: 'ADMIN' }),
    person('linked', { provider: 'Okta' }),
  ],
  uninvitable: new Map([['waiting@example.com', 'This person is invited already.']]),
  teams: ['Mobile', 'Web'],
  seats: [{ product: 'KSE', quota: 1, free: 0 }],
};

function only(listed: ListedEntry): PersonPlan {
  const [plan] = planPeople([listed], [], present).people;
  return plan!;
}

describe('A plan for the people of a file', () => {
  it('leaves everyone alone of whom the file says what there is, or nothing', () => {
    const teams = [{ name: 'MOBILE', role: 'ADMIN' as const }];
    for (const listed of [
      entry('ada', { role: 'OWNER' }),
      entry('grace'),
      entry('GRACE', { role: 'USER', teams, licenses: [kse] }),
      entry('linked', { role: 'USER' }),
    ]) {
      expect(only(listed)).toMatchObject({
        outcome: 'unchanged',
        changes: [],
        joins: [],
        leaves: [],
        assign: [],
        unassign: [],
      });
    }
  });

  it('tells what becomes of a member: the whole list of teams and of seats, as they are named', () => {
    const plan = only(entry('grace', { role: 'ADMIN', teams: [{ name: 'web' }], licenses: [] }));
    expect(plan).toMatchObject({
      ...{ outcome: 'changed', role: 'ADMIN', joins: [{ name: 'web', role: 'USER' }], leaves: ['Mobile'] },
      ...{ assign: [], unassign: ['KSE'] },
      changes: [
        { name: 'role', from: 'USER', to: 'ADMIN' },
        { name: 'teams', from: 'Mobile (ADMIN)', to: 'Web' },
        { name: 'licenses', from: 'KSE', to: '' },
      ],
    });
  });

  it('creates the teams that no one has created, each once', () => {
    const teams = [{ name: 'New' }, { name: 'Web' }];
    const { teams: created } = planPeople(
      [entry('alan', { teams }), entry('new', { teams: [{ name: 'NEW' }] })],
      ['Empty'],
      present,
    );
    expect(created).toEqual(['Empty', 'New']);
  });

  it('invites everyone else, and says what an invitation cannot hold', () => {
    expect(only(entry('new'))).toMatchObject({
      ...{ outcome: 'invited', hint: null, changes: [{ name: 'role', from: null, to: 'USER' }] },
    });
    const several = only(entry('new', { role: 'ADMIN', teams: [{ name: 'Web', role: 'OWNER' }, { name: 'Mobile' }] }));
    expect(several).toMatchObject({ outcome: 'invited', hint: { code: 'one-team-invited' } });
  });

  it('gives a seat to whom there is one for, also one that another person returns', () => {
    const wanted = entry('alan', { licenses: [kse] });
    expect(only(wanted)).toMatchObject({ outcome: 'refused', error: { code: 'no-seat-to-assign' } });
    const swapped = planPeople([wanted, entry('grace', { licenses: [] })], [], present);
    expect(swapped.people.map(({ outcome }) => outcome)).toEqual(['changed', 'changed']);
    const two = planPeople(
      [wanted, entry('linked', { licenses: [kse] }), entry('grace', { licenses: [] })],
      [],
      present,
    );
    expect(two.people.map(({ outcome }) => outcome)).toEqual(['changed', 'refused', 'changed']);
    // An invitation takes the seat only when the membership begins, and promises none of a kind that there is not.
    expect(only(entry('new', { licenses: [kse] })).outcome).toBe('invited');
    const kre = { product: 'KRE', model: 'per-user' } as const;
    expect(only(entry('new', { licenses: [kre] }))).toMatchObject({ error: { code: 'no-seat-to-assign' } });
  });

  it.each([
    ['an address that is none', entry('x', { email: 'nobody' }), 'invalid-email'],
    ['a value that there is not', entry('alan', { problem: 'There is no role BOSS.' }), 'unknown-value'],
    ['someone who is invited already', entry('waiting'), 'already-invited'],
    ['a second owner', entry('alan', { role: 'OWNER' }), 'owner-by-transfer'],
    ['another role of the owner', entry('ada', { role: 'USER' }), 'owner-stays'],
    ['another role of who imports', entry('self', { role: 'USER' }), 'not-yourself'],
    ['a role that a provider gives', entry('linked', { role: 'ADMIN' }), 'member-managed'],
  ])('refuses %s', (_, listed, code) => {
    expect(only(listed)).toMatchObject({ outcome: 'refused', error: { code } });
  });

  it('takes a person once', () => {
    const { people } = planPeople([entry('alan'), entry('ALAN', { role: 'ADMIN' })], [], present);
    expect(people).toMatchObject([{ outcome: 'unchanged' }, { outcome: 'refused', error: { code: 'listed-twice' } }]);
  });
});
