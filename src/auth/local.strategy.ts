import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { Strategy } from 'passport-local';
import { type User } from '../user/user.entity.js';
import { UserService } from '../user/user.service.js';
import { WrongCredentialsError } from './auth.errors.js';

/** E-mail and password. */
@Injectable()
export class LocalStrategy extends PassportStrategy(Strategy, 'local') {
  constructor(private readonly users: UserService) {
    super({ usernameField: 'email', session: false });
  }

  /** @throws WrongCredentialsError */
  async validate(email: string, password: string): Promise<User> {
    const user = await this.users.verifyPassword(email, password);
    if (!user) throw new WrongCredentialsError();
    return user;
  }
}
