import { type EntityManager, IsNull, Not } from 'typeorm';
import { type FactorView } from './dto/second-factor.js';
import { RecoveryCode } from './recovery-code.entity.js';
import { TooManyFactorsError } from './second-factor.errors.js';
import { SecondFactor } from './second-factor.entity.js';

/** Authenticator apps and passkeys of an account. */
const maxFactors = 20;

/** @throws TooManyFactorsError when the account has as many as it may have */
export async function checkNumber(manager: EntityManager, userId: number): Promise<void> {
  const count = await manager.countBy(SecondFactor, { userId, confirmedAt: Not(IsNull()) });
  if (count >= maxFactors) throw new TooManyFactorsError(maxFactors);
}

export function factorViewOf({
  id,
  kind,
  name,
  createdAt,
  lastUsedAt,
}: Pick<SecondFactor, 'id' | 'kind' | 'name' | 'createdAt' | 'lastUsedAt'>): FactorView {
  return { id, kind, name, createdAt, lastUsedAt };
}

/** Removes all factors and recovery codes of an account: it signs in with its password alone. @returns whether there were any */
export async function removeFactors(manager: EntityManager, userId: number): Promise<boolean> {
  const { affected } = await manager.delete(SecondFactor, { userId });
  await manager.delete(RecoveryCode, { userId });
  return (affected ?? 0) > 0;
}
