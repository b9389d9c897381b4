import { describe, expect, it } from '@jest/globals';
import { CompactSign } from 'jose';
import { createSecretKey, generateKeyPairSync } from 'node:crypto';
import { keyIdOf } from '../../signing/key-id.js';
import {
  armour,
  claimsOf,
  largestLicenseFile,
  LicenseFile,
  LicenseFileError,
  trustedKeys,
  type TrustedKeys,
} from './license-file.js';
import { licenseTextOf } from './license-text.js';

const vendor = generateKeyPairSync('ed25519');
const rsaVendor = generateKeyPairSync('rsa', { modulusLength: 2048 });
const trusted = await trustedKeys([vendor.publicKey, rsaVendor.publicKey]);

const seats = {
  product: 'KSE',
  model: 'floating',
  quantity: 3,
  features: [{ key: 'katalon_gui', name: 'Studio' }],
};

const content = {
  iss: 'Vendor',
  jti: 'license-1',
  sub: 'customer-1',
  iat: numericDate('2026-01-01'),
  nbf: numericDate('2026-01-01'),
  exp: numericDate('2027-01-01'),
  customer: { name: 'Acme', email: 'it@acme.test' },
  licenseType: 'ENTERPRISE',
  graceDays: 14,
  entitlements: [seats],
};

function numericDate(day: string): number {
  return Date.parse(day) / 1000;
}

async function signed(payload: object | string, { publicKey, privateKey } = vendor, alg = 'EdDSA'): Promise<string> {
  const bytes = Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload));
  return new CompactSign(bytes).setProtectedHeader({ alg, kid: await keyIdOf(publicKey) }).sign(privateKey);
}

