import { type EntityManager, IsNull, Not } from 'typeorm';
import { type FactorView } from './dto/second-factor.js';
import { TooManyFactorsError } from './second-factor.errors.js';
import { SecondFactor } from './second-factor.entity.js';

/** Authenticator apps and passkeys of an account. */
const maxFactors = 20;

/** @throws TooManyFactorsError when the account has as many as it may have */
export async function checkNumber(manager: EntityManager, userId: number): Promise<void> {
  const count = await manager.countBy(SecondFactor, { userId, confirmedAt: Not(IsNull()) });
  if (count >= maxFactors) throw new TooManyFactorsError(maxFactors);
}

export function viewOf({
  id,
  kind,
  name,
  createdAt,
  lastUsedAt,
}: Pick<SecondFactor, 'id' | 'kind' | 'name' | 'createdAt' | 'lastUsedAt'>): FactorView {
  return { id, kind, name, createdAt, lastUsedAt };
}
