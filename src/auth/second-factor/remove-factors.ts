import { type EntityManager } from 'typeorm';
import { RecoveryCode } from './recovery-code.entity.js';
import { SecondFactor } from './second-factor.entity.js';

/** Removes all factors and recovery codes of an account: it signs in with its password alone. @returns whether there were any */
export async function removeFactors(manager: EntityManager, userId: number): Promise<boolean> {
  const { affected } = await manager.delete(SecondFactor, { userId });
  await manager.delete(RecoveryCode, { userId });
  return (affected ?? 0) > 0;
}
