import { describe, expect, it } from '@jest/globals';
import { peopleIn } from './people-file';

describe('A file of people', () => {
  it('is JSON where it begins as JSON does, and else CSV', () => {
    expect(peopleIn('\uFEFF\n{"people": []}')).toEqual({ people: [] });
    expect(peopleIn('email\na@b.test\n')).toEqual({ csv: 'email\na@b.test\n' });
    expect(peopleIn('{"people": [')).toBeUndefined();
  });
});
