import { errors, type JWTPayload, jwtVerify } from 'jose';
import {
  allowInsecureRequests,
  AuthorizationResponseError,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  clockSkew,
  clockTolerance,
  Configuration,
  customFetch,
  fetchUserInfo,
  genericGrantRequest,
  ResponseBodyError,
  type ServerMetadata,
} from 'openid-client';
import { type Clock } from '../../clock/clock.js';
import { DomainError } from '../../errors/domain-error.js';
import { RequestFailedError } from '../../outgoing/bounded-request.js';
import { randomToken } from '../../secret/random-token.js';
import { boundedFetch } from '../single-sign-on/bounded-fetch.js';
import { SingleSignOnError, type SingleSignOnProblem } from '../single-sign-on/single-sign-on.errors.js';
import { Remembered } from '../single-sign-on/remembered.js';
import { isUsableName } from '../single-sign-on/usable-name.js';
import { type SignInSecrets } from '../single-sign-on/sign-in-ticket.js';
import { clientProof, type ClientProofKind, proofKindOf } from './client-proof.js';
import { type OpenidProvider } from './openid-settings.js';
import { type Fetch, loadMetadata, signatureAlgorithms } from './provider-metadata.js';
import { SigningKeys } from './signing-keys.js';

/** Seconds that the clocks of a provider and of this server may differ. */
const leewaySeconds = 60;

/** Milliseconds after which the metadata is fetched again. */
const metadataMillis = 3_600_000;

/** What a provider says about a person who has signed in there. */
export interface OpenidAnswer {
  subject: string;
  /** Of the ID token, and of the userinfo endpoint where the token did not say enough. */
  claims: Readonly<Record<string, unknown>>;
  idToken: string;
}

interface Conversation {
  configuration: Configuration;
  server: ServerMetadata;
  keys: SigningKeys;
  proof: ClientProofKind;
}

/** This server as the client of one provider, as it is set up now: a change makes another one. */
export class OpenidClient {
  private readonly conversation: Remembered<Conversation>;
  private readonly fetch: Fetch;

  constructor(
    private readonly provider: OpenidProvider,
    private readonly redirectUri: string,
    private readonly clock: Clock,
    proxy: string | undefined,
  ) {
    const { issuer, caCertificate } = provider.settings;
    const bounds = { trustedHost: hostOf(issuer), caCertificate: caCertificate || undefined, clock, proxy };
    this.fetch = (address, request = {}) => boundedFetch(address, request, bounds);
    this.conversation = new Remembered(() => this.withReadableErrors(() => this.load()), clock);
  }

  /**
   * Where a browser goes to sign in.
   *
   * @throws SingleSignOnError
   */
  async signInAddress({ state, nonce, codeVerifier, provedAfter }: SignInSecrets): Promise<URL> {
    const { configuration } = await this.ready();
    return buildAuthorizationUrl(configuration, {
      redirect_uri: this.redirectUri,
      scope: this.provider.settings.scopes,
      ...{ state, nonce, response_type: 'code' },
      code_challenge: await calculatePKCECodeChallenge(codeVerifier),
      code_challenge_method: 'S256',
      // The provider says when the person has signed in, because it is asked for a maximum age (OpenID Connect Core, section 2).
      ...(provedAfter === undefined ? {} : { prompt: 'login', max_age: '0' }),
    });
  }

  /**
   * Takes the code with which a browser came back to what the provider says.
   *
   * @param query of the callback's address
   * @throws SingleSignOnError
   */
  async finish(query: string, { state, nonce, codeVerifier, provedAfter }: SignInSecrets): Promise<OpenidAnswer> {
    const { configuration, keys } = await this.ready();
    const address = new URL(this.redirectUri);
    address.search = query;
    return this.withReadableErrors(async () => {
      const tokens = await authorizationCodeGrant(configuration, address, {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: codeVerifier,
        idTokenExpected: true,
      });
      const idToken = tokens.id_token ?? '';
      // The library trusts the connection to the token endpoint; the signature proves it once more.
      const claims = await this.verify(idToken, keys, { trusted: true, requiredClaims: ['sub', 'nonce'] });
      if (provedAfter !== undefined) checkProvedAfter(claims, provedAfter);
      const subject = claims.sub ?? '';
      const more = this.isEnough(claims) ? {} : await this.userInfo(configuration, tokens.access_token, subject);
      return { subject, claims: { ...more, ...claims }, idToken };
    });
  }

