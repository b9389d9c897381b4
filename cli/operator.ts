import { DataSource, IsNull, Not } from 'typeorm';
import { AuditService } from '../src/audit/audit.service.js';
import { AuthModule } from '../src/auth/auth.module.js';
import { FactorChanges } from '../src/auth/second-factor/factor-changes.js';
import { CredentialsService } from '../src/auth/password/credentials.service.js';
import {
  canonicalEmail,
  type EmailProblem,
  emailProblems,
  hasEmailForm,
  problemOfEmail,
} from '../src/text/email-address.js';
import { Installation } from '../src/license/installation.entity.js';
import { type AcceptedPassword } from '../src/user/password.js';
import { User } from '../src/user/user.entity.js';
import { UserService } from '../src/user/user.service.js';
import { operator, withServices } from './command-context.js';
import { askSecret } from './configuration/secret-input.js';
import { UsageError } from './usage-error.js';

/**
 * Sets a new password, which ends all sessions of the account.
 *
 * @returns what was done, in words
 */
export async function resetPassword(given: string, config: string | undefined): Promise<string> {
  if (!hasEmailForm(canonicalEmail(given))) throw notAnAddress(given, 'isEmail');
  return withServices({ config, module: AuthModule }, async (app) => {
    const user = await app.get(UserService).findByEmail(given);
    if (!user) throw new Error(`There is no account for ${canonicalEmail(given)}.`);
    const { email } = user;
    const password = await app.get(UserService).acceptPassword(await newPassword(), { email, address: null });
    await app
      .get(DataSource)
      .transaction((manager) => app.get(CredentialsService).override(manager, user.id, password, operator));
    return `The new password of ${email} is set.${user.disabledAt ? ' The account is still disabled.' : ''}`;
  });
}

/**
 * Removes what the second step of an account's sign-in takes: the password alone is enough then.
 *
 * @returns what was done, in words
 */
export async function resetSecondFactor(given: string, config: string | undefined): Promise<string> {
  if (!hasEmailForm(canonicalEmail(given))) throw notAnAddress(given, 'isEmail');
  return withServices({ config, module: AuthModule }, async (app) => {
    const user = await app.get(UserService).findByEmail(given);
    if (!user) throw new Error(`There is no account for ${canonicalEmail(given)}.`);
    const { id, email } = user;
    const isReset = await app
      .get(DataSource)
      .transaction((manager) => app.get(FactorChanges).reset(manager, id, operator));
    return isReset
      ? `The second factors of ${email} are removed. The password is as it was.`
      : `${email} has no second factor. Nothing was changed.`;
  });
}

/**
 * Makes an account an administrator of the server, and creates it if need be.
 *
 * @returns what was done, in words
 */
export async function createAdmin(given: string, config: string | undefined): Promise<string> {
  const typed = canonicalEmail(given);
  if (!hasEmailForm(typed)) throw notAnAddress(given, 'isEmail');
  return withServices({ config, module: AuthModule }, async (app) => {
    const dataSource = app.get(DataSource);
    if (!(await dataSource.manager.existsBy(Installation, { setupCompletedAt: Not(IsNull()) }))) {
      throw new Error('The server is not set up yet: its setup page creates the first administrator.');
    }
    const users = app.get(UserService);
    const existing = await users.findByEmail(given);
    const email = existing?.email ?? typed;
    const problem = existing ? undefined : problemOfEmail(email);
    if (problem) throw notAnAddress(given, problem);
    const accept = async (): Promise<AcceptedPassword> =>
      users.acceptPassword(await newPassword(), { email, address: null });
    if (!existing) {
      const newUser = { email, password: await accept(), firstName: '', lastName: '', root: true, verified: true };
      await dataSource.transaction((manager) => users.create(manager, newUser, operator));
      return `${email} is an administrator of the server now.`;
    }
    // An account that anybody may have made gets a new password.
    const password = existing.verifiedAt ? undefined : await accept();
    return dataSource.transaction(async (manager) => {
      await manager.update(User, { id: existing.id }, { root: true, disabledAt: null });
      await app.get(AuditService).record(manager, operator, {
        action: 'user.administrator-appointed',
        targetType: 'user',
        targetId: existing.id,
        details: { email },
      });
      if (!password) return `${email} is an administrator of the server now, with the password as it was.`;
      await app.get(CredentialsService).override(manager, existing.id, password, operator);
      return `${email} is an administrator of the server now, with the new password.`;
    });
  });
}

async function newPassword(): Promise<string> {
  return askSecret('New password: ', 'Once more: ');
}

function notAnAddress(given: string, problem: EmailProblem): UsageError {
  return new UsageError(
    problem === 'isEmail' ? `"${given}" is not an e-mail address.` : `"${given}" ${emailProblems[problem]}.`,
  );
}