function base64url(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** The refusal of a license file, or a failure when it is taken. */
async function refusal(text: string, keys: TrustedKeys = trusted): Promise<LicenseFileError> {
  const error: unknown = await LicenseFile.read(text, keys).catch((reason: unknown) => reason);
  if (!(error instanceof LicenseFileError)) throw new Error(`Expected a refusal, got ${String(error)}`);
  return error;
}

function thrown(action: () => unknown): LicenseFileError {
  try {
    action();
  } catch (error) {
    if (error instanceof LicenseFileError) return error;
    throw error;
  }
  throw new Error('Expected a refusal');
}

describe('A license file is taken', () => {
  it('as the vendor issues it: a compact JWS in an armour of 64 columns', async () => {
    const text = armour(await signed(content));
    const lines = text.trimEnd().split('\n');
    expect(lines[0]).toBe('-----BEGIN LICENSE FILE-----');
    expect(lines.at(-1)).toBe('-----END LICENSE FILE-----');
    expect(Math.max(...lines.map((line) => line.length))).toBe(64);
    const { claims } = await LicenseFile.read(text, trusted);
    expect(claims).toMatchObject({ jti: 'license-1', customer: { name: 'Acme' }, entitlements: [{ quantity: 3 }] });
  });

  it('with the line ends of Windows, a byte order mark and blanks around it', async () => {
    const text = `\uFEFF\r\n  ${armour(await signed(content)).replaceAll('\n', '\r\n')}\r\n\t`;
    expect((await LicenseFile.read(text, trusted)).claims.jti).toBe('license-1');
  });

  it('as the bare JWS without armour, wrapped or not', async () => {
    const token = await signed(content);
    expect((await LicenseFile.read(token, trusted)).token).toBe(token);
    expect((await LicenseFile.read(token.replace(/.{50}/g, '$&\n'), trusted)).token).toBe(token);
  });

  it('when it is signed with RS256', async () => {
    const license = await LicenseFile.read(await signed(content, rsaVendor, 'RS256'), trusted);
    expect(license.keyId).toBe(await keyIdOf(rsaVendor.publicKey));
  });

  it('without a kid, when some trusted key fits', async () => {
    const token = await new CompactSign(Buffer.from(JSON.stringify(content)))
      .setProtectedHeader({ alg: 'EdDSA' })
      .sign(vendor.privateKey);
    const keys = await trustedKeys([rsaVendor.publicKey, generateKeyPairSync('ed25519').publicKey, vendor.publicKey]);
    expect((await LicenseFile.read(token, keys)).keyId).toBe(await keyIdOf(vendor.publicKey));
  });

  it('with claims that nobody knows yet, which are kept', async () => {
    const more = { ...content, contract: { number: 4711 }, entitlements: [{ ...seats, region: 'EU' }] };
    const { claims } = await LicenseFile.read(await signed(more), trusted);
    expect(claims).toMatchObject({ contract: { number: 4711 }, entitlements: [{ region: 'EU' }] });
  });

  it('with 64 KiB, but not with one byte more', async () => {
    const token = await signed(content);
    const fits = token.padEnd(largestLicenseFile, ' ');
    expect((await LicenseFile.read(fits, trusted)).token).toBe(token);
    expect(await refusal(`${fits} `)).toMatchObject({ code: 'license-too-large', kind: 'too-large' });
  });
});

describe('A license file is refused', () => {
  it('when one bit of any of its characters was altered', async () => {
    const token = await signed(content);
    for (let place = 0; place < token.length; place++) {
      if (token.charAt(place) === '.') continue;
      const text = token.slice(0, place) + alteredCharacter(token, place) + token.slice(place + 1);
      expect(await refusal(text)).toBeInstanceOf(LicenseFileError);
    }
  });

  it('when a seat was added after it was signed', async () => {
    const [header, , signature] = (await signed(content)).split('.');
    const more = base64url({ ...content, entitlements: [{ ...seats, quantity: 300 }] });
    const error = await refusal(`${header}.${more}.${signature}`);
    expect(error.code).toBe('license-altered');
    expect(error.message).toContain('altered or damaged');
  });

  it('when an unknown key has signed it, which the message names', async () => {
    const stranger = generateKeyPairSync('ed25519');
    const error = await refusal(await signed(content, stranger));
    expect(error.code).toBe('license-unknown-key');
    expect(error.message).toContain(await keyIdOf(stranger.publicKey));
  });

  it('when an unknown key has signed it under the name of a known one', async () => {
    const impostor = { publicKey: vendor.publicKey, privateKey: generateKeyPairSync('ed25519').privateKey };
    expect((await refusal(await signed(content, impostor))).code).toBe('license-altered');
  });

  it('when its signature belongs to another license', async () => {
    const [header, payload] = (await signed(content)).split('.');
    const [, , signature] = (await signed({ ...content, jti: 'license-2' })).split('.');
    expect((await refusal(`${header}.${payload}.${signature}`)).code).toBe('license-altered');
  });

  it('by a server without vendor keys, with words that tell what to set', async () => {
    const error = await refusal(await signed(content), new Map());
    expect(error.code).toBe('license-unknown-key');
    expect(error.message).toContain('VENDOR_KEY_FILES');
  });

  it('when it has no signature (alg none)', async () => {
    for (const alg of ['none', 'None', 'NONE']) {
      const error = await refusal(`${base64url({ alg })}.${base64url(content)}.`);
      expect(error.code).toBe('license-algorithm');
      expect(error.message).toContain(alg);
    }
  });

  it('when the public key served as an HMAC secret (HS256)', async () => {
    const secret = createSecretKey(Buffer.from(rsaVendor.publicKey.export({ type: 'spki', format: 'pem' })));
    const forged = { publicKey: rsaVendor.publicKey, privateKey: secret };
    expect((await refusal(await signed(content, forged, 'HS256'))).code).toBe('license-algorithm');
  });

  it('when it is signed with RSA in another way than RS256', async () => {
    for (const alg of ['RS512', 'PS256']) {
      expect((await refusal(await signed(content, rsaVendor, alg))).code).toBe('license-algorithm');
    }
  });

  it('when its algorithm does not fit the key that its kid names', async () => {
    const [, payload, signature] = (await signed(content)).split('.');
    const header = base64url({ alg: 'RS256', kid: await keyIdOf(vendor.publicKey) });
    expect((await refusal(`${header}.${payload}.${signature}`)).code).toBe('license-altered');
  });

  it('when it is empty', async () => {
    for (const text of ['', ' \r\n\t', '\uFEFF']) expect((await refusal(text)).code).toBe('license-empty');
  });

  it('when it is something else: binary data, prose, a private key, an armour around nothing', async () => {
    const others = [
      Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)).toString('latin1'),
      'Dear customer, thank you for your order.',
      'a.b.c',
      '{"license":"yes"}',
      vendor.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      '-----BEGIN LICENSE FILE-----\n-----END LICENSE FILE-----',
    ];
    for (const text of others) expect((await refusal(text)).code).toBe('license-unreadable');
  });

  it('when what was signed is no license', async () => {
    for (const payload of ['not JSON', '"text"', '[]', 'null', '42']) {
      expect((await refusal(await signed(payload))).code).toBe('license-content');
    }
  });
});

