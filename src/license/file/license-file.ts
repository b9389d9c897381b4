import 'reflect-metadata';
import { applyDecorators } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  IsBoolean,
  IsDefined,
  IsIn,
  IsInt,
  IsNumber,
  IsISO8601,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
  validateSync,
  type ValidationError,
} from 'class-validator';
import { compactVerify, errors, decodeProtectedHeader } from 'jose';
import { type KeyObject } from 'node:crypto';
import { Nested, NestedList } from '../../http/validation/nested.js';
import { hasBuiltInKeys } from '../../config/trust-anchor.js';
import { keyIdOf } from '../../signing/key-id.js';
import { afterLastSecond } from './last-second.js';
import { contentOf } from './license-content.js';
import { LicenseFileError } from './license-file-error.js';
import { tokenIn } from './license-text.js';
import { type Model, models, type Product, products } from './product.js';

export { LicenseFileError } from './license-file-error.js';
export { largestLicenseFile } from './license-text.js';

const algorithms = ['EdDSA', 'RS256'];

export type LicenseType = 'ENTERPRISE' | 'TRIAL' | 'FREE';

/** A day (its 00:00 UTC), or a time with its zone: the same moment on every server. */
function IsMoment(): PropertyDecorator {
  const message = '$property must be a day such as 2027-01-31, or a time with its zone such as 2027-01-31T12:00:00Z';
  return applyDecorators(
    IsISO8601({ strict: true }, { message }),
    Matches(/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/, { message }),
  );
}

export class Feature {
  @IsString()
  @MinLength(1)
  @MaxLength(100)
  key!: string;

  @IsString()
  @MaxLength(200)
  name!: string;
}

export class Entitlement {
  @IsIn(products, { message: ({ value }) => `the product ${JSON.stringify(value)} is unknown` })
  product!: Product;

  @IsIn(models, { message: ({ value }) => `the model ${JSON.stringify(value)} is unknown` })
  model!: Model;

  @IsInt()
  @Min(0)
  @Max(10_000_000)
  quantity!: number;

  @IsOptional()
  @IsInt()
  @Min(0)
  machineQuota?: number;

  @IsOptional()
  @IsBoolean()
  offline?: boolean;

  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(43_200)
  maxLeaseMinutes?: number;

  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(100)
  maxOveragePercent?: number;

  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(36_500)
  offlineMaxDays?: number;

  @IsOptional()
  @IsNumber()
  @Min(0)
  @Max(1)
  offlineMaxShare?: number;

  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(43_200)
  freeOnReleaseMinutes?: number;

  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(3650)
  borrowMaxDays?: number;

  @ArrayMaxSize(100)
  @NestedList(() => Feature)
  features!: Feature[];

  @IsOptional()
  @IsMoment()
  startsAt?: string;

  @IsOptional()
  @IsMoment()
  expiresAt?: string;
}

class Customer {
  @IsString()
  @MaxLength(300)
  name!: string;

  @IsOptional()
  @IsString()
  @MaxLength(300)
  email?: string;
}

/** What a vendor signs. Times are NumericDate: seconds since 1970. */
export class LicenseClaims {
  @IsString()
  @MaxLength(300)
  iss!: string;

  @IsString()
  @MinLength(1)
  @MaxLength(200)
  jti!: string;

  @IsString()
  @MaxLength(300)
  sub!: string;

  @IsInt()
  @Min(0)
  @Max(253_402_300_799)
  iat!: number;

  @IsInt()
  @Min(0)
  @Max(253_402_300_799)
  nbf!: number;

  @IsInt()
  @Min(0)
  @Max(253_402_300_799)
  exp!: number;

  @IsDefined({ message: 'customer is missing' })
  @Nested(() => Customer)
  customer!: Customer;

  @IsIn(['ENTERPRISE', 'TRIAL', 'FREE'], {
    message: ({ value }) => `the licenseType ${JSON.stringify(value)} is unknown`,
  })
  licenseType!: LicenseType;

