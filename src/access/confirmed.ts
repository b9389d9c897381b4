import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';

/** Whether a request is dangerous enough, by its body, which is not validated yet. */
export type ConfirmationRule = (body: unknown) => boolean;

/** Metadata key of the {@link ConfirmationRule} of a route. */
export const CONFIRMATION = 'confirmation';

/** Milliseconds for which a confirmation is good; signing in is one. */
export const confirmationMillis = 5 * 60_000;

/**
 * A dangerous action: a browser that has not proved for five minutes who sits in front of it is asked to
 * (`POST /api/v1/auth/confirm`). API keys and access tokens act by their scopes.
 *
 * @param when which requests are meant; all of them when absent
 */
export const Confirmed = (when: ConfirmationRule = () => true): MethodDecorator =>
  applyDecorators(SetMetadata<string, ConfirmationRule>(CONFIRMATION, when), ApiExtension('x-confirmation', true));
