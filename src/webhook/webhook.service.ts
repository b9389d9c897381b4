import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { DataSource, type EntityManager, IsNull } from 'typeorm';
import { type Actor } from '../access/actor.js';
import { AuditService } from '../audit/audit.service.js';
import { checkVersion, type VersionedSettings, versionOf } from '../audit/settings-version.js';
import { Clock } from '../clock/clock.js';
import { SETTINGS } from '../config/config.module.js';
import { type Settings } from '../config/settings.js';
import { holdUntilCommit } from '../database/locks.js';
import { Notifications } from '../database/notifications.js';
import { NotFoundError } from '../errors/domain-error.js';
import { LimitReachedError } from '../errors/limit-errors.js';
import { pageOf } from '../http/paging.js';
import { InvalidRequestError } from '../http/validation/validation.js';
import { Organization } from '../organization/organization.entity.js';
import { SecretKey } from '../secret/secret-key.js';
import {
  type NewWebhook,
  type WebhookChange,
  type WebhookPage,
  type WebhookView,
  type WebhookWithSecret,
  type WebhookQuery,
} from './dto/webhook.js';
import { checkCertificates, checkedUrl } from './delivery/webhook-target.js';
import { Webhook } from './webhook.entity.js';
import { webhookSorting } from './webhook.queries.js';

/** Whose webhooks: an organization's, or those of the whole server. */
export type WebhookOwner = number | null;

/** Of an organization, and of the server. */
const maxWebhooks = 30;

/** Milliseconds in which a replaced secret still signs. */
const secretOverlapMillis = 86_400_000;

