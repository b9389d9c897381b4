import { describe, expect, it } from '@jest/globals';
import { audit } from '../language/de/audit';
import { actionKinds, noFilter, auditQueryOf } from './audit-filter';
import { describeDetails } from './describe-details';

describe('the filter of the audit log', () => {
  it('asks for everything when nothing is filled in', () => {
    expect(JSON.stringify(auditQueryOf(noFilter))).toBe('{}');
  });

  it('asks without the spaces around what was typed', () => {
    expect(auditQueryOf({ ...noFilter, search: ' grace ', actor: '  ' })).toMatchObject({
      search: 'grace',
      actor: undefined,
    });
  });

  it('asks from the first to the last second of the days, in the zone of the reader', () => {
    const { from = '', to = '' } = auditQueryOf({ ...noFilter, from: '2027-01-01', to: '2027-01-31' });
    expect(new Date(from).getTime()).toBe(new Date('2027-01-01T00:00:00').getTime());
    expect(new Date(to).getTime()).toBe(new Date('2027-01-31T23:59:59').getTime());
  });

  // Other languages have the same actions (language/languages.spec.ts).
  it('offers each kind of action that has words, and no other', () => {
    const kinds = Object.keys(audit.actions).map((action) => `${action.split('.')[0] ?? ''}.`);
    expect([...new Set(kinds)].sort()).toEqual([...actionKinds].sort());
  });
});

describe('the details of an event', () => {
  it('stand in one line', () => {
    expect(describeDetails({ role: 'ADMIN', products: ['KSE', 'KRE'], seats: 3 })).toBe(
      'role: ADMIN, products: KSE, KRE, seats: 3',
    );
  });

  it('say what a changed setting was, and leave out those that are the same', () => {
    const from = { leaseMinutes: 15, idleMinutes: 0 };
    expect(describeDetails({ from, to: { leaseMinutes: 20, idleMinutes: 0 } })).toBe('leaseMinutes: 15 → 20');
  });

  it('show nothing as a dash in a change, and leave it out elsewhere', () => {
    expect(describeDetails({ from: { name: null }, to: { name: 'Build' } })).toBe('name: – → Build');
    expect(describeDetails({ reason: null, machines: [], note: undefined })).toBe('');
  });

  it('have times as the export has them', () => {
    expect(describeDetails({ expiresAt: '2027-01-31T23:59:59.000Z' })).toBe('expiresAt: 2027-01-31 23:59 UTC');
  });

  it('keep a plain from and to', () => {
    expect(describeDetails({ from: 'OWNER', to: 'ADMIN' })).toBe('from: OWNER, to: ADMIN');
  });
});
