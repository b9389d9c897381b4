import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { X509Certificate } from 'node:crypto';
import { DataSource, type EntityManager } from 'typeorm';
import { AuditService } from '../audit/audit.service.js';
import { RateLimitedError } from '../auth/auth.errors.js';
import { type Caller } from '../auth/caller.js';
import { Clock } from '../clock/clock.js';
import { SETTINGS } from '../config/config.module.js';
import { type Settings } from '../config/settings.js';
import { RateLimit } from '../database/rate-limit.js';
import { NotFoundError } from '../errors/domain-error.js';
import { pageOfRows } from '../http/paging.js';
import { InvalidRequestError } from '../http/validation.js';
import { testLetter } from '../mail/letters.js';
import { MailServer } from '../mail/mail-server.entity.js';
import { htmlOf, textOf } from '../mail/message.js';
import { connect, failureOf, isExplained, unexplainedMillis } from '../mail/smtp.js';
import { Organization } from '../organization/organization.entity.js';
import { SecretKey } from '../secret/secret-key.js';
import {
  type MailServerSettings,
  type MailServerView,
  type MailTestResult,
  type OutboxMailView,
  type OutboxPage,
  type OutboxQuery,
} from './dto/mail-server.js';

/** Whose mail server: an organization's, or the default of the whole server. */
export type Owner = number | null;

/** Test mails in a minute, for each owner: enough to get it right, too few to look around in the network. */
const testsPerMinute = 6;
const testMillis = unexplainedMillis;

/** Mail servers and the outbox, for whoever administers them. */
@Injectable()
export class MailSettingsService {
  private readonly tests: RateLimit;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly secretKey: SecretKey,
    private readonly audit: AuditService,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {
    this.tests = new RateLimit(dataSource, 'mail-test', testsPerMinute, 60);
  }

  /** @throws NotFoundError */
  async get(owner: Owner): Promise<MailServerView> {
    return viewOf(await this.server(this.dataSource.manager, owner));
  }

  /**
   * Saves the settings.
   *
   * @throws InvalidRequestError when a password has no username, or is missing that would go to another server, or a
   * certificate is none
   */
  async update(caller: Caller, owner: Owner, settings: MailServerSettings): Promise<MailServerView> {
    checkCertificates(settings.certificateAuthority);
    if (settings.password && !settings.username) {
      throw new InvalidRequestError([
        { field: 'username', message: 'username is missing: a password needs one', rule: 'username-needed' },
      ]);
    }
    return this.dataSource.transaction(async (manager) => {
      if (owner !== null && !(await manager.existsBy(Organization, { id: owner }))) {
        throw new NotFoundError('The organization');
      }
      // One at a time: who saves second has seen the first.
      await manager.query('SELECT pg_advisory_xact_lock(4711002, $1::int)', [(owner ?? 0) % 2_000_000_000]);
      const before = await this.find(manager, owner);
      const username = settings.username || null;
      const saved = await manager.save(MailServer, {
        id: before?.id,
        organizationId: owner,
        host: settings.host,
        port: settings.port,
        protocol: settings.protocol,
        username,
        passwordSealed: username === null ? null : this.passwordOf(settings, before),
        sender: settings.sender,
        certificateAuthority: settings.certificateAuthority?.trim() || null,
        acceptAnyCertificate: settings.acceptAnyCertificate ?? false,
        updatedAt: this.clock.now(),
      });
      await this.record(manager, caller, owner, before ? 'mail-server.changed' : 'mail-server.created', {
        host: saved.host,
        port: saved.port,
        protocol: saved.protocol,
        username,
        sender: saved.sender,
        acceptAnyCertificate: saved.acceptAnyCertificate,
      });
      return viewOf(saved);
    });
  }

