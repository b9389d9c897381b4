import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { type LookupFunction } from 'node:net';
import { type Address } from '../../network/guarded-address.js';

/** With what a mail server's access tokens are got: OAuth 2.0 client credentials (RFC 6749, section 4.4), as Microsoft 365 wants it. */
export interface TokenSource {
  url: string;
  clientId: string;
  clientSecret: string;
  scope: string;
}

/** There is no access token for the mail server. */
export class TokenError extends Error {
  /** @param isExplained whether an OAuth server has said it: other words are not repeated to an organization */
  constructor(
    message: string,
    readonly isExplained: boolean,
  ) {
    super(message);
  }
}

/** Milliseconds for which an answer is waited for. */
const timeoutMillis = 8_000;
const maxAnswerBytes = 64 * 1024;

/** Seconds before its end at which a token is not used any more. */
const marginSeconds = 60;

interface Answer {
  access_token?: unknown;
  expires_in?: unknown;
  error?: unknown;
  error_description?: unknown;
}

/** Gets access tokens, and keeps each until shortly before its end. */
export class MailTokens {
  private token: { value: string; goodUntil: number } | undefined;
  private asking: Promise<string> | undefined;

  /** @param resolveHost the addresses of a host to which the server may connect */
  constructor(
    private readonly source: TokenSource,
    private readonly resolveHost: (host: string) => Promise<readonly Address[]>,
  ) {}

  /**
   * @param isRenewal the mail server did not accept the last one
   * @throws TokenError
   */
  async get(isRenewal: boolean): Promise<string> {
    if (!isRenewal && this.token && this.token.goodUntil > performance.now()) return this.token.value;
    this.asking ??= this.ask().finally(() => (this.asking = undefined));
    return this.asking;
  }

  private async ask(): Promise<string> {
    const { url, clientId, clientSecret, scope } = this.source;
    const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: clientId, scope });
    form.set('client_secret', clientSecret);
    const { status, answer } = await this.post(new URL(url), form.toString()).catch(() => {
      throw new TokenError('The token URL cannot be reached, or does not answer as an OAuth 2.0 server.', false);
    });
    if (status === 200 && typeof answer.access_token === 'string' && /^[\x21-\x7e]+$/.test(answer.access_token)) {
      const seconds = typeof answer.expires_in === 'number' ? answer.expires_in : 0;
      const goodUntil = performance.now() + Math.max(0, seconds - marginSeconds) * 1000;
      this.token = { value: answer.access_token, goodUntil };
      return answer.access_token;
    }
    throw refusalOf(answer);
  }

  /** Connects to an address that was checked, whatever the name stands for a moment later; follows no redirection. */
  private async post(url: URL, body: string): Promise<{ status: number; answer: Answer }> {
    const addresses = await this.resolveHost(url.hostname.replace(/^\[|\]$/g, ''));
    const lookup: LookupFunction = (_host, { all }, done) => {
      const [first] = addresses;
      if (all) done(null, [...addresses]);
      else done(null, first?.address ?? '', first?.family);
    };
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    return new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' };
      const signal = AbortSignal.timeout(timeoutMillis);
      const request = send(url, { method: 'POST', headers, lookup, signal, agent: false }, (response) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes > maxAnswerBytes) request.destroy(new Error('The answer is too long'));
          else chunks.push(chunk);
        });
        response.on('error', reject);
        response.on('end', () => {
          try {
            const answer = JSON.parse(Buffer.concat(chunks).toString()) as Answer | null;
            resolve({ status: response.statusCode ?? 0, answer: answer ?? {} });
          } catch (error) {
            reject(new Error('The answer is not JSON', { cause: error }));
          }
        });
      });
      request.on('error', reject);
      request.end(body);
    });
  }
}

/** The errors of RFC 6749, section 5.2, by which an OAuth server is known. */
const oauthErrors = [
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
  'temporarily_unavailable',
];

function refusalOf({ error, error_description: description }: Answer): TokenError {
  if (typeof error !== 'string' || !oauthErrors.includes(error)) {
    return new TokenError('The token URL does not answer as an OAuth 2.0 server.', false);
  }
  const message = typeof description === 'string' ? `${error}: ${description}` : error;
  return new TokenError(
    `The token URL gives no access token for this client id and secret: ${message.replace(/\s+/g, ' ').slice(0, 400)}`,
    true,
  );
}
