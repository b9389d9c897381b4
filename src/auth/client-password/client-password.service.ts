import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { type Caller } from '../../access/caller.js';
import { SETTINGS } from '../../config/config.module.js';
import { type Settings } from '../../config/settings.js';
import { canonicalEmail, formerEmail } from '../../text/email-address.js';
import { type ApiKey } from '../api-key/api-key.entity.js';
import { type KeyHolder } from '../api-key/api-key.queries.js';
import { ApiKeyStore } from '../api-key/api-key-store.js';
import { TooManyClientPasswordsError } from '../auth.errors.js';
import { asClientPassword, newClientPassword } from './client-password-text.js';
import { type ClientPasswordView, type CreatedClientPassword, type NewClientPassword } from './dto/client-password.js';

const kind = 'client-password';

/** Passwords that people type into Katalon Studio instead of their own: random, for seats alone, and good for one account. */
@Injectable()
export class ClientPasswordService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly store: ApiKeyStore,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * The account that a client password belongs to, if both are good and the address is the account's. A client password
   * is random, so it needs neither a slow hash nor a throttle; whatever else is typed is checked as a password and counted.
   */
  async holderOf(email: string, typed: string): Promise<KeyHolder | undefined> {
    const password = asClientPassword(typed);
    if (password === undefined) return undefined;
    const holder = await this.store.holderOf(kind, password);
    return holder && [formerEmail(email), canonicalEmail(email)].includes(holder.email) ? holder : undefined;
  }

  async list(userId: number): Promise<ClientPasswordView[]> {
    return (await this.store.list(userId, kind)).map(viewOf);
  }

  /**
   * Creates a client password; this answer is the only time it is seen.
   *
   * @throws TooManyClientPasswordsError
   * @throws InvalidRequestError when it would have expired already, or live longer than the server allows
   */
  async create(caller: Caller, { name, expiresAt }: NewClientPassword): Promise<CreatedClientPassword> {
    const password = newClientPassword();
    const saved = await this.dataSource.transaction((manager) => {
      const newKey = {
        kind,
        secret: asClientPassword(password) ?? password,
        hint: password.slice(0, 4),
        name,
        scopes: ['seats'],
        expiresAt,
      } as const;
      const max = this.settings.maxClientPasswordsPerUser;
      const limit = { max, error: () => new TooManyClientPasswordsError(max) };
      return this.store.add(manager, { userId: caller.id, ...newKey }, limit, caller);
    });
    return Object.assign(viewOf(saved), { password });
  }

  /** @throws NotFoundError also for another user's */
  delete(caller: Caller, id: number): Promise<void> {
    return this.store.delete(caller, { id, userId: caller.id, kind });
  }
}

function viewOf({ id, name, hint, createdAt, expiresAt, lastUsedAt }: ApiKey): ClientPasswordView {
  return { id, name, hint, createdAt, expiresAt, lastUsedAt };
}
