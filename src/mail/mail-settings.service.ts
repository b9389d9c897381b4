import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { DataSource, type EntityManager, IsNull, MoreThan, Not } from 'typeorm';
import { AuditService } from '../audit/audit.service.js';
import { RateLimitedError } from '../errors/limit-errors.js';
import { type Actor } from '../access/actor.js';
import { type Caller } from '../access/caller.js';
import { brandOf } from '../branding/branding.queries.js';
import { Clock } from '../clock/clock.js';
import { afterCommit } from '../database/after-commit.js';
import { holdUntilCommit } from '../database/locks.js';
import { RateLimit } from '../database/rate-limit.js';
import { NotFoundError } from '../errors/domain-error.js';
import { pageOfRows } from '../http/paging.js';
import { InvalidRequestError } from '../http/validation/validation.js';
import { holdsCertificates } from '../network/certificates.js';
import { contextOf } from './mail-composer.js';
import { MailServer } from './mail-server.entity.js';
import { mailSorting, mailsOf, organizationExists } from './mail-settings.queries.js';
import { MailService } from './mail.service.js';
import { templatedMail } from './templated-mail.js';
import { MailSender } from './outbox/mail-sender.js';
import { OutboxMail } from './outbox/outbox-mail.entity.js';
import { failureOf, isExplained, unexplainedMillis } from './smtp/smtp.js';
import { SecretKey } from '../secret/secret-key.js';
import {
  type MailServerSettings,
  type MailServerView,
  type MailTestResult,
  type OutboxMailView,
  type OutboxPage,
  type OutboxQuery,
  type RetriedMails,
} from './dto/mail-server.js';
import { checkVersion, versionOf } from '../audit/settings-version.js';

/** Whose mail server: an organization's, or the default of the whole server. */
export type MailServerOwner = number | null;

/** Test mails in a minute, for each owner: enough to get it right, too few to look around in the network. */
const testsPerMinute = 6;
const testMillis = unexplainedMillis;

