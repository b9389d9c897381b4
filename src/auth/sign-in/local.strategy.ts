import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { type FastifyRequest } from 'fastify';
import { Strategy } from 'passport-local';
import { clientAddress } from '../../http/client-address.js';
import { InvalidRequestError } from '../../http/validation/validation.js';
import { canonicalEmail, emailProblems, hasEmailForm } from '../../text/email-address.js';
import { type User } from '../../user/user.entity.js';
import { asClientPassword } from '../client-password/client-password-text.js';
import { ClientPasswordMisplacedError, WrongCredentialsError } from '../auth.errors.js';
import { SignInService } from './sign-in.service.js';

/** E-mail and password. */
@Injectable()
export class LocalStrategy extends PassportStrategy(Strategy, 'local') {
  constructor(private readonly signIns: SignInService) {
    super({ usernameField: 'email', session: false, passReqToCallback: true });
  }

  /**
   * @throws InvalidRequestError for a name that no account can have
   * @throws WrongCredentialsError
   * @throws ClientPasswordMisplacedError
   * @throws TooManyAttemptsError
   */
  async validate(request: FastifyRequest, email: string, password: string): Promise<User> {
    if (!hasEmailForm(canonicalEmail(email)) && !(await this.signIns.takesUserNames())) {
      const message = `email ${emailProblems.isEmail}`;
      throw new InvalidRequestError([{ field: 'email', message, rule: 'isEmail' }]);
    }
    const user = await this.signIns.byPassword(email, password, clientAddress(request));
    if (user) return user;
    // What it looks like tells nothing about whether it is right.
    throw asClientPassword(password) === undefined ? new WrongCredentialsError() : new ClientPasswordMisplacedError();
  }
}
