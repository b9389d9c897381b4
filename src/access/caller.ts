import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { type Actor } from './actor.js';
import { type ApiKeyScope } from './key-scopes.js';

/** An authenticated caller. */
export interface Principal {
  id: number;
  /** Of a service account: its name. */
  email: string;
  /** The server's administrator. */
  root: boolean;
  /** The console's session, when it is one. */
  sessionId?: string;
  /** The user has to set a second factor up, and can do nothing else before. */
  secondFactorMissing?: boolean;
  /** What the API key may be used for that it is, or that its token was got with; absent: it is a person. */
  scopes?: readonly ApiKeyScope[];
  /** The API key that it is, or that its token was got with. */
  apiKeyId?: number;
  /** The lease whose token it has signed in with: it is good for that seat only. */
  leaseId?: string;
  /** The family of tokens (from one `POST /oauth/token` on) that its access token belongs to. */
  tokenFamily?: string;
}

/** The principal of one request, as the audit log knows them. */
export interface Caller extends Principal, Actor {
  id: number;
}

/** Whether it is a service account, which has a name in place of an e-mail address. */
export function isServiceAccount({ email }: Pick<Principal, 'email'>): boolean {
  return !email.includes('@');
}

/** A request after the authentication guard. */
export interface AuthenticatedRequest extends FastifyRequest {
  caller?: Caller;
}

/** The caller of a route; only for routes that demand one. */
export const CallerOf = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const { caller } = context.switchToHttp().getRequest<AuthenticatedRequest>();
  if (!caller) throw new Error('This route is open to everybody and has no caller');
  return caller;
});

/** The caller of a public route, if they are signed in. */
export const CallerIfAny = createParamDecorator((_: unknown, context: ExecutionContext): Caller | undefined => {
  return context.switchToHttp().getRequest<AuthenticatedRequest>().caller;
});
