import { Injectable } from '@nestjs/common';
import { AccessRecord } from '../../audit/access-record.js';
import { networksOf } from '../../http/client-address.js';
import { type User } from '../../user/user.entity.js';
import { networkOf } from '../api-key/key-use.js';

/** What a program has signed in with. */
export type GrantKind = 'password' | 'client-password' | 'api-key' | 'lease-token' | 'refresh-token';

interface Program {
  userId: number;
  email: string;
  apiKeyId?: number;
}

/** Records the sign-ins of programs: those that fail, and of those that succeed the first of a day, for Studio signs in every few minutes. */
@Injectable()
export class ProgramSignIns {
  constructor(private readonly access: AccessRecord) {}

  /** @returns undefined when there is nothing to wait for, as nearly always */
  succeeded(grant: GrantKind, { userId, email, apiKeyId }: Program, address: string): Promise<void> | undefined {
    const network = networkOf(address);
    return this.access.daily(`sign-in ${userId} ${grant} ${network}`, () => ({
      actor: { id: userId, name: email, address },
      change: {
        action: 'sign-in.token',
        targetType: 'user',
        targetId: userId,
        details: { grant, network, ...(apiKeyId === undefined ? {} : { apiKeyId }) },
      },
    }));
  }

  /** With the account's own password, which was right. */
  needsClientPassword({ id, email }: Pick<User, 'id' | 'email'>, address: string): Promise<void> | undefined {
    const details = { grant: 'password', reason: 'client-password-needed' };
    return this.access.bounded(`user ${id}`, {
      actor: { id, name: email, address },
      change: { action: 'sign-in.failed', targetType: 'user', targetId: id, details },
    });
  }

  /** With a key or token that is not good. Wrong passwords are recorded where they are counted. */
  failed(grant: GrantKind, address: string): Promise<void> | undefined {
    return this.access.bounded(networksOf(address).site, {
      actor: { id: null, name: 'unknown account', address },
      change: { action: 'sign-in.failed', details: { grant } },
    });
  }
}
