import sql, { join, type Sql } from 'sql-template-tag';
import { type DataSource } from 'typeorm';
import { rowsOf } from '../../database/query.js';
import { hasSecondFactor, lacksSecondFactor } from '../second-factor/second-factor-rule.queries.js';

/**
 * For which accounts the own password is not enough, so that Katalon Studio, which can show neither a second step nor another
 * site's page, signs in with a client password: any of these, about the account `u`.
 */
const conditions: readonly Sql[] = [
  hasSecondFactor,
  lacksSecondFactor,
  sql`EXISTS (SELECT FROM user_identity i JOIN identity_provider p ON p.id = i.provider_id
               WHERE i.user_id = u.id AND p.enabled AND p.kind IN ('oidc', 'saml'))`,
];

export const clientPasswordNeeded = join(conditions, ' OR ');

export async function needsClientPasswordNow(database: DataSource, userId: number): Promise<boolean> {
  const found = sql`SELECT FROM user_account u WHERE u.id = ${userId} AND (${clientPasswordNeeded})`;
  return (await rowsOf(database, found)).length > 0;
}

/** Whether there may be such an account at all. A wrong password costs no search among all people. */
export async function mayNeedClientPasswords(database: DataSource): Promise<boolean> {
  const [rule] = await rowsOf<{ mayBe: boolean }>(
    database,
    sql`
      SELECT EXISTS (SELECT FROM identity_provider WHERE enabled AND kind IN ('oidc', 'saml'))
          OR EXISTS (SELECT FROM second_factor WHERE confirmed_at IS NOT NULL)
          OR EXISTS (SELECT FROM installation WHERE require_second_factor <> 'nobody')
          OR EXISTS (SELECT FROM organization WHERE require_second_factor) AS "mayBe"`,
  );
  return rule?.mayBe ?? false;
}
