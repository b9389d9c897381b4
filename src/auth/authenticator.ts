import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type FastifyRequest } from 'fastify';
import { DataSource } from 'typeorm';
import { boundedCache } from '../concurrency/bounded-cache.js';
import { Clock } from '../clock/clock.js';
import { SETTINGS } from '../config/config.module.js';
import { type Settings } from '../config/settings.js';
import { GroupCommit, type Outcome } from '../concurrency/group-commit.js';
import { batchLoader } from '../concurrency/batch-loader.js';
import { Notifications } from '../database/notifications.js';
import { runHot } from '../database/pool/pipeline.js';
import { poolOf } from '../database/pool/pool-of.js';
import { AccessTokenService, leaseTokenScopes, type TokenClaims } from './session/access-token.service.js';
import { apiKeyPrefix, ApiKeyService } from './api-key/api-key.service.js';
import { NotSignedInError } from './auth.errors.js';
import { type Principal } from '../access/caller.js';
import { accessNote, holderOfSession, holdersOfTokens, type PrincipalRow } from './authenticator.queries.js';
import { hashToken } from '../secret/random-token.js';
import { sessionCookie } from './session/session-cookie.js';

interface Known {
  principal: Principal;
  /** Milliseconds since 1970. */
  goodUntil: number;
}

/** Milliseconds after which the database is asked again even if no change was heard of. */
const rememberMillis = 60_000;

/** A header is bytes: this is how Node reads the UTF-8 of invisible characters that copying adds to a key, and a blank that is none. */
const copied =
  '(?:[ \\t\\xa0]|\\xc2[\\x80-\\xa0\\xad]|\\xe2\\x80[\\x8b-\\x8f\\xa8-\\xaf]|\\xe2\\x81[\\xa0-\\xaf]|\\xef\\xbb\\xbf)*';
const bearerForm = new RegExp(`^Bearer +${copied}([\\w.~+/=-]{1,4096})${copied}$`, 'i');

/** Milliseconds for which it is enough to have noted once that an account was there. */
const notedMillis = 60_000;

/**
 * Finds out who holds a credential. A credential that was good a moment ago is answered from memory; every change of an
 * account, a session or a key is heard of from the database, and drops what is remembered of that user at once.
 */
@Injectable()
export class Authenticator {
  private readonly known = boundedCache<string, Known>(50_000);
  private readonly credentialsOf = new Map<number, Set<string>>();
  private readonly holders = batchLoader((claims: readonly string[]) => this.loadTokenHolders(claims));
  private readonly access = new GroupCommit<number, void>(
    (userIds) => this.noteAccess(userIds),
    () => false,
  );
  /** When accounts were noted to be there, in milliseconds since 1970. */
  private readonly noted = boundedCache<number, number>(50_000);
  /** Counts what was forgotten, so that an answer which the database gave before is not remembered after. */
  private forgotten = 0;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly tokens: AccessTokenService,
    private readonly apiKeys: ApiKeyService,
    private readonly clock: Clock,
    private readonly notifications: Notifications,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {
    notifications.on('access_changed', (userId) => this.forget(Number(userId)));
    const forgetAll = (): void => {
      this.tokens.useNewestKeys();
      this.forgotten++;
      this.known.clear();
      this.credentialsOf.clear();
    };
    notifications.onResume(forgetAll);
    notifications.on('clock_set_back', () => {
      forgetAll();
      this.noted.clear();
    });
    // Tokens may have been signed with a secret key that is forgotten now.
    notifications.on('signing_key_changed', forgetAll);
  }

  /** Drops what is remembered of a user. */
  private forget(userId: number): void {
    this.forgotten++;
    for (const credential of this.credentialsOf.get(userId) ?? []) this.known.delete(credential);
    this.credentialsOf.delete(userId);
  }

  /** @param bearer an API key or an access token */
  async byBearer(bearer: string): Promise<Principal | undefined> {
    return this.remembered(bearer, () => {
      return bearer.startsWith(apiKeyPrefix) ? this.loadByApiKey(bearer) : this.loadByAccessToken(bearer);
    });
  }

  /**
   * @param token the value of the session cookie
   * @param isBackground no user action: the request does not keep the session from ending
   */
  async bySession(token: string, isBackground: boolean): Promise<Principal | undefined> {
    const inUse = `session ${token}`;
    if (!isBackground) return this.remembered(inUse, () => this.loadBySession(token, false));
    const known = this.fromMemory(inUse);
    return known ?? this.remembered(`background ${token}`, () => this.loadBySession(token, true));
  }

