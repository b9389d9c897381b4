import { SetMetadata } from '@nestjs/common';

/** Metadata key of {@link WithoutLeaseTokens}. */
export const WITHOUT_LEASE_TOKENS = 'without-lease-tokens';

/** A program that has signed in with a lease token may not call the route: that is good for its own seat, not for others of its user. */
export const WithoutLeaseTokens = (): MethodDecorator & ClassDecorator =>
  SetMetadata<string, true>(WITHOUT_LEASE_TOKENS, true);