/** Webhooks, for administrators. */
@Injectable()
export class WebhookService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly secretKey: SecretKey,
    private readonly audit: AuditService,
    private readonly clock: Clock,
    private readonly notifications: Notifications,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** @throws NotFoundError */
  async list(owner: WebhookOwner, query: WebhookQuery): Promise<WebhookPage> {
    const { manager } = this.dataSource;
    await this.checkOwner(manager, owner);
    const found = manager
      .createQueryBuilder(Webhook, 'w')
      .where('w.organizationId IS NOT DISTINCT FROM :owner', { owner });
    if (query.search !== undefined) {
      found.andWhere('strpos(fold_case(w.host), fold_case(:search)) > 0', { search: query.search });
    }
    const page = await pageOf(found, query, webhookSorting, (each) => each);
    const content = await Promise.all(page.content.map((each) => this.viewOf(manager, each)));
    return Object.assign(page, { content });
  }

  /** @throws NotFoundError */
  async get(owner: WebhookOwner, id: number): Promise<WebhookView> {
    return this.viewOf(this.dataSource.manager, await this.stored(owner, id));
  }

  /**
   * Creates a webhook; this answer is the only time its secret is seen. Without a secret, it gets a random one.
   *
   * @throws NotFoundError
   * @throws InvalidRequestError
   * @throws LimitReachedError
   */
  async create(
    actor: Actor,
    owner: WebhookOwner,
    { url, events, format = 'standard', caCertificate, secret = newSecret() }: NewWebhook & { secret?: string },
  ): Promise<WebhookWithSecret> {
    const target = this.checkedUrl(owner, url);
    checkCertificates(caCertificate);
    return this.dataSource.transaction(async (manager) => {
      await this.checkOwner(manager, owner);
      await holdUntilCommit(manager, 'webhooks of', owner ?? 'the server');
      if ((await manager.countBy(Webhook, { organizationId: owner ?? IsNull() })) >= maxWebhooks) {
        throw new LimitReachedError('too-many-webhooks', maxWebhooks);
      }
      const now = this.clock.now();
      const webhook = manager.create(Webhook, {
        ...{ organizationId: owner, urlSealed: this.secretKey.seal(url), host: target.host, events, format },
        ...{ secretSealed: this.secretKey.seal(secret), previousSecretSealed: null, previousSecretUntil: null },
        ...{ caCertificate: caCertificate?.trim() || null, enabled: true, failures: 0, failingSince: null },
        ...{ retryAt: null, disabledAt: null, createdAt: now, updatedAt: now },
      });
      await manager.save(webhook);
      await this.record(manager, actor, webhook, { action: 'webhook.created' });
      return Object.assign(await this.viewOf(manager, webhook), { secret });
    });
  }

  /**
   * @throws NotFoundError
   * @throws InvalidRequestError
   * @throws StaleVersionError
   */
  async change(actor: Actor, owner: WebhookOwner, id: number, change: WebhookChange): Promise<WebhookView> {
    const target = change.url === undefined ? undefined : this.checkedUrl(owner, change.url);
    checkCertificates(change.caCertificate);
    return this.dataSource.transaction(async (manager) => {
      const webhook = await this.find(manager, owner, id, true);
      const { url, caCertificate, version, ...given } = change;
      await checkVersion(manager, versionedAs(webhook), version);
      const before = manager.create(Webhook, webhook);
      Object.assign(webhook, definedOf(given));
      if (target && url !== undefined && url !== this.secretKey.open(webhook.urlSealed)) {
        Object.assign(webhook, { urlSealed: this.secretKey.seal(url), host: target.host });
      }
      if (caCertificate !== undefined) webhook.caCertificate = caCertificate.trim() || null;
      // Someone has done something about it: it is tried again at once.
      Object.assign(webhook, { failures: 0, failingSince: null, retryAt: null, updatedAt: this.clock.now() });
      if (webhook.enabled) webhook.disabledAt = null;
      checkSecretAddress(before, webhook, url);
      await manager.save(webhook);
      const changed = changedFields(before, webhook);
      if (changed.length > 0)
        await this.record(manager, actor, webhook, { action: 'webhook.changed', more: { changed } });
      return this.viewOf(manager, webhook);
    });
  }

  /** @throws NotFoundError */
  async remove(actor: Actor, owner: WebhookOwner, id: number): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const webhook = await this.find(manager, owner, id, true);
      await manager.delete(Webhook, { id });
      await this.record(manager, actor, webhook, { action: 'webhook.deleted' });
    });
  }

  /**
   * Replaces the secret. The one before it signs too for a day, so that the receiver misses nothing.
   *
   * @throws NotFoundError
   */
  async rotateSecret(actor: Actor, owner: WebhookOwner, id: number, secret = newSecret()): Promise<WebhookWithSecret> {
    return this.dataSource.transaction(async (manager) => {
      const webhook = await this.find(manager, owner, id, true);
      webhook.previousSecretSealed = webhook.secretSealed;
      webhook.previousSecretUntil = new Date(this.clock.millis() + secretOverlapMillis);
      webhook.secretSealed = this.secretKey.seal(secret);
      webhook.updatedAt = this.clock.now();
      await manager.save(webhook);
      await this.record(manager, actor, webhook, { action: 'webhook.secret-rotated' });
      return Object.assign(await this.viewOf(manager, webhook), { secret });
    });
  }

  /** The oldest webhook of the owner with exactly this address. */
  async withUrl(owner: WebhookOwner, url: string): Promise<Webhook | undefined> {
    const where = { organizationId: owner ?? IsNull() };
    const all = await this.dataSource.manager.find(Webhook, { where, order: { id: 'ASC' } });
    return all.find(({ urlSealed }) => this.secretKey.open(urlSealed) === url);
  }

  /** @throws NotFoundError */
  stored(owner: WebhookOwner, id: number): Promise<Webhook> {
    return this.find(this.dataSource.manager, owner, id);
  }

  hasSecret({ secretSealed }: Webhook, secret: string): boolean {
    return this.secretKey.open(secretSealed) === secret;
  }

  /** @throws NotFoundError */
  async find(manager: EntityManager, owner: WebhookOwner, id: number, locked = false): Promise<Webhook> {
    const lock = locked ? { lock: { mode: 'pessimistic_write' } as const } : {};
    const webhook = await manager.findOne(Webhook, { where: { id, organizationId: owner ?? IsNull() }, ...lock });
    if (!webhook) throw new NotFoundError('The webhook');
    return webhook;
  }

  /** @throws InvalidRequestError */
  checkedUrl(owner: WebhookOwner, url: string): URL {
    return checkedUrl(url, owner === null ? undefined : this.settings.webhookAllowedNetworks);
  }

  async record(
    manager: EntityManager,
    actor: Actor,
    { id, organizationId, host, format, events, enabled }: Webhook,
    { action, more }: { action: string; more?: Record<string, unknown> },
  ): Promise<void> {
    this.notifications.tellAtCommit(manager, 'webhook_changed', '');
    await this.audit.record(manager, actor, {
      action,
      ...(organizationId !== null && { organizationId }),
      targetType: 'webhook',
      targetId: id,
      details: { host, format, events, enabled, ...more },
    });
  }

  /** @throws NotFoundError */
  private async checkOwner(manager: EntityManager, owner: WebhookOwner): Promise<void> {
    if (owner === null || (await manager.existsBy(Organization, { id: owner }))) return;
    throw new NotFoundError('The organization');
  }

  private async viewOf(manager: EntityManager, webhook: Webhook): Promise<WebhookView> {
    const { id, events, format, caCertificate, enabled, disabledAt, failingSince, createdAt, updatedAt } = webhook;
    const url = this.secretKey.open(webhook.urlSealed);
    const { previousSecretUntil: until } = webhook;
    return {
      ...{ id, events, format, caCertificate, enabled, disabledAt, failingSince, createdAt, updatedAt },
      url: format === 'standard' ? url : `${new URL(url).origin}/…`,
      previousSecretUntil: until !== null && until > this.clock.now() ? until : null,
      version: await versionOf(manager, versionedAs(webhook)),
    };
  }
}

function versionedAs({ id, organizationId }: Webhook): VersionedSettings {
  return { kind: 'webhook', organizationId, targetId: id };
}

function definedOf<T extends object>(fields: T): Partial<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>;
}

/** As the Standard Webhooks specification writes it. */
function newSecret(): string {
  return `whsec_${randomBytes(24).toString('base64')}`;
}

/**
 * An address that is hidden, because it is a secret, does not become visible by another format.
 *
 * @throws InvalidRequestError
 */
function checkSecretAddress(before: Webhook, after: Webhook, url: string | undefined): void {
  if (before.format === 'standard' || after.format !== 'standard' || url !== undefined) return;
  const message = 'url is missing: the stored one is a secret, so give one for the other format';
  throw new InvalidRequestError([{ field: 'url', message, rule: 'webhook-url-needed' }]);
}

/** The names of the fields that differ. Of the address, only that it changed is ever told. */
function changedFields(before: Webhook, after: Webhook): string[] {
  const fields = (['events', 'format', 'enabled', 'caCertificate'] as const).filter(
    (field) => !isDeepStrictEqual(before[field], after[field]),
  );
  return [...fields, ...(before.urlSealed.equals(after.urlSealed) ? [] : ['url'])];
}