  /** @throws NotFoundError */
  async remove(caller: Caller, owner: Owner): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const server = await this.server(manager, owner);
      await manager.delete(MailServer, { id: server.id });
      await this.record(manager, caller, owner, 'mail-server.removed', { host: server.host });
    });
  }

  /**
   * Sends a mail at once, past the outbox, and tells what the mail server answered.
   *
   * @throws NotFoundError
   * @throws RateLimitedError
   */
  async test(caller: Caller, owner: Owner, to: string): Promise<MailTestResult> {
    const server = await this.server(this.dataSource.manager, owner);
    const wait = await this.tests.take(String(owner ?? 'default'));
    if (wait > 0) {
      const limit = `At most ${testsPerMinute} test mails a minute can be sent by a mail server.`;
      throw new RateLimitedError('too-many-test-mails', limit, wait);
    }
    const result = await this.send(server, to, caller.email);
    await this.record(this.dataSource.manager, caller, owner, 'mail-server.tested', {
      to,
      host: server.host,
      sent: result.sent,
      message: result.message,
    });
    return result;
  }

  async outbox(owner: Owner, query: OutboxQuery): Promise<OutboxPage> {
    return pageOfRows<OutboxMailView>(
      this.dataSource.manager,
      {
        select: `m.id, m.kind, m.recipient, m.subject, m.state, m.attempts, m.created_at AS "createdAt",
                 CASE WHEN m.state = 'waiting' THEN m.next_attempt_at END AS "nextAttemptAt", m.last_error AS "lastError",
                 m.sent_at AS "sentAt"`,
        from: `outbox_mail m WHERE m.organization_id IS NOT DISTINCT FROM $1 AND ($2::text IS NULL OR m.state = $2)
                 AND ($3::text IS NULL OR strpos(lower(concat_ws(' ', m.recipient, m.subject, m.kind, m.last_error)), lower($3)) > 0)`,
        parameters: [owner, query.state ?? null, query.search ?? null],
        tieBreaker: 'm.id DESC',
        sort: 'createdAt,desc',
      },
      query,
      { createdAt: 'm.created_at', sentAt: 'm.sent_at', recipient: 'm.recipient', kind: 'm.kind', state: 'm.state' },
    );
  }

  /**
   * Has a mail tried again at once.
   *
   * @throws NotFoundError when there is none that has not been sent
   */
  async retry(caller: Caller, owner: Owner, id: number): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const [, retried] = await manager.query<[unknown, number]>(
        `UPDATE outbox_mail SET state = 'waiting', attempts = 0, next_attempt_at = $3
          WHERE id = $1 AND organization_id IS NOT DISTINCT FROM $2 AND state <> 'sent'`,
        [id, owner, this.clock.now()],
      );
      if (retried === 0)
        throw new NotFoundError('The mail', 'There is no unsent mail with this id: it was sent, or deleted.');
      await this.record(manager, caller, owner, 'mail.retried', { mail: id });
    });
  }

  private async send(server: MailServer, to: string, tester: string): Promise<MailTestResult> {
    const password = server.passwordSealed ? this.secretKey.open(server.passwordSealed) : undefined;
    const { message } = testLetter(to, tester);
    let transport: Awaited<ReturnType<typeof connect>> | undefined;
    let timer: NodeJS.Timeout | undefined;
    let over = false;
    const end = new Promise<void>((resolve) => (timer = setTimeout(resolve, testMillis)));
    const timedOut = end.then(() => Promise.reject(new Error('timed out')));
    timedOut.catch(() => undefined);
    const deliver = async (): Promise<string> => {
      const allowedNetworks = this.settings.mailAllowedNetworks;
      transport = await connect(server, { password, connections: 1, allowedNetworks });
      if (over) transport.close();
      const text = { subject: message.subject, text: textOf(message), html: htmlOf(message) };
      return (await transport.sendMail({ from: server.sender, to: { name: '', address: to }, ...text })).response;
    };
    try {
      const response = await Promise.race([deliver(), timedOut]);
      return { sent: true, message: `The mail server has taken the mail: ${response.slice(0, 500)}` };
    } catch (error) {
      // How long it takes to fail would tell an organization what is there.
      if (server.organizationId !== null && !isExplained(error)) await end;
      return { sent: false, message: failureOf(error, server.organizationId).message };
    } finally {
      over = true;
      clearTimeout(timer);
      transport?.close();
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

  private async server(manager: EntityManager, owner: Owner): Promise<MailServer> {
    const server = await this.find(manager, owner);
    if (!server) throw new NotFoundError('The mail server');
    return server;
  }

  private async find(manager: EntityManager, owner: Owner): Promise<MailServer | null> {
    return manager
      .createQueryBuilder(MailServer, 'server')
      .where('server.organizationId IS NOT DISTINCT FROM :owner', { owner })
      .getOne();
  }

  private async record(
    manager: EntityManager,
    caller: Caller,
    owner: Owner,
    action: string,
    details: Record<string, unknown>,
  ): Promise<void> {
    const organization = owner === null ? {} : { organizationId: owner };
    await this.audit.record(manager, caller, { action, ...organization, targetType: 'mail-server', details });
  }
}

/** @throws InvalidRequestError */
function checkCertificates(pem: string | undefined): void {
  if (!pem?.trim()) return;
  const certificates = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
  try {
    if (certificates.length === 0) throw new Error('none');
    for (const each of certificates) new X509Certificate(each);
  } catch {
    throw new InvalidRequestError([
      {
        field: 'certificateAuthority',
        message: 'certificateAuthority must hold certificates in PEM form',
        rule: 'certificates',
      },
    ]);
  }
}

function viewOf(server: MailServer): MailServerView {
  const { host, port, protocol, username, sender, certificateAuthority, acceptAnyCertificate, updatedAt } = server;
  const hasPassword = server.passwordSealed !== null;
  return { host, port, protocol, username, hasPassword, sender, certificateAuthority, acceptAnyCertificate, updatedAt };
}
