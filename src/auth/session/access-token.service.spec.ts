import { afterAll, describe, expect, it } from '@jest/globals';
import { jwtVerify, SignJWT } from 'jose';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Clock } from '../../clock/clock.js';
import { SecretKey } from '../../secret/secret-key.js';
import { AccessTokenService } from './access-token.service.js';

const folder = mkdtempSync(path.join(os.tmpdir(), 'access-tokens-'));
const secretKey = SecretKey.load(path.join(folder, 'secret.key'));
const signingKey = secretKey.derive('access tokens');
const clock = new Clock();
const tokens = new AccessTokenService(secretKey, clock);
const claims = { userId: 7, credentialsVersion: 3, family: randomUUID(), generation: 0 };

afterAll(() => rmSync(folder, { recursive: true }));

describe('An access token', () => {
  it('is a JWT that says what it was issued for', async () => {
    const token = tokens.issue('access', { ...claims, apiKeyId: 5 });
    expect(tokens.verify('access', token)).toMatchObject({ ...claims, apiKeyId: 5 });
    const { payload } = await jwtVerify(token, signingKey, { audience: 'access' });
    expect(payload).toMatchObject({ sub: '7', ver: 3, key: 5 });
  });

  it('that a library has signed with the same key is good, too', async () => {
    const token = await new SignJWT({ ver: 3 })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject('7')
      .setAudience('access')
      .setExpirationTime('1h')
      .sign(signingKey);
    expect(tokens.verify('access', token)).toMatchObject({ userId: 7, credentialsVersion: 3, generation: 0 });
  });

  it('is good until its end', () => {
    const token = tokens.issue('access', claims);
    const end = tokens.verify('access', token)?.expiresAt ?? 0;
    clock.advance(end - clock.millis() - 1000);
    expect(tokens.verify('access', token)).toBeDefined();
    clock.advance(1000);
    expect(tokens.verify('access', token)).toBeUndefined();
  });

  it('is good for nothing when it is anything else', () => {
    const token = tokens.issue('access', claims);
    const [head = '', body = '', signature = ''] = token.split('.');
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const other = part({ ...(JSON.parse(Buffer.from(body, 'base64url').toString()) as object), sub: '1' });
    for (const wrong of [
      ...['', '.', '..', 'x', `${head}.${body}`, `${head}.${body}.`, `${token}.`, `${token}=`, `${token}.${signature}`],
      ...[
        `${head}.${other}.${signature}`,
        `${part({ alg: 'none' })}.${body}.`,
        `${part({ alg: 'none' })}.${body}.${signature}`,
      ],
      ...[`${head}.${body}.${signature.slice(0, -1)}`, `${head}.${body}.é${signature.slice(1)}`],
      tokens.issue('refresh', claims),
    ]) {
      expect(tokens.verify('access', wrong)).toBeUndefined();
    }
  });
});
