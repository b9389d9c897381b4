import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sign, createPrivateKey } from 'node:crypto';
import path from 'node:path';
import { SecretKey } from '../src/secret/secret-key.js';
import { type ReadyServer, readyServer } from './support/test-server.js';

let server: ReadyServer;
beforeAll(async () => {
  server = await readyServer();
}, 240_000);
afterAll(() => server.close());

/** What somebody can sign who has the database and `secret.key`: anything, with the key that the server signs evaluations with. */
async function forge(claims: object): Promise<string> {
  const [key] = await server.sql<{ kid: string; sealed: Buffer }>(
    `SELECT kid, private_key_sealed AS sealed FROM signing_key WHERE purpose = 'native'`,
  );
  const pem = SecretKey.load(path.join(server.dataDir, 'secret.key')).open(key!.sealed);
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const input = `${part({ alg: 'EdDSA', typ: 'JWT', kid: key!.kid })}.${part(claims)}`;
  return `${input}.${sign(null, Buffer.from(input), createPrivateKey(pem)).toString('base64url')}`;
}

describe("The server's own signing key", () => {
  it('signs an evaluation and nothing more: what grants more is not in force', async () => {
    const { serverId } = await server.api.get('/info').expect<{ serverId: string }>(200);
    const now = Math.floor(Date.now() / 1000);
    const evaluation = {
      iss: 'evaluation',
      jti: `evaluation-${serverId}`,
      sub: serverId,
      iat: now,
      nbf: now,
      exp: now + 30 * 86_400,
      customer: { name: 'Evaluation' },
      licenseType: 'TRIAL',
      graceDays: 0,
      serverId,
      entitlements: [
        { product: 'KSE', model: 'floating', quantity: 5, features: [{ key: 'evaluation', name: 'Evaluation' }] },
      ],
    };
    const [seats] = evaluation.entitlements;
    const forgeries: Record<string, object> = {
      'more seats': { ...evaluation, entitlements: [{ ...seats, quantity: 6 }] },
      'more seats in parts': { ...evaluation, entitlements: [seats, seats] },
      "a vendor's product": { ...evaluation, entitlements: [{ ...seats, features: [{ key: 'gui', name: 'GUI' }] }] },
      'offline seats': { ...evaluation, entitlements: [{ ...seats, offline: true }] },
      'more time': { ...evaluation, exp: now + 31 * 86_400 },
      'days of grace': { ...evaluation, graceDays: 1 },
      'another id': { ...evaluation, jti: 'evaluation-2' },
      'no trial': { ...evaluation, licenseType: 'ENTERPRISE' },
    };
    for (const [what, claims] of Object.entries({ ...forgeries, 'an evaluation': evaluation })) {
      await server.sql('DELETE FROM license_file WHERE self_issued');
      await server.sql('INSERT INTO license_file (jti, token, self_issued, uploaded_at) VALUES ($1, $2, true, now())', [
        `evaluation-${serverId}`,
        await forge(claims),
      ]);
      const content = await server.root
        .get('/api/v1/licenses')
        .expect<{ evaluation: boolean; problem: string | null }[]>(200);
      const refused = expect.stringContaining('Only the vendor issues licenses') as unknown;
      expect([what, content.find(({ evaluation: own }) => own)?.problem ?? null]).toEqual([
        what,
        what === 'an evaluation' ? null : refused,
      ]);
    }
  });
});
