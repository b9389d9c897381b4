import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import sql, { join, type Sql } from 'sql-template-tag';
import { DataSource } from 'typeorm';
import { SETTINGS } from '../../config/config.module.js';
import { type Settings } from '../../config/settings.js';
import { rowsOf } from '../../database/query.js';
import { type User } from '../../user/user.entity.js';
import { hasSecondFactor, lacksSecondFactor } from '../second-factor/second-factor-rule.js';
import { UserService } from '../../user/user.service.js';

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

const needed = join(conditions, ' OR ');

/** Whether there may be such an account at all. A wrong password costs no search among all people. */
const mayBeNeeded = sql`
  SELECT EXISTS (SELECT FROM identity_provider WHERE enabled AND kind IN ('oidc', 'saml'))
      OR EXISTS (SELECT FROM second_factor WHERE confirmed_at IS NOT NULL)
      OR EXISTS (SELECT FROM installation WHERE require_second_factor <> 'nobody')
      OR EXISTS (SELECT FROM organization WHERE require_second_factor) AS "mayBe"`;

/** Decides who signs in to Katalon Studio with a client password, and says so. */
@Injectable()
export class ClientPasswordRule {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    @Inject(SETTINGS) private readonly settings: Settings,
    users: UserService,
  ) {
    // Read with the account, because Studio signs in at each renewal.
    users.addFacts({ needsClientPassword: `(${needed.sql})` });
  }

  async isNeeded({ id, needsClientPassword }: User): Promise<boolean> {
    if (needsClientPassword !== undefined) return needsClientPassword;
    const found = sql`SELECT FROM user_account u WHERE u.id = ${id} AND (${needed})`;
    return (await rowsOf(this.dataSource, found)).length > 0;
  }

  /** What to do instead, for a user whose own password was right. */
  get refusal(): string {
    return `Katalon Studio needs a client password for this account: make one at ${this.page} and type it instead of your password.`;
  }

  /** Where what was typed has the form of a client password; whether it was ever one is not told. */
  get wrongClientPassword(): string {
    return `This client password is not valid for this e-mail address (any more), or the account is disabled. Make one at ${this.page}.`;
  }

  /**
   * Where a password was wrong. People with single sign-on may have none, and be here for the first time; it says the same to all,
   * so it tells nothing about an account.
   */
  async wrongPassword(): Promise<string> {
    const wrong = 'The e-mail address or the password is wrong, or the account is disabled.';
    const [rule] = await rowsOf<{ mayBe: boolean }>(this.dataSource, mayBeNeeded);
    if (!rule?.mayBe) return wrong;
    return `${wrong} If you sign in to the console with single sign-on or a second factor, make a client password at ${this.page} and type that.`;
  }

  private get page(): string {
    return new URL('profile', `${this.settings.serverUrl}/`).href;
  }
}
