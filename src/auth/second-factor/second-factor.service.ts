import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, IsNull, Not } from 'typeorm';
import { type Caller } from '../../access/caller.js';
import { Clock } from '../../clock/clock.js';
import { NotFoundError } from '../../errors/domain-error.js';
import { SecretKey } from '../../secret/secret-key.js';
import { lockAccount } from '../../user/lock-account.js';
import { CodeCheck } from './code-check.js';
import { checkNumber, factorViewOf } from './factor-list.js';
import { FactorChanges } from './factor-changes.js';
import { type FactorView, type NewTotp, type RecoveryCodeCount, type RecoveryCodesView } from './dto/second-factor.js';
import { RecoveryCode } from './recovery-code.entity.js';
import { RecoveryCodes } from './recovery-codes.js';
import { isRequired } from './second-factor-rule.queries.js';
import { LastFactorError, NoFactorBegunError, WrongCodeError } from './second-factor.errors.js';
import { SecondFactor } from './second-factor.entity.js';
import { heldBy } from './second-factor.queries.js';
import { keyUri, newSecret } from './totp.js';

/** Milliseconds in which the first code of an app has to come. */
const beginMillis = 3_600_000;

const issuer = 'License Server';

/** A person's own second factors. */
@Injectable()
export class SecondFactorService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly checks: CodeCheck,
    private readonly codes: RecoveryCodes,
    private readonly changes: FactorChanges,
    private readonly secretKey: SecretKey,
    private readonly clock: Clock,
  ) {}

  async list({ id: userId }: Caller): Promise<FactorView[]> {
    const factors = await this.dataSource
      .getRepository(SecondFactor)
      .find({ where: { userId, confirmedAt: Not(IsNull()) }, order: { createdAt: 'ASC', id: 'ASC' } });
    return factors.map(factorViewOf);
  }

  /** Begins to add an authenticator app: it counts after its first code. */
  async beginTotp({ id: userId, email }: Caller, name = 'Authenticator app'): Promise<NewTotp> {
    const secret = newSecret();
    await this.dataSource.transaction(async (manager) => {
      await lockAccount(manager, userId);
      await checkNumber(manager, userId);
      await manager.delete(SecondFactor, { userId, kind: 'totp', confirmedAt: IsNull() });
      const secretSealed = this.secretKey.seal(secret);
      await manager.insert(SecondFactor, { userId, kind: 'totp', name, secretSealed, createdAt: this.clock.now() });
    });
    return { secret, uri: keyUri(secret, email, issuer) };
  }

  /**
   * Adds the app that was begun last. The recovery codes before no longer work.
   *
   * @throws NoFactorBegunError
   * @throws WrongCodeError
   */
  async confirmTotp(caller: Caller, typed: string): Promise<RecoveryCodesView> {
    const { id: userId, sessionId: keptSession } = caller;
    const begun = await this.dataSource
      .getRepository(SecondFactor)
      .findOneBy({ userId, kind: 'totp', confirmedAt: IsNull() });
    if (!begun || begun.createdAt.getTime() + beginMillis < this.clock.millis()) throw new NoFactorBegunError();
    const outcome = await this.checks.use(begun, typed.replace(/\s/g, ''));
    if (outcome !== 'right') throw new WrongCodeError('invalid', outcome);
    return this.dataSource.transaction(async (manager) => {
      await lockAccount(manager, userId);
      const where = { id: begun.id, confirmedAt: IsNull() };
      const { affected } = await manager.update(SecondFactor, where, { confirmedAt: this.clock.now() });
      if (!affected) throw new NoFactorBegunError();
      const recoveryCodes = await this.codes.renew(manager, userId);
      await this.changes.apply(manager, { userId, change: 'totp-added', name: begun.name, keptSession }, caller);
      return { recoveryCodes };
    });
  }

  /**
   * @throws NotFoundError
   * @throws LastFactorError
   */
  async remove(caller: Caller, id: string): Promise<void> {
    const { id: userId, sessionId: keptSession } = caller;
    await this.dataSource.transaction(async (manager) => {
      await lockAccount(manager, userId);
      const factor = await manager.findOneBy(SecondFactor, { id, userId, confirmedAt: Not(IsNull()) });
      if (!factor) throw new NotFoundError('The authenticator app or passkey');
      await manager.delete(SecondFactor, { id });
      const { kinds } = await heldBy(manager, userId);
      if (kinds.length === 0 && (await isRequired(manager, userId))) throw new LastFactorError();
      // Codes without a factor that they replace would be a second password.
      if (kinds.length === 0) await manager.delete(RecoveryCode, { userId });
      const { kind, name } = factor;
      await this.changes.apply(manager, { userId, change: `${kind}-removed`, name, keptSession }, caller);
    });
  }

  async codesLeft({ id }: Caller): Promise<RecoveryCodeCount> {
    const { recoveryCodes: left } = await heldBy(this.dataSource.manager, id);
    return { left };
  }

  /**
   * Ten new recovery codes; those before no longer work.
   *
   * @throws NotFoundError without a factor that they could replace
   */
  async renewCodes(caller: Caller): Promise<RecoveryCodesView> {
    const { id: userId } = caller;
    return this.dataSource.transaction(async (manager) => {
      await lockAccount(manager, userId);
      const { kinds } = await heldBy(manager, userId);
      if (kinds.length === 0)
        throw new NotFoundError('A second factor', 'Add an authenticator app or a passkey first.');
      const recoveryCodes = await this.codes.renew(manager, userId);
      await this.changes.tell(manager, { userId, change: 'codes-renewed' }, caller);
      return { recoveryCodes };
    });
  }
}