  @IsInt()
  @Min(0)
  @Max(3650)
  graceDays!: number;

  @IsOptional()
  @IsString()
  @MaxLength(100)
  serverId?: string;

  @ArrayNotEmpty()
  @ArrayMaxSize(1000)
  @NestedList(() => Entitlement)
  entitlements!: Entitlement[];
}

/** Keys by their `kid`. */
export type TrustedKeys = ReadonlyMap<string, KeyObject>;

export async function trustedKeys(keys: readonly KeyObject[]): Promise<TrustedKeys> {
  return new Map(await Promise.all(keys.map(async (key) => [await keyIdOf(key), key] as const)));
}

/** A license file whose signature and content are in order; whether it is in force is another question. */
export class LicenseFile {
  private constructor(
    readonly claims: LicenseClaims,
    /** The compact JWS. */
    readonly token: string,
    readonly keyId: string,
  ) {}

  /**
   * Reads the text of a `.lic` file, armoured or bare, and checks its signature and content.
   *
   * @throws LicenseFileError
   */
  static async read(text: string, keys: TrustedKeys): Promise<LicenseFile> {
    const { payload, token, keyId } = await openSigned(text, keys);
    return LicenseFile.of(payload, token, keyId);
  }

  /** @throws LicenseFileError when the payload holds no license */
  static of(payload: unknown, token: string, keyId: string): LicenseFile {
    return new LicenseFile(claimsOf(payload), token, keyId);
  }

  /**
   * One that begins later can be installed now; its seats count from its first day.
   *
   * @param at the newest time known
   * @throws LicenseFileError when the file has expired or is for another server
   */
  checkUsable(at: Date, serverId: string): void {
    const seconds = at.getTime() / 1000;
    const { exp } = this.claims;
    if (seconds * 1000 >= afterLastSecond(exp * 1000)) {
      throw new LicenseFileError(
        'license-expired',
        `The license expired on ${day(exp)}. Ask the vendor for a new one.`,
      );
    }
    this.checkServer(serverId);
  }

  /** @throws LicenseFileError when the file is bound to another installation */
  checkServer(serverId: string): void {
    if (this.claims.serverId !== undefined && this.claims.serverId !== serverId) {
      throw new LicenseFileError(
        'license-other-server',
        `The license is bound to another server (${this.claims.serverId}); this one is ${serverId}. Ask the vendor for one with this id.`,
      );
    }
  }

  get startsAt(): Date {
    return new Date(this.claims.nbf * 1000);
  }

  /** When the last seat of this file is gone, grace days included. */
  get endsAt(): Date {
    return new Date((this.claims.exp + this.claims.graceDays * 86_400) * 1000);
  }
}

/** What a vendor has signed, whatever it says. */
export interface Signed {
  payload: unknown;
  /** The compact JWS. */
  token: string;
  keyId: string;
}

/**
 * Reads the text of a file that the vendor has signed, and checks its signature.
 *
 * @throws LicenseFileError
 */
export async function openSigned(text: string, keys: TrustedKeys): Promise<Signed> {
  const token = tokenIn(text);
  const { alg, kid } = headerOf(token);
  if (!alg || !algorithms.includes(alg)) {
    throw new LicenseFileError(
      'license-algorithm',
      `The license file is signed with ${JSON.stringify(alg ?? 'none')}; only EdDSA and RS256 are accepted.`,
    );
  }
  const candidates = kid === undefined ? [...keys] : [...keys].filter(([id]) => id === kid);
  if (candidates.length === 0) {
    throw new LicenseFileError(
      'license-unknown-key',
      hasBuiltInKeys
        ? `The license file is signed with a key that this release does not accept (kid ${kid ?? 'missing'}). ` +
            'Ask the vendor of this release for a license file.'
        : keys.size === 0
          ? 'This server has no vendor key to check license files with. Set VENDOR_KEY_FILES and start it again.'
          : `The license file is signed with a key that this server does not trust (kid ${kid ?? 'missing'}). ` +
            "If it is the vendor's, add it to VENDOR_KEY_FILES and start the server again.",
    );
  }
  for (const [id, key] of candidates) {
    const payload = await payloadOf(token, key);
    if (payload !== undefined) return { payload, token, keyId: id };
  }
  throw new LicenseFileError(
    'license-altered',
    'The signature of the license file does not fit its content: it was altered or damaged. Ask the vendor for it again.',
  );
}

