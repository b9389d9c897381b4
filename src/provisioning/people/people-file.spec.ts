import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { teamRoles } from '../../access/role.js';
import { asRead } from '../../text/invisible.js';
import { withoutHanging } from '../../../test/support/without-hanging.js';
import { entriesOf, peopleAsCsv, readPeopleFile, teamsIn, teamsText } from './people-file.js';

describe('The teams of a person in a cell', () => {
  it('are names, with a role in brackets where it is not USER', () => {
    expect(teamsIn(' Mobile (ADMIN); Web ;"Payments; Refunds" (owner);"Lab (ADMIN)" ;')).toEqual([
      { name: 'Mobile', role: 'ADMIN' },
      { name: 'Web', role: 'USER' },
      { name: 'Payments; Refunds', role: 'OWNER' },
      { name: 'Lab (ADMIN)', role: 'USER' },
    ]);
    expect(teamsIn('')).toEqual([]);
    expect(teamsIn('"Open; (admin)')).toEqual([{ name: '"Open', role: 'USER' }]);
  });

  it('are read in no time, whatever a cell holds, and are at most a hundred', () => {
    const blanks = ' '.repeat(300_000);
    for (const cell of [`a${blanks}b`, `"a${blanks}`, `a (${blanks}`, `"a"${blanks}b (${blanks})`]) {
      expect(withoutHanging(() => teamsIn(cell.slice(0, 300_000)).length)).toBeLessThan(3);
    }
    expect(() => withoutHanging(() => teamsIn('"\\\\";'.repeat(60_000)))).toThrow('more than 100 teams');
    const names = (count: number): string => Array.from({ length: count }, (_, index) => `Team ${index}`).join(';');
    expect(teamsIn(names(100))).toHaveLength(100);
    expect(() => teamsIn(names(101))).toThrow('more than 100 teams');
  });

  it('are read as they were written, whatever they are called', () => {
    const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }).map(asRead);
    const team = fc.record({ name: name.filter((text) => text !== ''), role: fc.constantFrom(...teamRoles) });
    fc.assert(
      fc.property(fc.array(team, { maxLength: 5 }), (teams) => {
        expect(teamsIn(teamsText(teams))).toEqual(teams);
      }),
    );
  });
});

describe('A file of people', () => {
  const people = [
    {
      email: '+grace@example.com',
      firstName: 'Grace',
      lastName: '=Hopper',
      role: 'ADMIN' as const,
      teams: [
        { name: '=1+1', role: 'ADMIN' as const },
        { name: 'a;-b', role: 'USER' as const },
      ],
      licenses: [{ product: 'KSE' as const, model: 'per-user' as const }],
    },
  ];

  it('is the same as CSV, also where a spreadsheet would take a name for a formula', () => {
    const csv = peopleAsCsv({ people });
    expect(csv).toContain(`'+grace@example.com`);
    const { role, email, teams, licenses } = people[0]!;
    expect(entriesOf({ csv })).toEqual([{ line: 2, problem: undefined, email, role, teams, licenses }]);
  });

  it('says nothing of what it has no column for, and empties what has an empty cell', () => {
    expect(entriesOf({ csv: 'E-Mail;Teams\ngrace@example.com;\n' })).toEqual([
      { line: 2, problem: undefined, email: 'grace@example.com', teams: [] },
    ]);
  });

  it('tells the line of a value that there is not', () => {
    const [role, product] = entriesOf({ csv: 'email,role,licenses\na@b.test,BOSS,\nc@d.test,,KSE XYZ\n' });
    expect(role).toMatchObject({ line: 2, problem: expect.stringContaining('There is no role BOSS') });
    expect(product).toMatchObject({ line: 3, problem: expect.stringContaining('There is no product XYZ') });
  });

  it.each([
    ['nobody', { people: [] }, 'people must hold at least one person'],
    ['two forms at once', { csv: 'email\na@b.test', people }, 'nothing else is told beside it'],
    ['an unknown column', { csv: 'email,shoe size\na@b.test,44' }, 'there is no column shoe size'],
    ['too many people', { csv: `email\n${'a@b.test\n'.repeat(11)}` }, 'csv must hold at most 10 people'],
  ])('is refused with %s', (_, request, message) => {
    expect(() => entriesOf(request, 10)).toThrow(message);
  });

  it('is read as JSON where it begins as JSON does, and checked as the route does', async () => {
    const text = JSON.stringify({ people: [{ email: 'a@b.test' }] });
    expect(await readPeopleFile(`\uFEFF ${text}`)).toMatchObject({ people: [{ email: 'a@b.test' }] });
    expect(await readPeopleFile('email\na@b.test')).toEqual({ csv: 'email\na@b.test' });
    await expect(readPeopleFile('{"people": [')).rejects.toThrow('the file cannot be read');
    await expect(readPeopleFile('{"people": [{"email": "a@b.test", "age": 7}]}')).rejects.toThrow('age');
  });
});