/** Mail servers and the outbox, for administrators. */
@Injectable()
export class MailSettingsService {
  private readonly tests: RateLimit;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly secretKey: SecretKey,
    private readonly audit: AuditService,
    private readonly clock: Clock,
    private readonly mail: MailService,
    private readonly sender: MailSender,
  ) {
    this.tests = new RateLimit(dataSource, 'mail-test', testsPerMinute, 60);
  }

  /** @throws NotFoundError */
  async get(owner: MailServerOwner): Promise<MailServerView> {
    const { manager } = this.dataSource;
    const version = await versionOf(manager, { kind: 'mail-server', organizationId: owner });
    return viewOf(await this.server(manager, owner), version);
  }

  /** The settings as a request would bring them, secrets included: to compare with, never for an answer. Undefined: none. */
  async stored(owner: MailServerOwner): Promise<MailServerSettings | undefined> {
    const server = await this.find(this.dataSource.manager, owner);
    if (!server) return undefined;
    const { host, port, protocol, sender, acceptAnyCertificate } = server;
    const opened = (sealed: Buffer | null): string | undefined => (sealed ? this.secretKey.open(sealed) : undefined);
    return {
      ...{ host, port, protocol, sender, acceptAnyCertificate },
      username: server.username ?? undefined,
      password: opened(server.passwordSealed),
      tokenUrl: server.tokenUrl ?? undefined,
      clientId: server.clientId ?? undefined,
      clientSecret: opened(server.clientSecretSealed),
      scope: server.scope ?? undefined,
      certificateAuthority: server.certificateAuthority ?? undefined,
    };
  }

  /**
   * Saves the settings.
   *
   * @throws InvalidRequestError when a password has no username, or is missing that would go to another server, or a
   * certificate is none
   * @throws StaleVersionError
   */
  async update(actor: Actor, owner: MailServerOwner, settings: MailServerSettings): Promise<MailServerView> {
    checkCertificates(settings.certificateAuthority);
    checkSignIn(settings);
    return this.dataSource.transaction(async (manager) => {
      await this.checkOwner(manager, owner);
      // One at a time: who saves second has seen the first.
      await holdUntilCommit(manager, 'mail server of', owner ?? 'the server');
      await checkVersion(manager, { kind: 'mail-server', organizationId: owner }, settings.version);
      const before = await this.find(manager, owner);
      const username = settings.username || null;
      const saved = await manager.save(MailServer, {
        id: before?.id,
        organizationId: owner,
        host: settings.host,
        port: settings.port,
        protocol: settings.protocol,
        username,
        passwordSealed: username === null || settings.tokenUrl ? null : this.passwordOf(settings, before),
        ...this.tokensOf(settings, before),
        sender: settings.sender,
        certificateAuthority: settings.certificateAuthority?.trim() || null,
        acceptAnyCertificate: settings.acceptAnyCertificate ?? false,
        updatedAt: this.clock.now(),
      });
      await this.record(manager, actor, owner, {
        action: before ? 'mail-server.changed' : 'mail-server.created',
        details: {
          host: saved.host,
          port: saved.port,
          protocol: saved.protocol,
          username,
          ...(saved.tokenUrl === null
            ? {}
            : { tokenUrl: saved.tokenUrl, clientId: saved.clientId, scope: saved.scope }),
          sender: saved.sender,
          acceptAnyCertificate: saved.acceptAnyCertificate,
          ...(before ? { changed: changedFields(before, saved) } : {}),
        },
      });
      return viewOf(saved, await versionOf(manager, { kind: 'mail-server', organizationId: owner }));
    });
  }

  /** @throws NotFoundError */
  async remove(caller: Caller, owner: MailServerOwner): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const server = await this.server(manager, owner);
      await manager.delete(MailServer, { id: server.id });
      await this.record(manager, caller, owner, { action: 'mail-server.removed', details: { host: server.host } });
      afterCommit(manager, () => this.sender.forget(server.id));
    });
  }

  /**
   * Sends a mail at once, past the outbox, and tells what the mail server answered.
   *
   * @throws NotFoundError
   * @throws RateLimitedError
   */
  async test(caller: Caller, owner: MailServerOwner, to: string): Promise<MailTestResult> {
    const server = await this.server(this.dataSource.manager, owner);
    const wait = await this.tests.take(String(owner ?? 'default'));
    if (wait > 0) {
      const limit = `A mail server can be tested at most ${testsPerMinute} times a minute.`;
      throw new RateLimitedError('too-many-test-mails', limit, wait);
    }
    const result = await this.send(server, to, caller.email);
    await this.record(this.dataSource.manager, caller, owner, {
      action: 'mail-server.tested',
      details: {
        to,
        host: server.host,
        sent: result.sent,
        message: result.message,
      },
    });
    return result;
  }

  async outbox(owner: MailServerOwner, query: OutboxQuery): Promise<OutboxPage> {
    return pageOfRows<OutboxMailView>(this.dataSource.manager, mailsOf(owner, query), query, mailSorting);
  }

  /**
   * Has a mail tried again at once.
   *
   * @throws NotFoundError when every mail has been sent
   */
  async retry(caller: Caller, owner: MailServerOwner, id: number): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const { affected: retried } = await manager.update(
        OutboxMail,
        { id, organizationId: owner ?? IsNull(), state: Not('sent') },
        this.againNow(),
      );
      if (retried === 0)
        throw new NotFoundError('The mail', 'There is no unsent mail with this id: it was sent, or deleted.');
      await this.record(manager, caller, owner, { action: 'mail.retried', details: { mail: id } });
    });
  }

  /**
   * Has all mails tried again at once that were tried already and are not sent, also those that had failed.
   *
   * @returns how many
   */
  async retryAll(caller: Caller, owner: MailServerOwner): Promise<RetriedMails> {
    return this.dataSource.transaction(async (manager) => {
      const organizationId = owner ?? IsNull();
      const again = this.againNow();
      const { affected: retried = 0 } = await manager.update(
        OutboxMail,
        [
          { organizationId, state: 'failed' },
          { organizationId, state: 'waiting', nextAttemptAt: MoreThan(again.nextAttemptAt) },
        ],
        again,
      );
      if (retried > 0)
        await this.record(manager, caller, owner, { action: 'mail.all-retried', details: { mails: retried } });
      return { retried };
    });
  }

  /** What has the outbox try a mail again at once. */
  private againNow(): Pick<OutboxMail, 'state' | 'attempts' | 'nextAttemptAt'> {
    return { state: 'waiting', attempts: 0, nextAttemptAt: this.clock.now() };
  }

  private async send(server: MailServer, to: string, tester: string): Promise<MailTestResult> {
    const test = templatedMail('test', to, { tester });
    const [language = 'en'] = await this.mail.languagesFor(this.dataSource.manager, [test]);
    const transporter = `test-${randomUUID()}`;
    this.sender.open(transporter, server, 1);
    const begun = performance.now();
    let timer: NodeJS.Timeout | undefined;
    const timedOut = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error('timed out')), testMillis);
    });
    timedOut.catch(() => undefined);
    const { organizationId } = server;
    const brand = await brandOf(this.dataSource.manager, organizationId);
    const mail = { organizationId, to, template: test.template, context: contextOf(test, language, brand) };
    const delivery = this.sender.send(transporter, server, mail);
    try {
      const response = await Promise.race([delivery, timedOut]);
      return { sent: true, message: `The mail server has taken the mail: ${response.slice(0, 500)}` };
    } catch (error) {
      // How long it takes to fail would tell an organization what is there.
      if (server.organizationId !== null && !isExplained(error)) {
        await this.clock.wait(begun + testMillis - performance.now(), new AbortController().signal);
      }
      return { sent: false, message: failureOf(error, server.organizationId).message };
    } finally {
      clearTimeout(timer);
      this.sender.close(transporter);
    }
  }

  /** A stored password goes to the server that it was given for, and to no other. */
  private passwordOf({ host, port, username, password }: MailServerSettings, before: MailServer | null): Buffer | null {
    if (password) return this.secretKey.seal(password);
    if (before?.passwordSealed && before.host === host && before.port === port && before.username === username) {
      return before.passwordSealed;
    }
    throw new InvalidRequestError([
      { field: 'password', message: 'give the password for this server and username', rule: 'password-needed' },
    ]);
  }

  /** A stored client secret goes to the URL that it was given for, for the same client, and to no other. */
  private tokensOf(
    { tokenUrl, clientId, clientSecret, scope }: MailServerSettings,
    before: MailServer | null,
  ): Pick<MailServer, 'tokenUrl' | 'clientId' | 'clientSecretSealed' | 'scope'> {
    if (!tokenUrl || !clientId) return { tokenUrl: null, clientId: null, clientSecretSealed: null, scope: null };
    const isSame = before?.tokenUrl === tokenUrl && before.clientId === clientId;
    const sealed = clientSecret ? this.secretKey.seal(clientSecret) : isSame ? before.clientSecretSealed : null;
    if (!sealed) {
      const message = 'give the client secret for this token URL and client id';
      throw new InvalidRequestError([{ field: 'clientSecret', message, rule: 'secret-needed' }]);
    }
    return { tokenUrl, clientId, clientSecretSealed: sealed, scope: scope || null };
  }

  /** @throws NotFoundError */
  private async checkOwner(manager: EntityManager, owner: MailServerOwner): Promise<void> {
    if (owner === null) return;
    if (!(await organizationExists(manager, owner))) throw new NotFoundError('The organization');
  }

  private async server(manager: EntityManager, owner: MailServerOwner): Promise<MailServer> {
    const server = await this.find(manager, owner);
    if (!server) throw new NotFoundError('The mail server');
    return server;
  }

  private async find(manager: EntityManager, owner: MailServerOwner): Promise<MailServer | null> {
    return manager
      .createQueryBuilder(MailServer, 'server')
      .where('server.organizationId IS NOT DISTINCT FROM :owner', { owner })
      .getOne();
  }

  private async record(
    manager: EntityManager,
    actor: Actor,
    owner: MailServerOwner,
    change: { action: string; details: Record<string, unknown> },
  ): Promise<void> {
    const organization = owner === null ? {} : { organizationId: owner };
    await this.audit.record(manager, actor, { ...change, ...organization, targetType: 'mail-server' });
  }
}

