import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import {
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  type RegistrationResponseJSON,
} from '@simplewebauthn/server';
import { DataSource } from 'typeorm';
import { type Caller } from '../../access/caller.js';
import { AccessRecord } from '../../audit/access-record.js';
import { Clock } from '../../clock/clock.js';
import { lockAccount } from '../../user/lock-account.js';
import { type User } from '../../user/user.entity.js';
import { type AddedPasskey, type NewPasskey } from './dto/passkey.js';
import { FactorChanges } from './factor-changes.js';
import { checkNumber } from './factor-list.js';
import { PasskeyChallenges } from './passkey-challenges.js';
import { type PasskeyAssertion, Passkeys } from './passkeys.js';
import { RecoveryCodes } from './recovery-codes.js';
import { PasskeyRefusedError, PasskeyTakenError } from './second-factor.errors.js';
import { SecondFactor } from './second-factor.entity.js';
import { heldBy, useCounter } from './second-factor.queries.js';

/** The passkeys of accounts. */
@Injectable()
export class PasskeyService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly passkeys: Passkeys,
    private readonly challenges: PasskeyChallenges,
    private readonly codes: RecoveryCodes,
    private readonly changes: FactorChanges,
    private readonly access: AccessRecord,
    private readonly clock: Clock,
  ) {}

  /** Whether browsers can make passkeys for this server's address. */
  get areAvailable(): boolean {
    return this.passkeys.areAvailable;
  }

  async creationOptions(caller: Caller): Promise<PublicKeyCredentialCreationOptionsJSON> {
    return this.passkeys.creationOptions(caller, await this.of(caller.id));
  }

  /**
   * @throws PasskeyRefusedError
   * @throws PasskeyTakenError
   * @throws TooManyFactorsError
   */
  async add(caller: Caller, { name = 'Passkey', ...response }: NewPasskey): Promise<AddedPasskey> {
    const { id: userId, sessionId: keptSession } = caller;
    const { passkey, challenge } = await this.passkeys.created(userId, response as unknown as RegistrationResponseJSON);
    return this.dataSource.transaction(async (manager) => {
      await lockAccount(manager, userId);
      await checkNumber(manager, userId);
      if (!(await this.challenges.use(manager, challenge))) throw new PasskeyRefusedError('invalid');
      const credentialId = Buffer.from(passkey.id, 'base64url');
      if (await manager.existsBy(SecondFactor, { credentialId })) throw new PasskeyTakenError();
      const now = this.clock.now();
      const added = await manager.save(SecondFactor, {
        ...{ userId, kind: 'passkey' as const, name, createdAt: now, confirmedAt: now },
        ...{ credentialId, publicKey: Buffer.from(passkey.publicKey), counter: passkey.counter },
        transports: passkey.transports ?? [],
      });
      const { recoveryCodes: left } = await heldBy(manager, userId);
      const recoveryCodes = left > 0 ? [] : await this.codes.renew(manager, userId);
      await this.changes.apply(manager, { userId, change: 'passkey-added', name, keptSession }, caller);
      const { id, kind, createdAt } = added;
      return { id, kind, name, createdAt, lastUsedAt: null, recoveryCodes };
    });
  }

  /** What a browser asks a passkey to sign. @param userId whose; absent: of whichever account */
  async requestOptions(purpose: string, userId?: number): Promise<PublicKeyCredentialRequestOptionsJSON> {
    return this.passkeys.requestOptions(purpose, userId === undefined ? [] : await this.of(userId));
  }

  /**
   * @param userId whose passkey it has to be; absent: of whichever account
   * @param kind of the refusal
   * @returns the account
   * @throws PasskeyRefusedError
   */
  async verify(assertion: PasskeyAssertion, kind: PasskeyRefusedError['kind'], userId?: number): Promise<number> {
    const credentialId = Buffer.from(assertion.answer.id, 'base64url');
    const { manager } = this.dataSource;
    const factor = await manager.findOneBy(SecondFactor, { credentialId, ...(userId !== undefined && { userId }) });
    const answered = factor && (await this.passkeys.answered(factor, assertion));
    if (!answered) throw new PasskeyRefusedError(kind);
    return this.dataSource.transaction(async (transaction) => {
      const isNew = await this.challenges.use(transaction, answered.challenge);
      const counts = isNew && (await useCounter(transaction, factor.id, answered.counter, this.clock.now()));
      if (!counts) throw new PasskeyRefusedError(kind);
      return factor.userId;
    });
  }

  /** The second step of an account's sign-in. @throws PasskeyRefusedError */
  async verifyStep({ id, email }: User, assertion: PasskeyAssertion, address: string): Promise<void> {
    try {
      await this.verify(assertion, 'unauthenticated', id);
    } catch (error) {
      if (!(error instanceof PasskeyRefusedError)) throw error;
      const details = { step: 'second-factor', grant: 'passkey' };
      await this.access.bounded(`user ${id}`, {
        actor: { id: null, name: email, address },
        change: { action: 'sign-in.failed', targetType: 'user', targetId: id, details },
      });
      throw error;
    }
  }

  private of(userId: number): Promise<SecondFactor[]> {
    return this.dataSource.getRepository(SecondFactor).findBy({ userId, kind: 'passkey' });
  }
}
