import { describe, expect, it } from '@jest/globals';
import { UnsecuredJWT } from 'jose';
import { isEvaluation, licensesLostBy } from './server-identity.js';

const serverId = '3f1c2b7e-0f3a-4a51-9d5e-2f4a6f0c9b11';
const evaluation = { ...license({ jti: `evaluation-${serverId}`, serverId }), selfIssued: true };
const bound = license({ jti: 'bound', serverId });
const unbound = license({ jti: 'unbound' });

describe('A server that is restored elsewhere', () => {
  it('keeps its id while it only evaluates', () => {
    expect(isEvaluation({ licenses: [evaluation] })).toBe(true);
    expect(isEvaluation({ licenses: [evaluation, unbound] })).toBe(false);
    expect(isEvaluation({ licenses: [license({ jti: `evaluation-${serverId}`, serverId })] })).toBe(false);
    expect(isEvaluation({ licenses: [] })).toBe(false);
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

/** One of a vendor. */
function license(claims: Record<string, string>): { token: string; selfIssued: boolean } {
  return { token: new UnsecuredJWT(claims).encode(), selfIssued: false };
}