  /**
   * Checks what a provider sends to end sessions (OpenID Connect Back-Channel Logout 1.0, section 2.6).
   *
   * @throws SingleSignOnError
   */
  async logoutClaims(token: string): Promise<JWTPayload> {
    const { keys } = await this.ready();
    return this.withReadableErrors(async () => {
      const claims = await this.verify(token, keys, { trusted: false, requiredClaims: ['jti', 'events'] });
      const events = claims.events as Record<string, unknown> | null;
      const isLogout = typeof events === 'object' && !!events?.['http://schemas.openid.net/event/backchannel-logout'];
      const names = [claims.sub, claims.sid].filter((name) => name !== undefined);
      if (!isLogout || claims.nonce !== undefined || names.length === 0 || !names.every(isUsableName)) {
        throw new SingleSignOnError('provider-answer-invalid', 'This is not a logout token.');
      }
      return claims;
    });
  }

  /**
   * Where a browser goes to be signed out at the provider, too; undefined: the provider has no such place.
   *
   * @param idToken of the sign-in; without it, the provider may ask the person whether to sign out
   */
  async signOutAddress(idToken: string | undefined, afterwards: string): Promise<string | undefined> {
    const { server } = await this.ready();
    if (!server.end_session_endpoint) return undefined;
    const address = new URL(server.end_session_endpoint);
    if (idToken) address.searchParams.set('id_token_hint', idToken);
    address.searchParams.set('client_id', this.provider.settings.clientId);
    address.searchParams.set('post_logout_redirect_uri', afterwards);
    return address.href;
  }

  /** What the provider says about itself. @throws SingleSignOnError */
  async metadata(): Promise<ServerMetadata> {
    return (await this.ready()).server;
  }

  /** With how many keys the provider signs. @throws SingleSignOnError */
  async keyCount(): Promise<number> {
    const { keys } = await this.ready();
    return this.withReadableErrors(async () => (await keys.all()).keys.length);
  }

  /**
   * Whether the provider accepts this server as the client: asks with a code that does not exist, of which a provider speaks only
   * to a client that it knows.
   *
   * @returns what the provider said, if it does not accept the client
   */
  async tryProof(): Promise<{ kind: ClientProofKind; problem?: string }> {
    const { configuration, proof: kind } = await this.ready();
    const code = randomToken();
    const parameters = { code, redirect_uri: this.redirectUri, code_verifier: randomToken() };
    try {
      await this.withReadableErrors(() => genericGrantRequest(configuration, 'authorization_code', parameters));
      return { kind, problem: 'The provider has accepted a code that does not exist.' };
    } catch (error) {
      if (!(error instanceof SingleSignOnError)) throw error;
      return error.reason.startsWith('invalid_grant') ? { kind } : { kind, problem: error.reason };
    }
  }

  /** @throws SingleSignOnError */
  private ready(): Promise<Conversation> {
    return this.conversation.get(metadataMillis);
  }

  private async load(): Promise<Conversation> {
    const { settings } = this.provider;
    const { server, jwks } = await loadMetadata(settings, this.fetch);
    const times = { [clockSkew]: this.clock.offsetMillis / 1000, [clockTolerance]: leewaySeconds };
    const proof = await clientProof(this.provider, server);
    const configuration = new Configuration(server, settings.clientId, times, proof);
    configuration[customFetch] = (address, { method, headers, body }) => this.fetch(address, { method, headers, body });
    // An administrator who enters http:// is warned; everything else goes over TLS.
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    if (settings.issuer.startsWith('http:')) allowInsecureRequests(configuration);
    const keys = new SigningKeys(server.jwks_uri, jwks, this.fetch, this.clock);
    return { configuration, server, keys, proof: proofKindOf(this.provider, server) };
  }

