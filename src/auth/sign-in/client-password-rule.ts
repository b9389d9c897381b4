import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { SETTINGS } from '../../config/config.module.js';
import { type Settings } from '../../config/settings.js';
import { type User } from '../../user/user.entity.js';
import { UserService } from '../../user/user.service.js';
import {
  clientPasswordNeeded,
  mayNeedClientPasswords,
  needsClientPasswordNow,
} from './client-password-rule.queries.js';

/** Decides who signs in to Katalon Studio with a client password, and says so. */
@Injectable()
export class ClientPasswordRule {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    @Inject(SETTINGS) private readonly settings: Settings,
    users: UserService,
  ) {
    // Read with the account, because Studio signs in at each renewal.
    users.addFacts({ needsClientPassword: `(${clientPasswordNeeded.sql})` });
  }

  async isNeeded({ id, needsClientPassword }: User): Promise<boolean> {
    if (needsClientPassword !== undefined) return needsClientPassword;
    return needsClientPasswordNow(this.dataSource, id);
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
    if (!(await mayNeedClientPasswords(this.dataSource))) return wrong;
    return `${wrong} If you sign in to the console with single sign-on or a second factor, make a client password at ${this.page} and type that.`;
  }

  private get page(): string {
    return new URL('profile', `${this.settings.serverUrl}/`).href;
  }
}
