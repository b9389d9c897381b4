import { describe, expect, it } from '@jest/globals';
import { fileNameIn } from './file-name';

describe('the name of a download', () => {
  it('is the encoded one of the header, which has all characters', () => {
    const header = `attachment; filename="License_M_nchen.csv"; filename*=UTF-8''License_M%C3%BCnchen.csv`;
    expect(fileNameIn(header)).toBe('License_München.csv');
  });

  it('is the plain one where there is no other', () => {
    expect(fileNameIn('attachment; filename="Audit log.csv"')).toBe('Audit log.csv');
  });

  it('is left to the page where the server names none', () => {
    expect(fileNameIn(null)).toBeUndefined();
    expect(fileNameIn('attachment')).toBeUndefined();
  });
});
