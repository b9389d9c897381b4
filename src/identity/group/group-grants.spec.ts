import { describe, expect, it } from '@jest/globals';
import { type Grants, grantsOf, isEmpty, planOf, type Standing } from './group-grants.js';
import { type IdentityGroup } from './identity-group.entity.js';

const rule = (name: string, gives: Partial<IdentityGroup>): IdentityGroup => ({
  ...{ id: 1, providerId: 7, organizationId: null, role: null, teamId: null, root: false },
  ...gives,
  name,
});
const rules = [
  rule('admins', { root: true }),
  rule('CN=Testers, OU=Groups', { organizationId: 1, role: 'USER', teamId: 5 }),
  rule('leads', { organizationId: 1, role: 'ADMIN' }),
  rule('finance', { organizationId: 2, role: 'BILLING_MANAGER' }),
];
const nothing: Grants = grantsOf(rules, []);
const nobody: Standing = { root: false, givesRoot: false, memberships: [], teams: [] };

describe('The groups of a person', () => {
  it('give what their rules say; of several, the role that may do most', () => {
    expect(grantsOf(rules, ['cn=testers,ou=groups', 'LEADS'])).toEqual({
      root: false,
      roles: new Map([[1, 'ADMIN']]),
      teams: new Map([[5, 1]]),
    });
    expect(grantsOf(rules, ['Admins', 'unknown'])).toEqual({ root: true, roles: new Map(), teams: new Map() });
  });

  it('match by the whole name: part of a DN gives nothing', () => {
    expect(grantsOf(rules, ['leads,ou=x', 'testers']).roles.size).toBe(0);
  });

  it('match a DN however it is escaped, and no other one', () => {
    const leads = [rule('CN=Leads\\, EMEA, OU=Groups', { root: true })];
    const isGiven = (name: string): boolean => grantsOf(leads, [name]).root;
    expect(['cn=leads\\2C emea,ou=groups', 'CN="Leads, EMEA",OU=Groups'].map(isGiven)).toEqual([true, true]);
    const others = [
      'cn=leads\\,emea,ou=groups',
      'cn=Leads,EMEA,ou=groups',
      'dn [[["cn","leads, emea"]],[["ou","groups"]]]',
    ];
    expect(others.map(isGiven)).toEqual([false, false, false]);
    expect(grantsOf([rule('cn=admins\\ ,ou=x', { root: true })], ['cn=admins,ou=x']).root).toBe(false);
  });

  it('are read quickly, 50,000 of them', () => {
    const begun = performance.now();
    const names = Array.from({ length: 50_000 }, (_, index) => `cn=group-${index},ou=groups,dc=example,dc=test`);
    expect(grantsOf(rules, [...names, 'finance']).roles).toEqual(new Map([[2, 'BILLING_MANAGER']]));
    expect(performance.now() - begun).toBeLessThan(2000);
  });
});

describe('What changes at a sign-in', () => {
  it('gives a new person everything', () => {
    expect(planOf(7, grantsOf(rules, ['admins', 'cn=testers,ou=groups']), nobody)).toEqual({
      ...{ joins: [{ organizationId: 1, role: 'USER' }], roles: [], leaves: [] },
      ...{ teamJoins: [{ organizationId: 1, teamId: 5 }], teamLeaves: [], root: true },
    });
  });

  it('takes what the groups gave before, and nothing that people gave', () => {
    const memberships = [
      { organizationId: 1, role: 'USER', managedBy: 7 },
      { organizationId: 2, role: 'ADMIN', managedBy: null },
      { organizationId: 3, role: 'USER', managedBy: 8 },
    ] as const;
    const teams = [
      { organizationId: 1, teamId: 5, managedBy: 7 },
      { organizationId: 2, teamId: 6, managedBy: null },
    ];
    expect(planOf(7, nothing, { root: true, givesRoot: true, memberships, teams })).toMatchObject({
      ...{ leaves: [1], teamLeaves: [{ teamId: 5 }], root: false },
    });
  });

  it('leaves the owner, and an administrator that no group has made', () => {
    const memberships = [{ organizationId: 1, role: 'OWNER', managedBy: 7 }] as const;
    expect(isEmpty(planOf(7, nothing, { root: true, givesRoot: false, memberships, teams: [] }))).toBe(true);
    expect(isEmpty(planOf(7, grantsOf(rules, ['leads']), { ...nobody, memberships }))).toBe(true);
  });

  it('takes over a role that people gave in an organization of the groups', () => {
    const memberships = [{ organizationId: 1, role: 'USER', managedBy: null }] as const;
    expect(planOf(7, grantsOf(rules, ['leads']), { ...nobody, memberships }).roles).toEqual([
      { organizationId: 1, role: 'ADMIN' },
    ]);
  });

  it('is nothing when the account has it all', () => {
    const memberships = [{ organizationId: 1, role: 'ADMIN', managedBy: 7 }] as const;
    expect(isEmpty(planOf(7, grantsOf(rules, ['leads']), { ...nobody, memberships }))).toBe(true);
  });
});
