import { describe, expect, it } from '@jest/globals';
import { missingFields, OneGroupOf } from './field-groups.js';

@OneGroupOf({ organizationId: 'given' }, { root: { is: true } })
class Gift {
  organizationId?: number;
  root?: boolean;
}

@OneGroupOf(
  { kind: { is: 'ldap' }, url: 'filled', base: 'given' },
  { kind: { is: 'saml' }, metadataUrl: 'filled', domains: 'filled' },
  { kind: { is: 'saml' }, metadata: 'filled', domains: 'filled' },
)
class Provider {
  kind?: string;
  [field: string]: unknown;
}

const missingOf = (Body: new () => object, fields: object): string[] =>
  missingFields(Object.assign(new Body(), fields)).map(({ field }) => field);

describe('Of a body with groups of fields', () => {
  it.each<[string, object, string[]]>([
    ['nothing is missing where one group is there', { kind: 'ldap', url: 'ldaps://dc1', base: '' }, []],
    [
      'blanks and empty lists fill nothing',
      { kind: 'saml', metadataUrl: ' ', domains: [] },
      ['metadataUrl', 'domains'],
    ],
    ['null gives nothing', { kind: 'ldap', url: 'ldaps://dc1', base: null }, ['base']],
    ['the group counts that lacks least', { kind: 'saml', metadata: '<x/>' }, ['domains']],
    ['and of equal ones the first', { kind: 'saml', domains: ['example.com'] }, ['metadataUrl']],
    ['a group of another value counts for nothing', { kind: 'saml', url: 'u', base: 'b' }, ['metadataUrl', 'domains']],
  ])('%s', (_, fields, expected) => {
    expect(missingOf(Provider, fields)).toEqual(expected);
  });

  it('objects in it have their own', () => {
    const groups = [Object.assign(new Gift(), { root: true }), Object.assign(new Gift(), { root: false })];
    const body = { kind: 'ldap', url: 'u', base: 'b', groups, first: new Gift() };
    expect(missingOf(Provider, body)).toEqual(['groups.1.organizationId', 'first.organizationId']);
  });

  it('says it in words', () => {
    expect(missingFields(new Gift())).toEqual([
      { field: 'organizationId', message: 'organizationId is missing', rule: 'isMissing' },
    ]);
  });
});
