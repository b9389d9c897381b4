import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { DataSource, LessThan } from 'typeorm';
import { AuditService } from '../../audit/audit.service.js';
import { Clock } from '../../clock/clock.js';
import { SETTINGS } from '../../config/config.module.js';
import { type Settings } from '../../config/settings.js';
import { InvalidRequestError } from '../../http/validation/validation.js';
import { clientAddress } from '../../http/client-address.js';
import { hashToken, randomToken } from '../../secret/random-token.js';
import { User } from '../../user/user.entity.js';
import { cookieOptions, pendingSignInCookie, sessionCookie } from '../session/session-cookie.js';
import { type SessionBegun, SessionService } from '../session/session.service.js';
import { CodeCheck } from './code-check.js';
import { type StepKind, stepKinds } from './dto/second-factor.js';
import { type SecondStep } from './dto/second-step.js';
import { PasskeyService } from './passkey.service.js';
import { PendingSignIn } from './pending-sign-in.entity.js';
import { SignInExpiredError } from './second-factor.errors.js';
import { heldBy } from './second-factor.queries.js';

/** Seconds in which the second step has to come. */
const stepSeconds = 600;

/** A request, and what its answer sets cookies with. */
export interface Exchange {
  request: FastifyRequest;
  reply: FastifyReply;
}

/** The user came by a way that counts as both steps: a passkey, or an identity provider. */
export interface WholeSignIn {
  /** Told of the session before it is good. */
  begun?: SessionBegun;
}

/**
 * Signs a browser in whose user has shown who they are: at once, or after a second step where the account has a second factor.
 * Half a sign-in is a cookie of its own, and good for nothing but the second step.
 */
@Injectable()
export class BrowserSignIn {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly sessions: SessionService,
    private readonly checks: CodeCheck,
    private readonly passkeys: PasskeyService,
    private readonly audit: AuditService,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * @param whole absent: by password, which is the first of two steps where the account has a second factor
   * @returns what the second step takes; undefined: signed in
   */
  async begin(user: User, exchange: Exchange, whole?: WholeSignIn): Promise<StepKind[] | undefined> {
    const kinds = whole ? [] : await this.kindsOf(user);
    if (kinds.length === 0) {
      await this.signIn(user, exchange, whole);
      return undefined;
    }
    const token = randomToken();
    const address = clientAddress(exchange.request);
    await this.dataSource.transaction(async (manager) => {
      const now = this.clock.now();
      await manager.delete(PendingSignIn, { userId: user.id, expiresAt: LessThan(now) });
      await manager.insert(PendingSignIn, {
        tokenHash: hashToken(token),
        userId: user.id,
        credentialsVersion: user.credentialsVersion,
        createdAt: now,
        expiresAt: new Date(now.getTime() + stepSeconds * 1000),
      });
      const target = { targetType: 'user', targetId: user.id };
      const actor = { id: user.id, name: user.email, address };
      await this.audit.record(manager, actor, { action: 'sign-in.password-accepted', ...target });
    });
    const options = { ...cookieOptions(this.settings), maxAge: stepSeconds };
    exchange.reply.setCookie(pendingSignInCookie, token, options);
    return kinds;
  }

  /**
   * The second step, with a code or a passkey. A wrong one leaves the first step as it was.
   *
   * @throws SignInExpiredError
   * @throws WrongCodeError
   * @throws PasskeyRefusedError
   * @throws TooManyAttemptsError
   */
  async finish(exchange: Exchange, { code, passkey: answer }: SecondStep): Promise<void> {
    const user = await this.userOf(exchange.request);
    if (answer) {
      await this.passkeys.verifyStep(user, { answer, purpose: purposeFor(user) }, clientAddress(exchange.request));
    } else if (code !== undefined) {
      await this.checks.verify(user, code, clientAddress(exchange.request), 'unauthenticated');
    } else throw new InvalidRequestError([{ field: 'code', message: 'code is missing', rule: 'isMissing' }]);
    await this.complete(user, exchange);
  }

  /** What a browser asks a passkey of its user to sign for the second step. @throws SignInExpiredError */
  async passkeyOptions({ request }: Pick<Exchange, 'request'>): Promise<object> {
    const user = await this.userOf(request);
    return this.passkeys.requestOptions(purposeFor(user), user.id);
  }

  /** The account whose browser has done the first step. @throws SignInExpiredError */
  private async userOf({ cookies }: FastifyRequest): Promise<User> {
    const token = cookies[pendingSignInCookie];
    if (!token) throw new SignInExpiredError();
    const { manager } = this.dataSource;
    const pending = await manager.findOneBy(PendingSignIn, { tokenHash: hashToken(token) });
    if (!pending || pending.expiresAt <= this.clock.now()) throw new SignInExpiredError();
    const { userId: id, credentialsVersion } = pending;
    const user = await manager.findOneBy(User, { id, credentialsVersion });
    if (!user || user.disabledAt) throw new SignInExpiredError();
    return user;
  }

  /** Both steps are done. @throws SignInExpiredError when the sign-in was completed at the same moment */
  private async complete(user: User, exchange: Exchange): Promise<void> {
    const tokenHash = hashToken(exchange.request.cookies[pendingSignInCookie] ?? '');
    const { affected } = await this.dataSource.manager.delete(PendingSignIn, { tokenHash });
    if (!affected) throw new SignInExpiredError();
    exchange.reply.clearCookie(pendingSignInCookie, cookieOptions(this.settings));
    await this.signIn(user, exchange, {});
  }

  private async signIn(user: User, { request, reply }: Exchange, whole?: WholeSignIn): Promise<void> {
    const { headers, cookies } = request;
    const browser = {
      address: clientAddress(request),
      userAgent: headers['user-agent'],
      formerToken: cookies[sessionCookie],
      isWhole: whole !== undefined,
    };
    const token = await this.sessions.signIn(user, browser, whole?.begun);
    const options = { ...cookieOptions(this.settings), maxAge: this.settings.sessionMaxHours * 3600 };
    reply.setCookie(sessionCookie, token, options);
  }

  private async kindsOf({ id }: User): Promise<StepKind[]> {
    const { kinds, recoveryCodes } = await heldBy(this.dataSource.manager, id);
    if (kinds.length === 0) return [];
    return stepKinds.filter((kind) => (kind === 'recovery-code' ? recoveryCodes > 0 : kinds.includes(kind)));
  }
}

/** What a passkey signs in the second step. */
function purposeFor({ id }: User): string {
  return `second step of ${id}`;
}
