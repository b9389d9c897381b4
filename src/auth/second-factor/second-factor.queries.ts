import sql from 'sql-template-tag';
import { type EntityManager } from 'typeorm';
import { changedRows, type Database, execute, rowsOf } from '../../database/query.js';
import { type FactorKind } from './second-factor.entity.js';

/** What an account can show in the second step of a sign-in. */
export interface HeldFactors {
  kinds: FactorKind[];
  recoveryCodes: number;
}

/** The kinds of factors that an account has, and the number of its unused recovery codes. */
export async function heldBy(database: Database, userId: number): Promise<HeldFactors> {
  const [held] = (await rowsOf<HeldFactors>(
    database,
    sql`SELECT coalesce((SELECT array_agg(DISTINCT kind) FROM second_factor
                          WHERE user_id = ${userId} AND confirmed_at IS NOT NULL), '{}') AS kinds,
               (SELECT count(*)::int FROM recovery_code WHERE user_id = ${userId} AND used_at IS NULL) AS "recoveryCodes"`,
  )) as [HeldFactors];
  return held;
}

/** Uses the code of a step up, on whichever server: it and all earlier ones are not accepted again. @returns false: it is used */
export async function useStep(database: Database, id: string, step: number, now: Date): Promise<boolean> {
  const used = sql`UPDATE second_factor SET last_step = ${step}, last_used_at = ${now}
     WHERE id = ${id} AND coalesce(last_step, 0) < ${step} AND NOT (${step}::bigint = ANY(refused_steps))`;
  return (await changedRows(database, used)) > 0;
}

/** A code for another time was sent: it stays refused when its time comes, because it may have been guessed. */
export async function refuseStep(database: Database, id: string, step: number, oldest: number): Promise<void> {
  await execute(
    database,
    sql`UPDATE second_factor
           SET refused_steps = array_append(ARRAY(SELECT s FROM unnest(refused_steps) s WHERE s >= ${oldest}::bigint AND s <> ${step}::bigint),
                                            ${step}::bigint)
         WHERE id = ${id}`,
  );
}

/** Notes a use of a passkey. @returns false: another use has counted as far already, so there are two of the passkey */
export async function useCounter(database: Database, id: string, counter: number, now: Date): Promise<boolean> {
  const used = sql`UPDATE second_factor SET counter = ${counter}, last_used_at = ${now}
     WHERE id = ${id} AND (counter < ${counter} OR (counter = 0 AND ${counter}::bigint = 0))`;
  return (await changedRows(database, used)) > 0;
}

/** @returns whether the code was good, and is used up now */
export async function useRecoveryCode(
  manager: EntityManager,
  userId: number,
  codeHash: Buffer,
  now: Date,
): Promise<boolean> {
  const used = sql`UPDATE recovery_code SET used_at = ${now}
     WHERE user_id = ${userId} AND code_hash = ${codeHash} AND used_at IS NULL`;
  return (await changedRows(manager, used)) > 0;
}

/** What was issued to an account before is no longer good. @returns the account's new `credentialsVersion` */
export async function endWhatWasIssued(manager: EntityManager, userId: number): Promise<number> {
  const [account] = await rowsOf<{ version: number }>(
    manager,
    sql`UPDATE user_account SET credentials_version = credentials_version + 1
         WHERE id = ${userId} RETURNING credentials_version AS version`,
  );
  return account?.version ?? 0;
}
