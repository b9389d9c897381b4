import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { DepartureService } from '../activation/lease/departure.service.js';
import { AuditService } from '../audit/audit.service.js';
import { sessionsEnded } from '../audit/sessions-ended.js';
import { ApiKeyService } from '../auth/api-key/api-key.service.js';
import { PersonRequiredError } from '../auth/auth.errors.js';
import { type Caller } from '../access/caller.js';
import { type ResetLink } from '../auth/password/dto/password.js';
import { EmailChangeService } from '../auth/password/email-change.service.js';
import { PasswordService } from '../auth/password/password.service.js';
import { Clock } from '../clock/clock.js';
import { Notifications } from '../database/notifications.js';
import { NotFoundError } from '../errors/domain-error.js';
import { type PageQuery, pageOfRows } from '../http/paging.js';
import { InvalidRequestError } from '../http/validation.js';
import { User } from '../user/user.entity.js';
import { LastAdministratorError, UnverifiedAdministratorError } from '../user/user.errors.js';
import { type AccountChange, type AccountPage, type AccountView, type ChangedAccount } from './dto/account.js';
import { checkVersion, versionInSql } from '../audit/settings-version.js';

/** All accounts of the server, for its administrators. */
@Injectable()
export class AccountService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly departures: DepartureService,
    private readonly passwords: PasswordService,
    private readonly apiKeys: ApiKeyService,
    private readonly emails: EmailChangeService,
    private readonly notifications: Notifications,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  async list(query: PageQuery): Promise<AccountPage> {
    return pageOfRows<AccountView>(
      this.dataSource.manager,
      {
        select: accountColumns,
        from: `user_account u
               WHERE $1::text IS NULL OR strpos(fold_case(concat_ws(' ', u.first_name, u.last_name, u.email)), fold_case($1)) > 0`,
        parameters: [query.search ?? null],
        tieBreaker: 'u.id',
      },
      query,
      {
        email: 'u.email',
        name: `fold_case(u.last_name || ' ' || u.first_name)`,
        createdAt: 'u.created_at',
        lastAccessAt: 'u.last_access_at',
        disabled: 'u.disabled_at IS NOT NULL',
        id: 'u.id',
      },
    );
  }

  /** @throws NotFoundError */
  async get(id: number): Promise<AccountView> {
    const [view] = await this.dataSource.query<AccountView[]>(
      `SELECT ${accountColumns} FROM user_account u WHERE u.id = $1`,
      [id],
    );
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
      const departure = { reason: 'user-disabled', userId: id } as const;
      const ended = disabled ? await this.departures.endAllOf(manager, caller, departure) : 0;
      const administrators = await manager.query<{ id: number; enabled: boolean }[]>(
        'SELECT id, disabled_at IS NULL AS enabled FROM user_account WHERE root ORDER BY id FOR UPDATE',
      );
      const user = await manager.findOne(User, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (!user) throw new NotFoundError('The user');
      await checkVersion(manager, { kind: 'account', targetId: id }, change.version);
      this.notifications.tellAtCommit(manager, 'access_changed', id);
      const goes = disabled === true || root === false;
      if (goes && user.root && !administrators.some((other) => other.enabled && other.id !== id)) {
        throw new LastAdministratorError();
      }
      if (change.email !== undefined) await this.changeEmail(manager, caller, user, change);
      const link = await this.verify(manager, caller, user, change);
      const target = { targetType: 'user', targetId: id };
      if (disabled !== undefined && disabled !== (user.disabledAt !== null)) {
        await manager.update(
          User,
          { id },
          {
            disabledAt: disabled ? this.clock.now() : null,
            // What was open before does not come back with the account.
            credentialsVersion: () => 'credentials_version + 1',
          },
        );
        const action = disabled ? 'user.disabled' : 'user.enabled';
        await this.audit.record(manager, caller, {
          action,
          ...target,
          details: { email: user.email, ...sessionsEnded(ended) },
        });
      }
      if (disabled && revokeApiKeys) await this.apiKeys.deleteAllOf(manager, id, caller);
      if (root !== undefined && root !== user.root) {
        await manager.update(User, { id }, { root });
        const action = root ? 'user.administrator-appointed' : 'user.administrator-dismissed';
        await this.audit.record(manager, caller, { action, ...target, details: { email: user.email } });
      }
      return link;
    });
    return Object.assign(await this.get(id), { passwordLink });
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
    return this.passwords.vouch(manager, user.id, caller);
  }

  /** @throws NotFoundError */
  async resetLink(caller: Caller, id: number): Promise<ResetLink> {
    return this.dataSource.transaction(async (manager) => {
      if (!(await manager.existsBy(User, { id }))) throw new NotFoundError('The user');
      return this.passwords.createLink(manager, id, caller);
    });
  }
}

const accountColumns = `u.id, u.email, u.first_name AS "firstName", u.last_name AS "lastName", u.root,
  u.verified_at IS NOT NULL AS verified, u.disabled_at IS NOT NULL AS disabled, u.created_at AS "createdAt", u.last_access_at AS "lastAccessAt",
  (SELECT c.email FROM email_change c WHERE c.user_id = u.id AND c.used_at IS NULL AND c.expires_at > now()
    ORDER BY c.created_at DESC LIMIT 1) AS "newEmail",
  ${versionInSql('account', '0', 'u.id::text')} AS version,
  (SELECT coalesce(json_agg(json_build_object('id', o.id, 'name', o.name, 'role', m.role) ORDER BY o.id), '[]')
     FROM membership m JOIN organization o ON o.id = m.organization_id WHERE m.user_id = u.id) AS organizations`;
