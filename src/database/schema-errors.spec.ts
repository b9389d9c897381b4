import { describe, expect, it } from '@jest/globals';
import { MigrationFailedError } from './schema-errors.js';

describe('the words for a database that could not be brought up to date', () => {
  const pending = ['Notices1764134100000'];
  const failure = (message: string, code: string) =>
    new MigrationFailedError(pending, Object.assign(new Error(message), { code })).message;

  it('send to what is in the way', () => {
    const message = failure('relation "notice" already exists', '42P07');
    expect(message).toContain('relation "notice" already exists. Nothing was changed');
    expect(message).toContain('remove what is in the way');
  });

  it('say that the disk is full, and that the next start goes on', () => {
    const message = failure('could not extend file "base/5/2619": No space left on device', '53100');
    expect(message).toMatch(/^The disk of the database is full, .* \(Notices1764134100000\)/);
    expect(message).toContain('Make room and start this one again');
    expect(message).not.toContain('in the way');
  });
});