describe('A license file that was mailed is read', () => {
  const lines = async (): Promise<string[]> =>
    armour(await signed(content))
      .trimEnd()
      .split('\n');
  const quotedPrintable = (text: string): string =>
    text
      .replace(/[=_.]/g, (each) => `=${each.charCodeAt(0).toString(16).toUpperCase()}`)
      .replace(/.{70}(?![\r\n])/g, '$&=\r\n');

  it.each<[string, (text: string[]) => string]>([
    ['quoted', (text) => `Ada wrote:\n${text.map((line) => `> ${line}`).join('\n')}\n`],
    ['quoted twice', (text) => text.map((line) => `>> ${line}`).join('\r\n')],
    [
      'with text before and after it',
      (text) => `Dear Müller,\n\n${text.join('\n')}\n\nKind regards - Ada\n-- \nVendor`,
    ],
    ['with CRLF', (text) => text.join('\r\n')],
    ['with a byte order mark', (text) => `\uFEFF${text.join('\n')}`],
    ['wrapped anywhere, the marks too', (text) => text.join('').replace(/.{17}/g, '$& \n')],
    ['with invisible characters', (text) => text.join('\u200B\n\u00A0')],
    ['as quoted-printable', (text) => quotedPrintable(text.join('\r\n'))],
    [
      'as an attachment in base64',
      (text) =>
        `Content-Transfer-Encoding: base64\n\n${Buffer.from(text.join('\n')).toString('base64').replace(/.{76}/g, '$&\r\n')}\n--b--`,
    ],
    ['twice in the same text', (text) => `${text.join('\n')}\n> ${text.join('\n> ')}`],
  ])('%s', async (_how, mailed) => {
    expect((await LicenseFile.read(mailed(await lines()), trusted)).claims.jti).toBe('license-1');
  });

  it.each(['utf16le', 'utf8', 'latin1'] as const)('saved as %s', async (encoding) => {
    const text = `\uFEFFMüller\r\n${(await lines()).join('\r\n')}`;
    const bytes = Buffer.from(encoding === 'latin1' ? text.slice(1) : text, encoding);
    expect((await LicenseFile.read(licenseTextOf(bytes), trusted)).claims.jti).toBe('license-1');
  });

  it('in UTF-16 with the other order of bytes', async () => {
    const bytes = Buffer.from(`\uFEFF${(await lines()).join('\n')}`, 'utf16le').swap16();
    expect((await LicenseFile.read(licenseTextOf(bytes), trusted)).claims.jti).toBe('license-1');
  });

  it('or the refusal says what has happened to it, and in which line', async () => {
    const text = await lines();
    const wrong = (line: number, character: string): string =>
      text
        .map((each, index) => (index === line ? `${each.slice(0, 9)}${character}${each.slice(10)}` : each))
        .join('\n');
    const refused: [string, RegExp][] = [
      [text.slice(0, -1).join('\n'), /cut off before the line "-----END/],
      [text.slice(1).join('\n'), /first part .* is missing/],
      [`Hello,\n${wrong(3, '–')}`, /^Line 5 of the license file has the character "–" \(U\+2013\)/],
      [`Hello –\n${wrong(3, '–').replace('LICENSE FILE-----', 'LICENSE\nFILE-----')}`, /^Line 6 of/],
      [wrong(3, '–').replaceAll('\n', ''), /^Line 1 of/],
      [wrong(2, '\u0007'), /^Line 3 of the license file has the character U\+0007/],
      [`${text.join('\n')}\n${armour(await signed({ ...content, jti: 'other' }))}`, /several license files/],
    ];
    for (const [mailed, message] of refused) {
      const error = await refusal(mailed);
      expect(error).toMatchObject({ code: 'license-damaged', kind: 'invalid' });
      expect(error.message).toMatch(message);
    }
  });
});

describe('A genuine license file with odd contents is refused', () => {
  const text = JSON.stringify(content);
  it.each<[string, string, RegExp]>([
    ['NUL', text.replace('Acme', 'Ac\\u0000me'), /customer\.name has the character NUL/],
    ['half a character', text.replace('Acme', '\\ud800'), /customer\.name has half a character/],
    ['a name that is there twice', text.replace('"jti":', '"jti":"other","jti":'), /the name "jti" is there twice/],
    ['a huge number', text.replace('"iss"', '"more":1e999,"iss"'), /more is a number that is too large/],
    ['a number beyond the whole ones', text.replace('"iss"', '"more":9007199254740993,"iss"'), /too large/],
    ['deep nesting', text.replace('"iss"', `"more":${'['.repeat(5000)}${']'.repeat(5000)},"iss"`), /nested more than/],
    ['a prototype', text.replace('"iss"', '"__proto__":{"a":1},"iss"'), /__proto__/],
    ['NUL in a name', text.replace('"iss"', '"a\\u0000":1,"iss"'), /name of a member has the character NUL/],
  ])('%s', async (_what, payload, message) => {
    const error = await refusal(await signed(payload));
    expect(error).toMatchObject({ code: 'license-content', kind: 'invalid' });
    expect(error.message).toMatch(message);
  });

  it('bytes that are no text', async () => {
    const bytes = Buffer.concat([
      Buffer.from(text.slice(0, -1)),
      Buffer.from([0x2c, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]),
    ]);
    const { publicKey, privateKey } = vendor;
    const token = await new CompactSign(bytes)
      .setProtectedHeader({ alg: 'EdDSA', kid: await keyIdOf(publicKey) })
      .sign(privateKey);
    expect((await refusal(token)).message).toContain('not UTF-8');
  });
});

describe('The content of a license file', () => {
  it('names a product that is not known', () => {
    const error = thrown(() => claimsOf({ ...content, entitlements: [seats, { ...seats, product: 'KSX' }] }));
    expect(error.code).toBe('license-content');
    expect(error.message).toContain('the product "KSX" is unknown');
    expect(error.message).toContain('entitlements.1');
  });

  it('names a model that is not known', () => {
    const error = thrown(() => claimsOf({ ...content, entitlements: [{ ...seats, model: 'rented' }] }));
    expect(error.message).toContain('the model "rented" is unknown');
  });

  it('is told all that is wrong with it at once', () => {
    const { customer: _, ...withoutCustomer } = content;
    const wrong = { ...withoutCustomer, licenseType: 'GOLD', entitlements: [{ ...seats, quantity: -1 }] };
    const { message } = thrown(() => claimsOf(wrong));
    expect(message).toContain('customer is missing');
    expect(message).toContain('the licenseType "GOLD" is unknown');
    expect(message).toContain('quantity must not be less than 0');
  });

  it('needs whole, sensible numbers and times', () => {
    const wrongs: object[] = [
      { exp: content.nbf },
      { exp: '2027-01-01' },
      { exp: content.exp * 1000 },
      { nbf: 1.5 },
      { graceDays: -1 },
      { entitlements: [] },
      { entitlements: [{ ...seats, quantity: 2.5 }] },
      { entitlements: [{ ...seats, quantity: '3' }] },
      { entitlements: [{ ...seats, quantity: 1e9 }] },
      { entitlements: [{ ...seats, offline: 'yes' }] },
      { entitlements: [{ ...seats, expiresAt: '2026-02-30' }] },
      { entitlements: [{ ...seats, features: [{ key: '', name: 'Studio' }] }] },
      { entitlements: [{ ...seats, features: undefined }] },
      { entitlements: [null] },
    ];
    for (const wrong of wrongs) {
      expect(thrown(() => claimsOf({ ...content, ...wrong })).code).toBe('license-content');
    }
  });

  it('has no grace days unless it says so', () => {
    const { graceDays: _, ...withoutGrace } = content;
    expect(claimsOf(withoutGrace).graceDays).toBe(0);
  });
});

describe('A genuine license file', () => {
  async function license(more: object = {}): Promise<LicenseFile> {
    return LicenseFile.read(await signed({ ...content, ...more }), trusted);
  }
  const check = async (at: string, more: object = {}): Promise<LicenseFileError> => {
    const file = await license(more);
    return thrown(() => file.checkUsable(new Date(at), 'this-server'));
  };

  it('is in force from its first second to its last', async () => {
    const file = await license();
    for (const at of ['2026-01-01T00:00:00Z', '2026-07-01T12:00:00Z', '2026-12-31T23:59:59.999Z']) {
      expect(() => file.checkUsable(new Date(at), 'this-server')).not.toThrow();
    }
  });

  it('can be installed before its first day', async () => {
    const file = await license();
    expect(() => file.checkUsable(new Date('2025-12-31T23:59:59.999Z'), 'this-server')).not.toThrow();
    expect(file.startsAt).toEqual(new Date('2026-01-01T00:00:00Z'));
  });

  it('that ends with the last second of a day is in force until that second is over', async () => {
    const file = await license({ exp: numericDate('2027-01-01') - 1 });
    expect(() => file.checkUsable(new Date('2026-12-31T23:59:59.999Z'), 'this-server')).not.toThrow();
    const error = thrown(() => file.checkUsable(new Date('2027-01-01T00:00:00Z'), 'this-server'));
    expect(error.message).toContain('expired on 2026-12-31');
  });

  it('cannot be installed once expired, not even in its grace days; the message names the day', async () => {
    const error = await check('2027-01-01T00:00:00Z');
    expect(error).toMatchObject({ code: 'license-expired' });
    expect(error.message).toContain('2027-01-01');
  });

  it('that is bound to another server is refused; the message names both', async () => {
    const error = await check('2026-07-01', { serverId: 'that-server' });
    expect(error).toMatchObject({ code: 'license-other-server' });
    expect(error.message).toMatch(/that-server.*this-server/);
  });

  it('that is bound to this server is taken', async () => {
    const file = await license({ serverId: 'this-server' });
    expect(() => file.checkUsable(new Date('2026-07-01'), 'this-server')).not.toThrow();
  });

  it('ends when its grace days do', async () => {
    expect((await license({ graceDays: 14 })).endsAt).toEqual(new Date('2027-01-15T00:00:00Z'));
  });
});

/** The character with its highest bit turned: the lowest bits of a part's last character may be padding. */
function alteredCharacter(token: string, place: number): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return alphabet.charAt(alphabet.indexOf(token.charAt(place)) ^ 32);
}
