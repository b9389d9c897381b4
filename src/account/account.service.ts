import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { AuditService } from '../audit/audit.service.js';
import { PersonRequiredError } from '../auth/auth.errors.js';
import { type Caller } from '../access/caller.js';
import { CredentialsService } from '../auth/password/credentials.service.js';
import { type ResetLink } from '../auth/password/dto/password.js';
import { EmailChangeService } from '../auth/password/email-change.service.js';
import { PasswordLinks } from '../auth/password/password-links.js';
import { Notifications } from '../database/notifications.js';
import { inTurn } from '../errors/item-error.js';
import { NotFoundError } from '../errors/domain-error.js';
import { pageOfRows } from '../http/paging.js';
import { InvalidRequestError } from '../http/validation/validation.js';
import { User } from '../user/user.entity.js';
import { LastAdministratorError, UnverifiedAdministratorError, NotYourselfError } from '../user/user.errors.js';
import {
  type AccountChange,
  type AccountPage,
  type AccountView,
  type ChangedAccount,
  type AccountQuery,
  type AccountResult,
  type AccountsChange,
} from './dto/account.js';
import { AccountDisabling } from './account-disabling.js';
import { accountSorting, accountsFound, accountWith, lockAdministrators } from './account.queries.js';
import { checkVersion } from '../audit/settings-version.js';

/** All accounts of the server, for its administrators. */
@Injectable()
export class AccountService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly disabling: AccountDisabling,
    private readonly credentials: CredentialsService,
    private readonly passwordLinks: PasswordLinks,
    private readonly emails: EmailChangeService,
    private readonly notifications: Notifications,
    private readonly audit: AuditService,
  ) {}

  async list(query: AccountQuery): Promise<AccountPage> {
    return pageOfRows<AccountView>(this.dataSource.manager, accountsFound(query.search), query, accountSorting);
  }

  /** @throws NotFoundError */
  async get(id: number): Promise<AccountView> {
    const view = await accountWith(this.dataSource.manager, id);
    if (!view) throw new NotFoundError('The user');
    return view;
  }

  /**
   * Disables or enables an account, makes or unmakes an administrator. What a disabled account holds ends at once.
   *
   * @throws NotFoundError
   * @throws StaleVersionError
   * @throws LastAdministratorError
   * @throws UnverifiedAdministratorError
   * @throws PersonRequiredError
   * @throws EmailTakenError
   * @throws NoMailServerError
   */
  async change(caller: Caller, id: number, change: AccountChange): Promise<ChangedAccount> {
    const { disabled, root, revokeApiKeys } = change;
    // A key that made administrators could have one make keys.
    if ((root !== undefined || change.email !== undefined) && caller.scopes) throw new PersonRequiredError();
    const passwordLink = await this.dataSource.transaction(async (manager) => {
      // Seats before accounts, like all code that grants or frees a seat.
      const ended = disabled ? await this.disabling.endSessions(manager, id, caller) : 0;
      const administrators = await lockAdministrators(manager);
      const user = await manager.findOne(User, { where: { id, service: false }, lock: { mode: 'pessimistic_write' } });
      if (!user) throw new NotFoundError('The user');
      await checkVersion(manager, { kind: 'account', targetId: id }, change.version);
      this.notifications.tellAtCommit(manager, 'access_changed', id);
      const goes = disabled === true || root === false;
      if (goes && user.root && !administrators.some((other) => !other.disabledAt && other.id !== id)) {
        throw new LastAdministratorError();
      }
      if (change.email !== undefined) await this.changeEmail(manager, caller, user, change);
      const link = await this.verify(manager, caller, user, change);
      if (disabled !== undefined && disabled !== (user.disabledAt !== null)) {
        await this.disabling.set(manager, user, { disabled, ended }, caller);
      }
      if (disabled && revokeApiKeys) await this.disabling.revokeApiKeys(manager, id, caller);
      if (root !== undefined && root !== user.root) {
        await manager.update(User, { id }, { root });
        const action = root ? 'user.administrator-appointed' : 'user.administrator-dismissed';
        const event = { action, targetType: 'user', targetId: id, details: { email: user.email } };
        await this.audit.record(manager, caller, event);
      }
      return link;
    });
    return Object.assign(await this.get(id), { passwordLink });
  }

  /** Disables or enables several accounts, but for the caller's own. */
  async changeSeveral(caller: Caller, { userIds, ...change }: AccountsChange): Promise<AccountResult[]> {
    const results = await inTurn(userIds, async (id) => {
      if (id === caller.id) throw new NotYourselfError();
      await this.change(caller, id, change);
    });
    return results.map(({ key: userId, error }) => ({ userId, error }));
  }

  /** The account has the address at once where the administrator vouches for it. */
  private async changeEmail(
    manager: EntityManager,
    caller: Caller,
    user: User,
    { email = user.email, verified }: AccountChange,
  ): Promise<void> {
    const isChanged = await this.emails.changeFor(manager, user, { email, isVouched: verified === true }, caller);
    if (isChanged) user.email = email;
  }

  /** An administrator's address is verified: with the appointment, if it was not before. */
  private async verify(
    manager: EntityManager,
    caller: Caller,
    user: User,
    { root, verified, confirm }: AccountChange,
  ): Promise<ResetLink | null> {
    if (verified === false) {
      throw new InvalidRequestError([{ field: 'verified', message: 'verified can only become true' }]);
    }
    const appointed = root === true && !user.root;
    if (user.verifiedAt || !(verified || appointed)) return null;
    if (appointed && !confirm) throw new UnverifiedAdministratorError(user.email);
    return this.credentials.vouch(manager, user.id, caller);
  }

  /** @throws NotFoundError */
  async resetLink(caller: Caller, id: number): Promise<ResetLink> {
    return this.dataSource.transaction(async (manager) => {
      if (!(await manager.existsBy(User, { id, service: false }))) throw new NotFoundError('The user');
      return this.passwordLinks.create(manager, id, caller);
    });
  }
}
