import { describe, expect, it } from '@jest/globals';
import { memberIdsOf, schemas } from './scim-document.js';
import { groupPatchOf, operationsOf, patchedUser } from './scim-patch.js';

const user = {
  userName: 'ada@example.com',
  name: { givenName: 'Ada', familyName: 'Lovelace' },
  emails: [{ value: 'ada@example.com', type: 'work', primary: true }],
  active: true,
};

function operations(...list: object[]): ReturnType<typeof operationsOf> {
  return operationsOf({ schemas: [schemas.patch], Operations: list });
}

describe('A patch of a user', () => {
  it.each([
    [
      'a part of the name',
      { op: 'replace', path: 'name.familyName', value: 'King' },
      { name: { givenName: 'Ada', familyName: 'King' } },
    ],
    [
      'attributes without a path',
      { op: 'Replace', value: { active: 'False', 'name.givenName': 'A' } },
      { active: 'False', name: { givenName: 'A', familyName: 'Lovelace' } },
    ],
    ['a path with its schema', { op: 'add', path: `${schemas.user}:externalId`, value: '7' }, { externalId: '7' }],
    [
      'an address by its type',
      { op: 'replace', path: 'emails[type eq "work"].value', value: 'a@example.com' },
      { emails: [{ value: 'a@example.com', primary: true }] },
    ],
    [
      'all addresses',
      { op: 'replace', path: 'emails', value: [{ value: 'b@example.com' }] },
      { emails: [{ value: 'b@example.com' }] },
    ],
    ['names in another case', { OP: 'REPLACE', Path: 'ACTIVE', Value: false }, { active: false }],
  ])('changes %s', (_, operation, changed) => {
    expect(patchedUser(user, operations(operation))).toEqual({ ...user, ...changed });
  });

  it.each([
    ['title', 'Tester'],
    ['urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager', '26118915'],
    ['emails[type eq "work"].display', 'Ada'],
  ])('passes over %s, which the server does not keep', (path, value) => {
    expect(patchedUser(user, operations({ op: 'add', path, value }))).toEqual(user);
  });

  it('never reaches what all objects share', () => {
    const hostile = JSON.parse('{"__proto__": {"polluted": true}}') as object;
    expect(() => patchedUser(user, operations({ op: 'add', value: hostile }))).toThrow('not a path');
    const inherited = { op: 'add', value: { constructor: { prototype: { polluted: true } } } };
    expect(patchedUser(user, operations(inherited))).toEqual(user);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it.each([
    ['no operations', {}],
    ['an operation of another kind', { op: 'move', path: 'active' }],
    ['one that removes nothing in particular', { op: 'remove' }],
    ['a value without attributes', { op: 'add', value: 'x' }],
    ['a path that is none', { op: 'add', path: 'emails[', value: 'x' }],
    ['a condition that is none', { op: 'add', path: 'emails[type].value', value: 'x' }],
  ])('with %s is refused', (_, operation) => {
    expect(() => patchedUser(user, operations(operation))).toThrow();
  });
});

describe('A patch of a group', () => {
  it('adds, removes and replaces members, as Entra ID and Okta write it', () => {
    const patch = groupPatchOf(
      operations(
        { op: 'Add', path: 'members', value: [{ value: '1' }, { value: '2' }] },
        { op: 'Remove', path: 'members', value: [{ value: '3' }] },
        { op: 'remove', path: 'members[value eq "4"]' },
        { op: 'replace', value: { id: '9', displayName: 'Testers' } },
        { op: 'remove', path: 'members' },
      ),
      memberIdsOf,
    );
    expect(patch).toEqual({
      displayName: 'Testers',
      members: [
        { kind: 'add', ids: ['1', '2'] },
        { kind: 'remove', ids: ['3'] },
        { kind: 'remove', ids: ['4'] },
        { kind: 'replace', ids: [] },
      ],
    });
  });
});
