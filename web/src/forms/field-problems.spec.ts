import { describe, expect, it } from '@jest/globals';
import { Problem } from '../api/problem';
import { problemsOfFields, topFieldOf } from './field-problems';

function refusal(...fields: string[]): Problem {
  const errors = fields.map((field) => ({ field, rule: 'min', limit: 1, message: 'is too small' }));
  return Problem.of(400, { code: 'invalid-request', message: 'Wrong.', errors });
}

describe('what the server says of a field', () => {
  const values = { host: '', reservations: [] };

  it('stands at that field of the form', () => {
    expect(problemsOfFields(refusal('host', 'version'), values).map(topFieldOf)).toEqual(['host']);
  });

  it('stands at the list that the field is an entry of', () => {
    expect(problemsOfFields(refusal('reservations.0.seats'), values).map(topFieldOf)).toEqual(['reservations']);
  });

  it('stands over the button where the form has no such field', () => {
    expect(problemsOfFields(refusal('version'), values)).toEqual([]);
    expect(problemsOfFields(refusal(), values)).toEqual([]);
  });

  it('is nothing when the connection was lost', () => {
    expect(problemsOfFields(new Error('unreachable'), values)).toEqual([]);
    expect(problemsOfFields(null, values)).toEqual([]);
  });
});