  /**
   * Who sends a request; without a promise where the credential is known, as in nearly all requests.
   *
   * @throws NotSignedInError when it has no credentials, or they are not good (any more)
   */
  byRequest(request: FastifyRequest): Principal | Promise<Principal> {
    const { authorization } = request.headers;
    if (authorization !== undefined) {
      const bearer = bearerForm.exec(authorization)?.[1];
      if (!bearer)
        throw new NotSignedInError('The Authorization header must be "Bearer" and an API key or access token.');
      const refusal = 'The API key or access token is not valid (any more). Sign in again.';
      return this.fromMemory(bearer) ?? found(this.byBearer(bearer), refusal);
    }
    const token = request.cookies[sessionCookie];
    if (!token) throw new NotSignedInError();
    return found(this.bySession(token, isBackground(request)), 'Your session has ended. Sign in again.');
  }

  private async remembered(credential: string, load: () => Promise<Known | undefined>): Promise<Principal | undefined> {
    const known = this.fromMemory(credential);
    if (known) return known;
    const forgottenBefore = this.forgotten;
    const loaded = await load();
    if (!loaded) {
      this.known.delete(credential);
      return undefined;
    }
    if (this.forgotten !== forgottenBefore) return loaded.principal;
    const goodUntil = Math.min(loaded.goodUntil, this.clock.millis() + rememberMillis);
    this.known.set(credential, { ...loaded, goodUntil });
    const credentials = this.credentialsOf.get(loaded.principal.id);
    if (credentials && credentials.size < 1000) credentials.add(credential);
    else {
      for (const older of credentials ?? []) this.known.delete(older);
      this.credentialsOf.set(loaded.principal.id, new Set([credential]));
    }
    return loaded.principal;
  }

  private fromMemory(credential: string): Principal | undefined {
    const known = this.known.get(credential);
    return known && known.goodUntil > this.clock.millis() && this.notifications.isListening
      ? known.principal
      : undefined;
  }

  private async loadByAccessToken(token: string): Promise<Known | undefined> {
    const claims = this.tokens.verify('access', token);
    if (!claims) return undefined;
    return this.knownOf(await this.holders(identityOf(claims)), claims.expiresAt);
  }

  private async loadTokenHolders(identities: readonly string[]): Promise<Map<string, PrincipalRow>> {
    const rows = await runHot<PrincipalRow & { identity: string }>(
      poolOf(this.dataSource),
      holdersOfTokens(identities),
    );
    return new Map(rows.map(({ identity, ...row }) => [identity, row]));
  }

  private async loadByApiKey(key: string): Promise<Known | undefined> {
    return this.knownOf(await this.apiKeys.holderOf(key), Infinity);
  }

  private async loadBySession(token: string, isBackground: boolean): Promise<Known | undefined> {
    const now = this.clock.now();
    const idle = this.settings.sessionIdleMinutes;
    const use = { tokenHash: hashToken(token), now, idleMinutes: idle, isBackground };
    const row = await holderOfSession(this.dataSource, use);
    const lastUsed = (isBackground ? row?.lastUsedAt : now) ?? now;
    const due = row?.secondFactorDueAt?.getTime() ?? 0;
    const end = lastUsed.getTime() + idle * 60_000;
    return this.knownOf(row, due > now.getTime() ? Math.min(due, end) : end);
  }

  private async knownOf(row: PrincipalRow | undefined, end: number): Promise<Known | undefined> {
    if (!row) return undefined;
    const goodUntil = Math.min(end, row.expiresAt?.getTime() ?? Infinity);
    if (goodUntil <= this.clock.millis()) return undefined;
    const now = this.clock.millis();
    if (Math.abs(now - (this.noted.get(row.userId) ?? 0)) > notedMillis) {
      await this.access.add(row.userId);
      this.noted.set(row.userId, now);
    }
    const { userId: id, email, root, sessionId, tokenFamily } = row;
    const { apiKeyId, secondFactorMissing } = row;
    const leaseId = row.leaseId ?? undefined;
    const scopes = leaseId === undefined ? (row.scopes ?? undefined) : leaseTokenScopes;
    const key = { scopes, apiKeyId: apiKeyId ?? undefined, leaseId };
    const principal = { id, email, root, sessionId, tokenFamily, secondFactorMissing, ...key };
    return { principal, goodUntil };
  }

  private async noteAccess(userIds: readonly number[]): Promise<Outcome<void>[]> {
    // No request waits for the disk to note it.
    await runHot(poolOf(this.dataSource), accessNote(userIds, this.clock.now()), 'unflushed');
    return userIds.map(() => ({ result: undefined }));
  }
}

/** What a token's holder is looked up by. */
function identityOf({ userId, credentialsVersion, apiKeyId, family, leaseId }: TokenClaims): string {
  return `${userId} ${credentialsVersion} ${apiKeyId ?? ''} ${family} ${leaseId ?? ''}`;
}

/** A stream of events, or a request that the console sends without user action: neither shows that a user is there. */
function isBackground({ headers }: FastifyRequest): boolean {
  return headers['x-background'] !== undefined || headers.accept === 'text/event-stream';
}

async function found(principal: Promise<Principal | undefined>, refusal: string): Promise<Principal> {
  const known = await principal;
  if (!known) throw new NotSignedInError(refusal);
  return known;
}