  private async verify(
    token: string,
    keys: SigningKeys,
    { trusted, requiredClaims }: { trusted: boolean; requiredClaims: string[] },
  ): Promise<JWTPayload> {
    const { server } = await this.ready();
    const { payload } = await jwtVerify(token, keys.finder(trusted), {
      algorithms: signatureAlgorithms,
      issuer: server.issuer,
      audience: this.provider.settings.clientId,
      clockTolerance: leewaySeconds,
      currentDate: this.clock.now(),
      // It was made for this very request.
      maxTokenAge: leewaySeconds,
      requiredClaims: ['iss', 'aud', 'iat', 'exp', ...requiredClaims],
    });
    const isOfOthers = Array.isArray(payload.aud) && payload.aud.length > 1;
    if (isOfOthers && payload.azp !== this.provider.settings.clientId) {
      throw new SingleSignOnError('provider-answer-invalid', 'The token was made for another client, too.');
    }
    return payload;
  }

  private isEnough(claims: JWTPayload): boolean {
    const { groupsClaim } = this.provider.settings;
    return claims.email !== undefined && (!groupsClaim || claims[groupsClaim] !== undefined);
  }

  private async userInfo(
    configuration: Configuration,
    accessToken: string,
    subject: string,
  ): Promise<Record<string, unknown>> {
    if (!configuration.serverMetadata().userinfo_endpoint) return {};
    return fetchUserInfo(configuration, accessToken, subject);
  }

  /** Turns what libraries throw into what administrators and users read. */
  private async withReadableErrors<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw error instanceof DomainError ? error : new SingleSignOnError(problemOf(error), reasonOf(error));
    }
  }
}

/** @throws SingleSignOnError when the provider has let a person through that it knew from before, or does not say so */
function checkProvedAfter({ auth_time: seconds }: JWTPayload, millis: number): void {
  if (typeof seconds === 'number' && seconds + leewaySeconds >= millis / 1000) return;
  const said = typeof seconds === 'number' ? `auth_time is ${new Date(seconds * 1000).toISOString()}` : 'no auth_time';
  throw new SingleSignOnError(
    'provider-not-asked-again',
    `The provider was asked for a new sign-in (max_age=0): ${said}.`,
  );
}

function hostOf(issuer: string): string {
  return URL.canParse(issuer) ? new URL(issuer).hostname : '';
}

/** Errors of OAuth with which a provider says that this server is not set up as it expects. */
const setUpErrors = new Set(['invalid_client', 'unauthorized_client', 'invalid_scope', 'unsupported_response_type']);

function problemOf(error: unknown): SingleSignOnProblem {
  if (causes(error).some((each) => each instanceof RequestFailedError)) return 'provider-unavailable';
  if (error instanceof AuthorizationResponseError || error instanceof ResponseBodyError) {
    if (setUpErrors.has(error.error)) return 'provider-misconfigured';
    if (error.error === 'invalid_grant') return 'sign-in-expired';
    return /unavailable|server_error/.test(error.error) ? 'provider-unavailable' : 'provider-refused';
  }
  if (error instanceof errors.JWTExpired || isAboutTime(error)) return 'provider-clock';
  const status = (error as { cause?: { status?: number } }).cause?.status ?? 0;
  return status >= 500 ? 'provider-unavailable' : 'provider-answer-invalid';
}

function isAboutTime(error: unknown): boolean {
  if (error instanceof errors.JWTClaimValidationFailed) return ['iat', 'nbf', 'exp'].includes(error.claim);
  return (error as { code?: string }).code === 'OAUTH_JWT_TIMESTAMP_CHECK_FAILED';
}

/** What failed below, through the errors that were made of it. */
function causes(error: unknown): unknown[] {
  return error instanceof Error ? [error, ...causes(error.cause)] : [];
}

/** For the audit log: never a token. */
function reasonOf(error: unknown): string {
  if (error instanceof AuthorizationResponseError || error instanceof ResponseBodyError) {
    return `${error.error} ${error.error_description ?? ''}`.trim().slice(0, 300);
  }
  const chain = causes(error) as Error[];
  const told = chain.find((each) => each instanceof RequestFailedError)?.message;
  return (told ?? chain.map(({ message }) => message).join(': ')).slice(0, 300);
}