/** The text of a `.lic` file around a token: 64 columns between two marks. */
export function armour(token: string, what = 'LICENSE FILE'): string {
  const lines = token.match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${what}-----\n${lines.join('\n')}\n-----END ${what}-----\n`;
}

/** Claims in order, or an error that names everything that is not. */
export function claimsOf(payload: unknown): LicenseClaims {
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) {
    throw new LicenseFileError('license-content', 'The license file holds no license.');
  }
  const claims = plainToInstance(LicenseClaims, { graceDays: 0, ...payload });
  const problems = describeProblems(validateSync(claims, { forbidUnknownValues: false }));
  if (claims.nbf >= claims.exp) problems.push('nbf must be before exp');
  if (problems.length > 0) throw notInOrder(problems);
  return claims;
}

/**
 * What is asked of a license when it is issued or installed, beyond {@link claimsOf}. One that was installed before stays in force.
 *
 * @throws LicenseFileError
 */
export function checkNewLicense({ jti, entitlements }: LicenseClaims): void {
  const backward = entitlements.flatMap(({ product, model, startsAt, expiresAt }, index) => {
    const isForward = startsAt === undefined || expiresAt === undefined || Date.parse(startsAt) < Date.parse(expiresAt);
    return isForward ? [] : `entitlements.${index} (${product}, ${model}): startsAt must be before expiresAt`;
  });
  const problems = [...(jti.trim() === '' ? ['jti is blank'] : []), ...backward];
  if (problems.length > 0) throw notInOrder(problems);
}

function notInOrder(problems: readonly string[]): LicenseFileError {
  return new LicenseFileError('license-content', `The license file is not in order: ${problems.join('; ')}.`);
}

/**
 * The claims of a file whose signature need not be checked, for it was made here.
 *
 * @throws LicenseFileError
 */
export function claimsIn(text: string): LicenseClaims {
  const payload = tokenIn(text).split('.')[1] ?? '';
  return claimsOf(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')));
}

function headerOf(token: string): { alg?: string; kid?: string } {
  try {
    return decodeProtectedHeader(token);
  } catch {
    throw unreadable();
  }
}

async function payloadOf(token: string, key: KeyObject): Promise<unknown> {
  let payload: Uint8Array;
  try {
    ({ payload } = await compactVerify(token, key, { algorithms }));
  } catch (error) {
    // A key that is not made for the algorithm is a TypeError up to Node 22, and a DOMException after it.
    const isRefusal = [errors.JOSEError, TypeError, DOMException].some((kind) => error instanceof kind);
    if (isRefusal) return undefined;
    throw error;
  }
  return contentOf(payload);
}

function unreadable(): LicenseFileError {
  return new LicenseFileError(
    'license-unreadable',
    'This is not a license file. Choose the .lic file from the vendor.',
  );
}

function describeProblems(problems: ValidationError[], path = ''): string[] {
  return problems.flatMap(({ property, value, constraints, children }) => {
    const place = path ? `${path}.${property}` : property;
    // An absent field breaks every rule about it; that it is absent is what its author needs to hear.
    const broken = Object.values(constraints ?? {}).slice(0, 1);
    const own = broken.map((message) => (value === undefined ? `${property} is missing` : message));
    return [
      ...own.map((message) => (path ? `${path}: ${message}` : message)),
      ...describeProblems(children ?? [], place),
    ];
  });
}

function day(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 10);
}
