import { describe, expect, it } from '@jest/globals';
import { parameterNames, pathShape, productIn } from './call-shape.js';

describe('What is kept of a call', () => {
  it('is the words of its path, and nothing that may be an id or a secret', () => {
    expect(pathShape('/api/v1/test-plans/17/runs?key=secret')).toBe('/api/v1/test-plans/…/runs');
    expect(pathShape('/invitations/Zx8-9_abcdefghijklmnop')).toBe('/invitations/…');
    expect(pathShape(`/${'a'.repeat(31)}/A/b.c/%41`)).toBe('/…/…/…/…');
    expect(pathShape('')).toBe('/');
    expect(pathShape('/a'.repeat(12))).toBe(`${'/a'.repeat(10)}/…`);
  });

  it('is the names of its parameters, and none of their values', () => {
    expect(parameterNames('/x?machineKey=0cc1&sessionId=s&machineKey=2#a=b')).toEqual(['machineKey', 'sessionId']);
    expect(parameterNames('/x?eyJhbGciOiJSUzI1NiJ9.eyJ4Ijoxfeyj4ijoxfeyj4=1&a%20b=2')).toEqual(['…', '…']);
    expect(parameterNames('/x')).toEqual([]);
  });

  it('is the program that calls', () => {
    expect(productIn('Apache-HttpClient/4.5.1 (Java/1.8.0_181)')).toBe('Apache-HttpClient/4.5.1');
    expect(productIn('secret')).toBe('');
    expect(productIn(undefined)).toBe('');
  });
});
