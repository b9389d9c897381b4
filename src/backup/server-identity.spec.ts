import { describe, expect, it } from '@jest/globals';
import { UnsecuredJWT } from 'jose';
import { isEvaluation, licensesLostBy } from './server-identity.js';

const serverId = '3f1c2b7e-0f3a-4a51-9d5e-2f4a6f0c9b11';
const evaluation = token({ jti: `evaluation-${serverId}`, serverId });
const bound = token({ jti: 'bound', serverId });
const unbound = token({ jti: 'unbound' });

describe('A server that is restored elsewhere', () => {
  it('keeps its id while it only evaluates', () => {
    expect(isEvaluation({ serverId, licenses: [evaluation] })).toBe(true);
    expect(isEvaluation({ serverId, licenses: [evaluation, unbound] })).toBe(false);
    expect(isEvaluation({ serverId, licenses: [token({ jti: 'evaluation-of-another', serverId })] })).toBe(false);
    expect(isEvaluation({ serverId, licenses: [] })).toBe(false);
  });

  it('is a copy whose licenses name no server, and loses none of them', () => {
    expect(licensesLostBy(undefined, { serverId, licenses: [unbound] })).toEqual([]);
  });

  it('must be told what it is where a license names it', () => {
    expect(() => licensesLostBy(undefined, { serverId, licenses: [unbound, bound] })).toThrow(
      'The license bound is bound',
    );
    expect(licensesLostBy('copy', { serverId, licenses: [unbound, bound] })).toEqual(['bound']);
  });
});

function token(claims: Record<string, string>): string {
  return new UnsecuredJWT(claims).encode();
}
