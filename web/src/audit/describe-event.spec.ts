import { describe, expect, it } from '@jest/globals';
import type { AuditEventView } from '../../generated/api';
import { audit } from '../language/de/audit';
import { describeEvent } from './describe-event';
import { sentences as german } from './sentences-de';
import { sentences as english } from './sentences-en';
import { sentences as japanese } from './sentences-ja';

const texts = { role: (role: string) => role.toLowerCase(), product: () => 'Studio' };
const event: AuditEventView = {
  ...{ id: 1, occurredAt: '2027-01-01T00:00:00Z', organizationId: 1, actor: 'ada@example.com', address: null },
  ...{ action: 'licensed-user.assigned', targetType: 'user', targetId: '2', details: { product: 'KSE' } as never },
  actorPerson: { userId: 1, name: 'Ada Lovelace' },
  targetPerson: { userId: 2, name: 'Grace Hopper' },
};
const told = (changes: Partial<AuditEventView>, sentences = english): string | undefined => {
  const all = { ...event, ...changes };
  return describeEvent(sentences, all, texts)
    ?.map((part) => (typeof part === 'string' ? part : part.kind === 'person' ? part.name : part.machineId))
    .join('');
};

describe('an event of the audit log', () => {
  it('says who did what to whom, in the language of the reader', () => {
    expect(told({})).toBe('Ada Lovelace assigned Grace Hopper a Studio seat');
    expect(told({}, german)).toBe('Ada Lovelace hat Grace Hopper einen Platz (Studio) zugewiesen');
  });

  it('names roles and machines', () => {
    const details = { from: 'USER', to: 'ADMIN' } as never;
    expect(told({ action: 'member.role-changed', details })).toBe(
      'Ada Lovelace changed the role of Grace Hopper from user to admin',
    );
    const target = { targetType: 'machine', targetId: 'desk-7', targetPerson: null };
    expect(told({ action: 'machine.unregistered', ...target })).toBe('Ada Lovelace removed the machine desk-7');
  });

  it('says that a policy did it', () => {
    const byPolicy = { actorPerson: null, actor: 'server' };
    expect(told({ ...byPolicy, details: { product: 'KSE', policy: 'autoAssign' } as never })).toBe(
      'The policy assigned Grace Hopper a Studio seat',
    );
    const unused = { product: 'KSE', policy: 'unassignAfterDays', days: 30 } as never;
    expect(told({ ...byPolicy, action: 'licensed-user.unassigned', details: unused }, german)).toBe(
      'Nach den Richtlinien wurde Grace Hopper der unbenutzte Platz (Studio) entzogen',
    );
    expect(told({ ...byPolicy, details: { product: 'KSE', policy: 'unknown' } as never })).toBe(
      'server assigned Grace Hopper a Studio seat',
    );
  });

  it('keeps the address of someone who has no account any more', () => {
    expect(told({ actorPerson: null })).toBe('ada@example.com assigned Grace Hopper a Studio seat');
  });

  it('has no sentence when it does not know what that would say', () => {
    expect(told({ details: {} })).toBeUndefined();
    expect(told({ action: 'unknown.action' })).toBeUndefined();
  });

  it('has one for every action, which names the same in each language', () => {
    const names = (sentence = '') => [...sentence.matchAll(/\{\{\w+\}\}/g)].map(([name]) => name).sort();
    for (const action of new Set([...Object.keys(audit.actions), ...Object.keys(english)])) {
      expect([action, names(german[action])]).toEqual([action, names(english[action])]);
      expect([action, english[action]]).toEqual([action, expect.stringMatching(/./)]);
      expect([action, german[action]]).toEqual([action, expect.stringMatching(/./)]);
      expect([action, names(japanese[action])]).toEqual([action, names(english[action])]);
      expect([action, japanese[action]]).toEqual([action, expect.stringMatching(/./)]);
    }
  });
});
