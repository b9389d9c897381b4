import { createHash } from 'node:crypto';
import { randomToken } from '../../secret/random-token.js';
import { type SecretKey } from '../../secret/secret-key.js';

/** Seconds that a person may take at the provider. */
export const ticketSeconds = 600;

/** What makes a sign-in one of its kind; only the browser that began it has them. */
export interface SignInSecrets {
  state: string;
  /** OpenID Connect. */
  nonce: string;
  codeVerifier: string;
  /** SAML: the ID of the request, which the answer has to repeat. */
  requestId: string;
  /** Milliseconds since 1970: the person has to prove at the provider who they are, after this. Undefined: they may be known there. */
  provedAfter?: number;
}

/** A sign-in that is under way at a provider. The browser that began it keeps it in a cookie, encrypted. */
export interface SignInTicket {
  /** All that makes the sign-in one of its kind is derived from it. */
  secret: string;
  providerId: number;
  /** Where to go afterwards: a path of the console. */
  next?: string;
  /** The person has to prove again who they are, even if the provider knows them still. */
  again: boolean;
  /** Milliseconds since 1970. */
  expiresAt: number;
}

export function newTicket(
  wanted: Pick<SignInTicket, 'providerId' | 'next' | 'again'>,
  nowMillis: number,
): SignInTicket {
  return { ...wanted, secret: randomToken(), expiresAt: nowMillis + ticketSeconds * 1000 };
}

export function secretsOf({ secret, again, expiresAt }: SignInTicket): SignInSecrets {
  const derive = (what: string): string => createHash('sha256').update(`${what} ${secret}`).digest('base64url');
  return {
    state: derive('state'),
    nonce: derive('nonce'),
    codeVerifier: derive('code verifier'),
    // An XML ID does not begin with a digit.
    requestId: `_${derive('request')}`,
    ...(again && { provedAfter: expiresAt - ticketSeconds * 1000 }),
  };
}

/** Each has a name of its own, so that two tabs may sign in at the same time. */
export function cookieOf(state: string): string {
  return `sign-in-${state.replaceAll(/[^\w-]/g, '').slice(0, 16)}`;
}

export function sealTicket(ticket: SignInTicket, key: SecretKey): string {
  return key.seal(JSON.stringify(ticket)).toString('base64url');
}

/** @returns undefined when it is not of this server, or not for this provider and state, or too old */
export function openTicket(
  sealed: string,
  key: SecretKey,
  { providerId, state, nowMillis }: { providerId: number; state: string; nowMillis: number },
): SignInTicket | undefined {
  const ticket = tryOpen(sealed, key);
  if (ticket?.providerId !== providerId || secretsOf(ticket).state !== state) return undefined;
  const isOver = ticket.expiresAt <= nowMillis || ticket.expiresAt > nowMillis + ticketSeconds * 1000;
  return isOver ? undefined : ticket;
}

function tryOpen(sealed: string, key: SecretKey): SignInTicket | undefined {
  try {
    return JSON.parse(key.open(Buffer.from(sealed, 'base64url'))) as SignInTicket;
  } catch {
    return undefined;
  }
}
