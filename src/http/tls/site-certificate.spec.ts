import { afterAll, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import https from 'node:https';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { privateAuthority } from '../../../test/support/network/private-authority.js';
import { until } from '../../../test/support/until.js';
import { Clock } from '../../clock/clock.js';
import { readSettings } from '../../config/settings.js';
import { Metrics } from '../../metrics/metrics.js';
import { SiteCertificate, SiteCertificateError } from './site-certificate.js';

const folder = mkdtempSync(path.join(os.tmpdir(), 'site-certificate-'));
afterAll(() => rmSync(folder, { recursive: true }));
const site = privateAuthority();
const other = privateAuthority();

function file(name: string, text: string): string {
  writeFileSync(path.join(folder, name), text);
  return path.join(folder, name);
}
const cert = file('site.pem', site.cert);
const key = file('site.key', site.key);

function load(settings: Record<string, string>): SiteCertificate | undefined {
  return SiteCertificate.from(readSettings(settings));
}

describe("The site's certificate", () => {
  it('is read from two files', () => {
    expect(load({ TLS_CERT_FILE: cert, TLS_KEY_FILE: key })?.options).toMatchObject({ minVersion: 'TLSv1.2' });
    expect(load({})).toBeUndefined();
  });

  it('may have a key with a passphrase, which may stand in a file', () => {
    const locked = path.join(folder, 'locked.key');
    execFileSync('openssl', ['pkcs8', '-topk8', '-in', key, '-out', locked, '-passout', 'pass:open sesame']);
    const settings = { TLS_CERT_FILE: cert, TLS_KEY_FILE: locked };
    expect(load({ ...settings, TLS_KEY_PASSPHRASE_FILE: file('passphrase', 'open sesame\n') })).toBeDefined();
    for (const wrong of [settings, { ...settings, TLS_KEY_PASSPHRASE: 'sesame' }]) {
      expect(() => load(wrong)).toThrow('cannot be opened with TLS_KEY_PASSPHRASE');
    }
  });

  it('that is replaced while the server starts is taken up all the same', async () => {
    const renewed = { TLS_CERT_FILE: file('renewed.pem', site.cert), TLS_KEY_FILE: file('renewed.key', site.key) };
    const certificate = load(renewed)!;
    file('renewed.pem', other.cert);
    file('renewed.key', other.key);
    const endFollowing = certificate.follow(
      https.createServer(certificate.options),
      new Clock(),
      pino({ level: 'silent' }),
      new Metrics(),
    );
    try {
      await until(() => certificate.options.cert === other.cert, 20, 'the renewed certificate');
    } finally {
      endFollowing();
    }
  });

  it('that cannot be used is refused in words', () => {
    const wrong: [string, string, string][] = [
      [`${cert}.missing`, key, 'TLS_CERT_FILE .* cannot be read \\(ENOENT\\)'],
      [cert, folder, 'TLS_KEY_FILE .* cannot be read \\(EISDIR\\)'],
      [key, key, 'TLS_CERT_FILE .* holds no certificate'],
      [cert, cert, 'TLS_KEY_FILE .* holds no private key'],
      [cert, file('other.key', other.key), 'does not belong to the certificate'],
    ];
    for (const [certificate, privateKey, message] of wrong) {
      const start = (): unknown => load({ TLS_CERT_FILE: certificate, TLS_KEY_FILE: privateKey });
      expect(start).toThrow(new RegExp(message));
      expect(start).toThrow(SiteCertificateError);
    }
  });
});
