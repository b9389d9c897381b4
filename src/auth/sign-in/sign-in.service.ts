import { Injectable } from '@nestjs/common';
import { type OutsidePasswords } from '../../user/outside-passwords.js';
import { type User } from '../../user/user.entity.js';
import { UserService } from '../../user/user.service.js';
import { type HoldLimit } from './sign-in-queue.js';
import { SignInThrottle } from './sign-in-throttle.js';

/** Does what an account has been waiting for until it signs in. */
export type SignInFollower = (user: User, address: string) => Promise<void>;

/** Signing in with e-mail and password, for browsers and for programs. */
@Injectable()
export class SignInService {
  private readonly onSignedIn: SignInFollower[] = [];

  constructor(
    private readonly users: UserService,
    private readonly throttle: SignInThrottle,
  ) {}

  /** For the module above, whose accepted invitations become memberships now. */
  whenSignedIn(action: SignInFollower): void {
    this.onSignedIn.push(action);
  }

  /** For the module above, which knows the directories. */
  checkPasswordsWith(outside: OutsidePasswords): void {
    this.users.checkPasswordsWith(outside);
  }

  /** What directories have found right is checked again: their settings have changed. */
  forgetOutsidePasswords(): void {
    this.users.forgetOutsidePasswords();
  }

  /** Whether a name that is no e-mail address may be that of an account. */
  takesUserNames(): Promise<boolean> {
    return this.users.takesUserNames();
  }

  /**
   * @param hold of a client that waits for its turn; without it a throttled attempt is refused at once
   * @returns the account, or undefined when the password is wrong, the account is disabled or there is none
   * @throws TooManyAttemptsError
   * @throws SignInUnavailableError when it cannot wait
   * @throws OutsideUnavailableError when a directory that knows the password is away
   */
  async byPassword(email: string, password: string, address: string, hold?: HoldLimit): Promise<User | undefined> {
    const user = await this.users.verifyPassword(email, password, this.throttle.guard(address, hold));
    if (user) await this.arrived(user, address);
    return user;
  }

  /** An account has proved who it is: does what it has been waiting for. */
  async arrived(user: User, address: string): Promise<void> {
    if (user.joinsAtSignIn) for (const action of this.onSignedIn) await action(user, address);
  }
}
