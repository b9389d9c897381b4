import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiBearerAuth, ApiCookieAuth, ApiSecurity } from '@nestjs/swagger';
import { ApiProblems } from '../http/problem/api-problems.js';

/** Who may call a route. Every route declares it; one that does not stops the server from starting. */
export type Access =
  /** With `known`, a caller who is signed in is told to the route. */
  | { kind: 'public'; known?: true }
  | { kind: 'signed-in' }
  /** With `metricsToken`, also a caller with the token in the setting METRICS_TOKEN. */
  | { kind: 'root'; metricsToken?: true }
  /** In the organization that the path names, by the role there, or else by the role in the team that it names. */
  | { kind: 'organization'; permission: string; teamRoles?: readonly string[] };

/** Metadata key of the {@link Access} of a route. */
export const ACCESS = 'access';

/** All callers, without signing in. */
export const Public = (): MethodDecorator & ClassDecorator => SetMetadata<string, Access>(ACCESS, { kind: 'public' });

/** All callers; the route is told who it is, if they are signed in. */
export const PublicOrSignedIn = (): MethodDecorator & ClassDecorator =>
  applyDecorators(
    SetMetadata<string, Access>(ACCESS, { kind: 'public', known: true }),
    ApiSecurity({}),
    ApiCookieAuth('session'),
  );

/** All signed-in users. */
export const SignedIn = (): MethodDecorator & ClassDecorator => authenticated({ kind: 'signed-in' });

/** The server's administrators. */
export const RootOnly = (): MethodDecorator & ClassDecorator =>
  applyDecorators(
    authenticated({ kind: 'root' }),
    ApiProblems({ 403: "Only the server's administrator may do this." }),
  );

/** The server's administrators, and Prometheus with the token of METRICS_TOKEN. */
export const RootOrMetricsToken = (): MethodDecorator & ClassDecorator =>
  applyDecorators(
    authenticated({ kind: 'root', metricsToken: true }),
    ApiProblems({ 403: "Only the server's administrator may do this." }),
  );

/** Declares an access that needs a signed-in caller, and documents how to be one. */
export function authenticated(access: Access): MethodDecorator & ClassDecorator {
  return applyDecorators(
    SetMetadata<string, Access>(ACCESS, access),
    ApiBearerAuth('bearer'),
    ApiSecurity('password'),
    ApiCookieAuth('session'),
    ApiProblems({ 401: 'No, expired or revoked credentials.' }),
  );
}
