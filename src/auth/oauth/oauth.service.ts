import { Inject, Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { SETTINGS } from '../../config/config.module.js';
import { type Settings } from '../../config/settings.js';
import { DomainError } from '../../errors/domain-error.js';
import { trimInvisible } from '../../text/invisible.js';
import { OutsideUnavailableError } from '../../user/user.errors.js';
import { type User } from '../../user/user.entity.js';
import { type TokenClaims } from '../session/access-token.service.js';
import { apiKeyPrefix } from '../api-key/api-key.service.js';
import { asClientPassword } from '../client-password/client-password-text.js';
import { ClientPasswordService } from '../client-password/client-password.service.js';
import { OAuthError, SignInUnavailableError, TooManyAttemptsError } from '../auth.errors.js';
import { type TokenAnswer } from './dto/oauth.js';
import { type GrantKind, ProgramSignIns } from '../sign-in/program-sign-ins.js';
import { ClientPasswordRule } from '../sign-in/client-password-rule.js';
import { SignInService } from '../sign-in/sign-in.service.js';
import { EngineKeys } from './engine-keys.js';
import { type TokenGrant, RefreshTokens } from './refresh-tokens.js';

/** Where a request for a token comes from. */
export interface TokenClient {
  address: string;
  /** Aborted when the client disconnects. */
  gone: AbortSignal;
}

/** Signs programs in: Katalon Studio with a password, Runtime Engine with an API key. */
@Injectable()
export class OAuthService {
  constructor(
    private readonly signIns: SignInService,
    private readonly keys: EngineKeys,
    private readonly clientPasswords: ClientPasswordService,
    private readonly rule: ClientPasswordRule,
    private readonly refreshTokens: RefreshTokens,
    private readonly programs: ProgramSignIns,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * `POST /oauth/token`, RFC 6749 sections 4.3 and 6.
   *
   * @param form untrusted
   * @param authorization the header with the client's fixed public pair, which proves nothing, so it may be absent
   * @param client from where it is asked
   * @throws OAuthError
   */
  async token(form: unknown, authorization: string | undefined, client: TokenClient): Promise<TokenAnswer> {
    checkClient(authorization);
    const { grant_type, username, password, refresh_token } = fieldsOf(form);
    switch (grant_type) {
      case 'password':
        return this.answer(await this.byPassword(username, password, client), client);
      case 'refresh_token':
        return this.answer(await this.byRefreshToken(refresh_token, client.address), client, 'refresh-token');
      case undefined:
        throw new OAuthError('invalid', 'invalid_request', 'grant_type is missing: send grant_type=password.');
      default:
        throw new OAuthError(
          'invalid',
          'unsupported_grant_type',
          'This server knows grant_type=password and grant_type=refresh_token.',
        );
    }
  }

  private async byPassword(
    username: string | undefined,
    password: string | undefined,
    client: TokenClient,
  ): Promise<TokenGrant> {
    // No password begins like a key, which is pasted and not typed.
    const key = trimInvisible(password ?? '');
    if (this.keys.isKey(key)) password = key;
    if (!password) {
      throw new OAuthError('invalid', 'invalid_request', 'password is missing: send your password or an API key.');
    }
    const isKey = this.keys.isKey(password);
    if (isKey) {
      const holder = await this.keys.holderOf(password, client.address);
      if (holder) return { ...holder, ...newFamily() };
    }
    if (!username || (!username.includes('@') && (isKey || !(await this.signIns.takesUserNames())))) {
      if (isKey) await this.programs.failed('api-key', client.address);
      throw new OAuthError(
        'unauthenticated',
        'invalid_grant',
        isKey
          ? 'This API key is not valid. Create one in your profile.'
          : `Sign in with your e-mail address and password, or with an API key, which begins with ${apiKeyPrefix}.`,
      );
    }
    const owner = await this.clientPasswords.holderOf(username, password);
    if (owner) return { ...owner, ...newFamily() };
    const user = await this.signIn(username, password, client);
    if (!user) {
      const message =
        asClientPassword(password) === undefined ? await this.rule.wrongPassword() : this.rule.wrongClientPassword;
      throw new OAuthError('unauthenticated', 'invalid_grant', message);
    }
    if (await this.rule.isNeeded(user)) {
      await this.programs.needsClientPassword(user, client.address);
      throw new OAuthError('unauthenticated', 'invalid_grant', this.rule.refusal);
    }
    return { userId: user.id, email: user.email, credentialsVersion: user.credentialsVersion, ...newFamily() };
  }

  /** A client that is refused for a moment does not recover, so it waits for its turn; never 429. */
  private async signIn(email: string, password: string, { address, gone }: TokenClient): Promise<User | undefined> {
    try {
      const hold = { millis: this.settings.clientHoldSeconds * 1000, gone };
      return await this.signIns.byPassword(email, password, address, hold);
    } catch (error) {
      if (error instanceof DomainError && error.kind === 'forbidden') {
        throw new OAuthError('unauthenticated', 'invalid_grant', error.message);
      }
      const isForNow =
        error instanceof TooManyAttemptsError ||
        error instanceof SignInUnavailableError ||
        error instanceof OutsideUnavailableError;
      if (!isForNow) throw error;
      throw new OAuthError('unavailable', 'temporarily_unavailable', error.message, error.retryAfter);
    }
  }

  private async byRefreshToken(token: string | undefined, address: string): Promise<TokenGrant> {
    if (!token) throw new OAuthError('invalid', 'invalid_request', 'refresh_token is missing.');
    const grant = await this.refreshTokens.take(token, address);
    if (grant) return grant;
    await this.programs.failed('refresh-token', address);
    throw new OAuthError('invalid', 'invalid_grant', 'This refresh token is not valid (any more). Sign in.');
  }

  private async answer(
    claims: TokenGrant,
    { address }: TokenClient,
    kind: GrantKind = grantKinds[claims.kind ?? 'password'],
  ): Promise<TokenAnswer> {
    const recording = this.programs.succeeded(kind, claims, address);
    if (recording) await recording;
    return this.refreshTokens.issue(claims);
  }
}

const grantKinds = {
  password: 'password',
  key: 'api-key',
  'client-password': 'client-password',
  'lease-token': 'lease-token',
} as const;

function newFamily(): Pick<TokenClaims, 'family' | 'generation'> {
  return { family: randomUUID(), generation: 0 };
}

function fieldsOf(form: unknown): Record<string, string | undefined> {
  const fields: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(form ?? {})) {
    if (typeof value !== 'string') {
      throw new OAuthError('invalid', 'invalid_request', `${name} must be given once, as text.`);
    }
    if (value.length > 4096 || value.includes('\0')) {
      throw new OAuthError('invalid', 'invalid_request', `${name} is too long or contains a NUL character.`);
    }
    fields[name] = value;
  }
  return fields;
}

function checkClient(authorization: string | undefined): void {
  if (authorization === undefined) return;
  const encoded = /^Basic +([A-Za-z0-9+/]+={0,2}) *$/i.exec(authorization)?.[1];
  if (encoded && Buffer.from(encoded, 'base64').toString('utf8').includes(':')) return;
  throw new OAuthError(
    'unauthenticated',
    'invalid_client',
    'The Authorization header must be "Basic" and base64 of client_id:client_secret, or absent.',
  );
}
