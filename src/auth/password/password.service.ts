import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { Clock } from '../../clock/clock.js';
import { InvalidRequestError } from '../../http/validation/validation.js';
import { User } from '../../user/user.entity.js';
import { UserService } from '../../user/user.service.js';
import {
  KeptByProviderError,
  LinkExpiredError,
  LinkUnknownError,
  LinkUsedError,
  WrongCurrentPasswordError,
} from '../auth.errors.js';
import { type Caller } from '../../access/caller.js';
import { CredentialsService } from './credentials.service.js';
import { type ChangePassword, type ResetPassword } from './dto/password.js';
import { PasswordReset } from './password-reset.entity.js';
import { hashToken } from '../../secret/random-token.js';
import { SignInThrottle } from '../sign-in/sign-in-throttle.js';

/** New passwords, set with the old one or with a link. Both ways end what was open before. */
@Injectable()
export class PasswordService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly users: UserService,
    private readonly credentials: CredentialsService,
    private readonly throttle: SignInThrottle,
    private readonly clock: Clock,
  ) {}

  /**
   * Ends all other sessions, and all tokens of programs; API keys, if that is wanted.
   *
   * @throws KeptByProviderError
   * @throws WrongCurrentPasswordError
   * @throws InvalidRequestError when the new password breaks the rules
   * @throws TooManyAttemptsError
   */
  async change(caller: Caller, { currentPassword, newPassword, revokeApiKeys }: ChangePassword): Promise<void> {
    const providers = await this.users.passwordKeptBy(caller.id);
    if (providers.length > 0) throw new KeptByProviderError(providers);
    await this.verify(caller, currentPassword);
    if (newPassword === currentPassword) {
      throw new InvalidRequestError([
        { field: 'newPassword', message: 'the new password must be another than the current one' },
      ]);
    }
    const accepted = await this.users.acceptPassword(newPassword, caller, 'newPassword');
    await this.dataSource.transaction(async (manager) => {
      const change = { userId: caller.id, password: accepted, action: 'user.password-changed' } as const;
      await this.credentials.setPassword(
        manager,
        { ...change, keptSession: caller.sessionId, revokeApiKeys: revokeApiKeys ?? false },
        caller,
      );
    });
  }

  /**
   * Has the caller prove once more who they are.
   *
   * @throws WrongCurrentPasswordError
   * @throws TooManyAttemptsError
   */
  async verify(caller: Caller, password: string): Promise<void> {
    const guard = this.throttle.guard(caller.address ?? '');
    const user = await this.users.verifyPassword(caller.email, password, guard);
    if (user?.id !== caller.id) throw new WrongCurrentPasswordError();
  }

  /**
   * Sets a new password with a link's token.
   *
   * @throws LinkUnknownError
   * @throws LinkUsedError
   * @throws LinkExpiredError
   * @throws InvalidRequestError when the password breaks the rules; the link still works
   */
  async reset({ token, password, revokeApiKeys = true }: ResetPassword, address: string): Promise<void> {
    const tokenHash = hashToken(token);
    const { userId: ownerId } = this.usable(
      await this.dataSource.getRepository(PasswordReset).findOneBy({ tokenHash }),
    );
    const owner = await this.dataSource.getRepository(User).findOneByOrFail({ id: ownerId });
    const accepted = await this.users.acceptPassword(password, { email: owner.email, address });
    await this.dataSource.transaction(async (manager) => {
      const lock = { mode: 'pessimistic_write' } as const;
      const reset = this.usable(await manager.findOne(PasswordReset, { where: { tokenHash }, lock }));
      const { email, verifiedAt } = await manager.findOneByOrFail(User, { id: reset.userId });
      await manager.update(PasswordReset, { tokenHash: reset.tokenHash }, { usedAt: this.clock.now() });
      const actor = { id: reset.userId, name: email, address };
      const { userId } = reset;
      const change = { userId, password: accepted, action: 'user.password-reset' as const, revokeApiKeys };
      if (reset.verifies && !verifiedAt)
        await this.credentials.renew(manager, { userId, password: accepted, verified: true }, actor);
      else await this.credentials.setPassword(manager, change, actor);
    });
  }

  /** @throws LinkUnknownError, LinkUsedError, LinkExpiredError */
  private usable(reset: PasswordReset | null): PasswordReset {
    if (!reset) throw new LinkUnknownError();
    if (reset.usedAt) throw new LinkUsedError();
    if (reset.expiresAt <= this.clock.now()) throw new LinkExpiredError();
    return reset;
  }
}
