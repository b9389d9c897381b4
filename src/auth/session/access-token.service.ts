import { Injectable } from '@nestjs/common';
import { createHash, createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';
import { type ApiKeyScope } from '../../access/key-scopes.js';
import { Clock } from '../../clock/clock.js';
import { SecretKey } from '../../secret/secret-key.js';
import { jwsPart } from '../../signing/jws-part.js';

/** What a token says. It is good while the account still has the same `credentialsVersion`. */
export interface TokenClaims {
  userId: number;
  credentialsVersion: number;
  /** The API key it was got with; it dies with the key. */
  apiKeyId?: number;
  /** The lease whose token it was got with. A UUID. */
  leaseId?: string;
  /** All tokens that follow from one sign-in, by refreshing. A UUID. */
  family: string;
  /** How many times the family was refreshed. */
  generation: number;
}

/** Seconds. */
export const lifetime = { access: 3600, refresh: 30 * 24 * 3600 };
/** What a token is good for that was got with the token of a lease. */
export const leaseTokenScopes: readonly ApiKeyScope[] = ['seats'];

type TokenUse = keyof typeof lifetime;

/** `expiresAt` in milliseconds since 1970. */
type VerifiedToken = TokenClaims & { expiresAt: number };

/** Claims as they are in a token; the short names are this server's. The release before had neither `fam` nor `gen`. */
interface Payload {
  sub: string;
  aud: TokenUse;
  iat: number;
  exp: number;
  ver: number;
  key?: number | undefined;
  lease?: string | undefined;
  fam?: string;
  gen?: number;
}

/** What the key is for that tokens are signed with. */
const purpose = 'access tokens';

/** Servers sign for a moment with the key that was, and their clocks differ. */
const slackSeconds = 300;

const header = jwsPart({ alg: 'HS256', typ: 'JWT' });

/**
 * Access and refresh tokens of `POST /oauth/token`: signed rather than stored, because Studio asks for a new one at every
 * renewal. The key derives from the secret key, so all servers of one installation accept each other's.
 */
@Injectable()
export class AccessTokenService {
  constructor(
    private readonly secretKey: SecretKey,
    private readonly clock: Clock,
  ) {}

  /** What a key has signed that is in the file no more is not accepted from now on. */
  useNewestKeys(): void {
    this.secretKey.refresh();
  }

  /** Seconds that an access token is good for. */
  readonly expiresIn = lifetime.access;

  /** A compact JWS (RFC 7515). Made here and at once: a library that goes to another thread for it takes longer to get there. */
  issue(
    use: TokenUse,
    { userId, credentialsVersion: ver, apiKeyId: key, leaseId: lease, family, generation }: TokenClaims,
  ): string {
    const iat = Math.floor(this.clock.millis() / 1000);
    const claims: Payload = {
      ver,
      key,
      lease,
      fam: family,
      gen: generation,
      sub: String(userId),
      aud: use,
      iat,
      exp: iat + lifetime[use],
    };
    const input = `${header}.${jwsPart(claims)}`;
    return `${input}.${signatureOf(this.secretKey.current(purpose).object, input)}`;
  }

  /** @returns the claims and the end in milliseconds since 1970, or undefined for anything but a good token */
  verify(use: TokenUse, token: string): VerifiedToken | undefined {
    const verified = this.verifyWithAny(use, token);
    if (verified) return verified;
    // Another server may have a newer key, and this one not have heard of it yet.
    return this.secretKey.refresh() ? this.verifyWithAny(use, token) : undefined;
  }

  private verifyWithAny(use: TokenUse, token: string): VerifiedToken | undefined {
    for (const { object, retiredAt } of this.secretKey.derived(purpose)) {
      // What it can have signed has expired: what it signs now is not of this server.
      const end = retiredAt && retiredAt.getTime() + (lifetime[use] + slackSeconds) * 1000;
      if (end !== undefined && end <= this.clock.millis()) continue;
      const claims = signedBy(object, token);
      if (claims) return this.isGood(use, claims) ? verifiedToken(claims, token) : undefined;
    }
    return undefined;
  }

  private isGood(use: TokenUse, { aud, exp }: Payload): boolean {
    return aud === use && exp > Math.floor(this.clock.millis() / 1000);
  }
}

function verifiedToken({ sub, ver, key, lease, fam, gen, exp }: Payload, token: string): VerifiedToken {
  return {
    userId: Number(sub),
    credentialsVersion: ver,
    apiKeyId: key,
    leaseId: lease,
    family: fam ?? familyOf(token),
    generation: gen ?? 0,
    expiresAt: exp * 1000,
  };
}

/** What the key has signed; undefined for anything else. Compared here and at once, as it was signed. */
function signedBy(key: KeyObject, token: string): Payload | undefined {
  const [head, body = '', signature = '', ...more] = token.split('.');
  if (more.length > 0 || !isSame(signature, signatureOf(key, `${head}.${body}`))) return undefined;
  return JSON.parse(Buffer.from(body, 'base64url').toString()) as Payload;
}

function signatureOf(key: KeyObject, input: string): string {
  return createHmac('sha256', key).update(input).digest('base64url');
}

/** In a time that does not tell how much of it is right. */
function isSame(given: string, right: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(right)];
  return one.length === other.length && timingSafeEqual(one, other);
}

/** Tokens of the release before had no family; each is one of its own. */
function familyOf(token: string): string {
  return createHash('sha256')
    .update(token)
    .digest('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
}