/**
 * A password or access tokens, and for whom.
 *
 * @throws InvalidRequestError
 */
function checkSignIn({ username, password, tokenUrl, clientId }: MailServerSettings): void {
  const refuse = (field: string, message: string, rule: string): never => {
    throw new InvalidRequestError([{ field, message, rule }]);
  };
  if (password && !username) refuse('username', 'username is missing: a password needs one', 'username-needed');
  if (!tokenUrl) {
    if (clientId) refuse('tokenUrl', 'tokenUrl is missing: a client id needs one', 'token-url-needed');
    return;
  }
  if (!username) refuse('username', 'username is missing: access tokens need the mailbox that sends', 'mailbox-needed');
  if (!clientId) refuse('clientId', 'clientId is missing: access tokens need one', 'client-id-needed');
  if (password) refuse('password', 'give a password or a token URL, not both', 'password-and-tokens');
  const url = URL.canParse(tokenUrl) ? new URL(tokenUrl) : undefined;
  const isLoopback = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url?.hostname ?? '');
  const isGood = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback);
  if (!url || !isGood || url.username || url.password || url.hash) {
    refuse('tokenUrl', 'tokenUrl must be an address that begins with https://', 'token-url');
  }
}

/** @throws InvalidRequestError */
function checkCertificates(pem: string | undefined): void {
  if (!pem?.trim() || holdsCertificates(pem)) return;
  const message = 'certificateAuthority must hold certificates in PEM form';
  throw new InvalidRequestError([{ field: 'certificateAuthority', message, rule: 'certificates' }]);
}

/** The settings by their names in the API, and where they are stored. Of secrets, only that they changed is ever told. */
const storedAs = {
  host: 'host',
  port: 'port',
  protocol: 'protocol',
  username: 'username',
  password: 'passwordSealed',
  tokenUrl: 'tokenUrl',
  clientId: 'clientId',
  clientSecret: 'clientSecretSealed',
  scope: 'scope',
  sender: 'sender',
  certificateAuthority: 'certificateAuthority',
  acceptAnyCertificate: 'acceptAnyCertificate',
} as const;

function changedFields(before: MailServer, after: MailServer): string[] {
  return Object.entries(storedAs)
    .filter(([, column]) => !isDeepStrictEqual(before[column], after[column]))
    .map(([field]) => field);
}

function viewOf(server: MailServer, version: number): MailServerView {
  const { host, port, protocol, username, sender, certificateAuthority, acceptAnyCertificate, updatedAt } = server;
  const { tokenUrl, clientId, scope } = server;
  const hasPassword = server.passwordSealed !== null;
  const tokens = { tokenUrl, clientId, hasClientSecret: server.clientSecretSealed !== null, scope };
  const security = { certificateAuthority, acceptAnyCertificate };
  return { host, port, protocol, username, hasPassword, ...tokens, sender, ...security, updatedAt, version };
}
