/** Public keys as `GET /.well-known/jwks.json` answers them (RFC 7517). Pin them in your program, or let the keeper fetch them. */
export interface PublicKeys {
  keys: readonly { kid?: string; kty?: string; crv?: string; x?: string }[];
}

/** What the server signed about a seat. */
export interface LeaseClaims {
  /** Id of the lease. */
  jti: string;
  /** Of two grants the later one has the greater number. */
  fence: number;
  product: string;
  model: string;
  organizationId: number;
  machineId: string;
  sessionId: string;
  licenseType: string;
  features: { key: string; name: string }[];
  /** Seconds since 1970. */
  iat: number;
  /** Seconds since 1970. */
  exp: number;
}

/** What a token must say to be accepted. */
export interface LeaseExpectations {
  leaseId?: string;
  product?: string;
  machineId?: string;
  sessionId?: string;
  /** The time; this computer's unless given. */
  now?: Date;
  /** How much this computer's clock may be ahead; 60 unless given. */
  leewaySeconds?: number;
}

/** The token is not a valid one of this server, or is for another seat. */
export class UntrustedTokenError extends Error {
  override readonly name = 'UntrustedTokenError';

  constructor(
    message: string,
    /** Whether it is signed with a key that is not among those given: the server may have a new one. */
    readonly hasUnknownKey = false,
  ) {
    super(message);
  }
}

/**
 * Checks the token of a lease without the server: its signature (EdDSA), its end, and what is expected of it.
 *
 * @throws UntrustedTokenError
 */
export async function verifyLease(
  token: string,
  keys: PublicKeys,
  expectations: LeaseExpectations = {},
): Promise<LeaseClaims> {
  const [header = '', payload = '', signature = '', ...more] = token.split('.');
  const { alg, kid } = jsonOf(header);
  if (more.length > 0 || alg !== 'EdDSA') throw new UntrustedTokenError('This is not the token of a lease.');
  const key = keys.keys.find((each) => typeof kid === 'string' && each.kid === kid);
  if (!key) throw new UntrustedTokenError('The token is signed with a key that is not pinned.', true);
  if (!(await isSigned(key, `${header}.${payload}`, bytesOf(signature)))) {
    throw new UntrustedTokenError('The signature of the token is wrong.');
  }
  const claims = jsonOf(payload) as unknown as LeaseClaims;
  checkClaims(claims, expectations);
  return claims;
}

function checkClaims(claims: LeaseClaims, expectations: LeaseExpectations): void {
  const { now = new Date(), leewaySeconds = 60, leaseId, ...rest } = expectations;
  const { product, machineId, sessionId } = rest;
  const expected = { jti: leaseId, product, machineId, sessionId };
  for (const [name, value] of Object.entries(expected)) {
    if (value !== undefined && claims[name as keyof typeof expected] !== value) {
      throw new UntrustedTokenError(`The token is for another ${name === 'jti' ? 'lease' : name}.`);
    }
  }
  if (typeof claims.exp !== 'number' || claims.exp + leewaySeconds <= now.getTime() / 1000) {
    throw new UntrustedTokenError('The token has expired.');
  }
}

async function isSigned(
  { kty, crv, x }: PublicKeys['keys'][number],
  text: string,
  signature: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  if (kty !== 'OKP' || crv !== 'Ed25519' || x === undefined) return false;
  const algorithm = { name: 'Ed25519' };
  const key = await crypto.subtle.importKey('jwk', { kty, crv, x }, algorithm, false, ['verify']);
  return crypto.subtle.verify(algorithm, key, signature, new TextEncoder().encode(text));
}

function jsonOf(part: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytesOf(part)));
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // As below.
  }
  throw new UntrustedTokenError('This is not the token of a lease.');
}

/** @throws UntrustedTokenError when it is not base64url */
function bytesOf(part: string): Uint8Array<ArrayBuffer> {
  try {
    const binary = atob(part.replaceAll('-', '+').replaceAll('_', '/'));
    return Uint8Array.from(binary, (character) => character.charCodeAt(0));
  } catch {
    throw new UntrustedTokenError('This is not the token of a lease.');
  }
}
