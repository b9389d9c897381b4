import { Injectable } from '@nestjs/common';
import { type Caller } from '../../access/caller.js';
import { UserService } from '../../user/user.service.js';
import { NotSignedInError } from '../auth.errors.js';
import { CodeCheck } from '../second-factor/code-check.js';
import { PasskeyService } from '../second-factor/passkey.service.js';
import { type Confirmation } from './dto/password.js';
import { PasswordService } from './password.service.js';

/** Has people prove once more who they are, before something dangerous: with the password or with a second factor. */
@Injectable()
export class IdentityProof {
  constructor(
    private readonly passwords: PasswordService,
    private readonly codes: CodeCheck,
    private readonly passkeys: PasskeyService,
    private readonly users: UserService,
  ) {}

  /**
   * @throws WrongCurrentPasswordError
   * @throws WrongCodeError
   * @throws PasskeyRefusedError
   * @throws TooManyAttemptsError
   */
  async check(caller: Caller, { password, code, passkey: answer }: Confirmation): Promise<void> {
    if (answer) {
      await this.passkeys.verify({ answer, purpose: purposeFor(caller) }, 'forbidden', caller.id);
      return;
    }
    if (password !== undefined) return this.passwords.verify(caller, password);
    const user = await this.users.findById(caller.id);
    if (!user) throw new NotSignedInError();
    await this.codes.verify(user, code ?? '', caller.address ?? '', 'forbidden');
  }

  /** What a browser asks a passkey of the caller to sign. */
  passkeyOptions(caller: Caller): Promise<object> {
    return this.passkeys.requestOptions(purposeFor(caller), caller.id);
  }
}

/** What a passkey signs in a confirmation. */
function purposeFor({ id }: Caller): string {
  return `confirmation of ${id}`;
}
