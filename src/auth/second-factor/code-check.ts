import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, IsNull, Not } from 'typeorm';
import { AuditService } from '../../audit/audit.service.js';
import { Clock } from '../../clock/clock.js';
import { MailService } from '../../mail/mail.service.js';
import { templatedMail } from '../../mail/templated-mail.js';
import { SecretKey } from '../../secret/secret-key.js';
import { type User } from '../../user/user.entity.js';
import { SignInThrottle } from '../sign-in/sign-in-throttle.js';
import { recoveryCodeHash } from './recovery-codes.js';
import { type CodeRefusal, WrongCodeError } from './second-factor.errors.js';
import { SecondFactor } from './second-factor.entity.js';
import { heldBy, refuseStep, useRecoveryCode, useStep } from './second-factor.queries.js';
import { lastStepOf, stepOf } from './totp.js';

type Outcome = 'right' | CodeRefusal;

/** Checks codes of authenticator apps and recovery codes. Guesses are throttled as those at passwords, and counted apart from them. */
@Injectable()
export class CodeCheck {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly throttle: SignInThrottle,
    private readonly secretKey: SecretKey,
    private readonly mail: MailService,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  /**
   * @param code as it was typed
   * @param address of the client
   * @param kind of the refusal
   * @throws WrongCodeError
   * @throws TooManyAttemptsError
   */
  async verify(user: User, code: string, address: string, kind: WrongCodeError['kind']): Promise<void> {
    const digits = code.replace(/\s/g, '');
    const isOfApp = /^\d{6}$/.test(digits);
    const guess = await this.throttle.admitCode(user, address, isOfApp ? 'app-code' : 'recovery-code');
    const outcome = isOfApp ? await this.ofApp(user.id, digits) : await this.recovery(user, code, address);
    if (outcome === 'right') return guess.wasRight(user);
    await guess.wasWrong();
    throw new WrongCodeError(kind, outcome);
  }

  private async ofApp(userId: number, code: string): Promise<Outcome> {
    const factors = await this.dataSource
      .getRepository(SecondFactor)
      .findBy({ userId, kind: 'totp', confirmedAt: Not(IsNull()) });
    let outcome: Outcome = 'wrong';
    for (const factor of factors) {
      const found = await this.use(factor, code);
      if (found === 'right') return found;
      if (found !== 'wrong') outcome = found;
    }
    return outcome;
  }

  /** Uses the code of an app up, if it is one. */
  async use({ id, secretSealed }: SecondFactor, code: string): Promise<Outcome> {
    if (!secretSealed) return 'wrong';
    const now = this.clock.now();
    const found = stepOf(this.secretKey.open(secretSealed), code, now.getTime());
    if (!found) return 'wrong';
    const { manager } = this.dataSource;
    if (found.isNow) return (await useStep(manager, id, found.step, now)) ? 'right' : 'used';
    await refuseStep(manager, id, found.step, lastStepOf(now.getTime()));
    return 'clock-off';
  }

  /** Uses a recovery code up, if it is one. */
  private async recovery(user: User, code: string, address: string): Promise<Outcome> {
    return this.dataSource.transaction(async (manager) => {
      const now = this.clock.now();
      if (!(await useRecoveryCode(manager, user.id, recoveryCodeHash(code), now))) return 'wrong';
      const { recoveryCodes: left } = await heldBy(manager, user.id);
      const actor = { id: user.id, name: user.email, address };
      const target = { targetType: 'user', targetId: user.id };
      await this.audit.record(manager, actor, {
        action: 'second-factor.recovery-code-used',
        ...target,
        details: { left },
      });
      const facts = { left, address, at: now };
      const mail = templatedMail('recovery-code-used', user.email, facts, { url: this.mail.serverUrl });
      await this.mail.enqueueAccountMail(manager, mail);
      return 'right';
    });
  }
}
