import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { type Caller } from '../../access/caller.js';
import { Clock } from '../../clock/clock.js';
import { SETTINGS } from '../../config/config.module.js';
import { type Settings } from '../../config/settings.js';
import { Notifications } from '../../database/notifications.js';
import { RateLimit } from '../../database/rate-limit.js';
import { NotFoundError } from '../../errors/domain-error.js';
import { RateLimitedError } from '../../errors/limit-errors.js';
import { cursorPageOfRows } from '../../http/cursor.js';
import { Organization } from '../../organization/organization.entity.js';
import { SecretKey } from '../../secret/secret-key.js';
import {
  type DeliveryPage,
  type DeliveryQuery,
  type DeliveryView,
  type WebhookTestRequest,
  type WebhookTestResult,
} from '../dto/webhook.js';
import { bodyOf, type BodyStyle } from '../webhook-body.js';
import { WebhookDelivery } from './webhook-delivery.entity.js';
import { payloadOf } from '../webhook-payload.js';
import { WebhookSender } from './webhook-sender.js';
import { checkCertificates } from './webhook-target.js';
import { WebhookDisabledError } from '../webhook.errors.js';
import { deliveriesOf, type DeliveryRow, deliverySorting } from '../webhook.queries.js';
import { type WebhookOwner, WebhookService } from '../webhook.service.js';

/** Tests in a minute, for each owner: enough to get it right, too few to look around in the network. */
const testsPerMinute = 6;

/** What was sent to webhooks, and tests of them. */
@Injectable()
export class WebhookDeliveryService {
  private readonly tests: RateLimit;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly webhooks: WebhookService,
    private readonly sender: WebhookSender,
    private readonly secretKey: SecretKey,
    private readonly notifications: Notifications,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {
    this.tests = new RateLimit(dataSource, 'webhook-test', testsPerMinute, 60);
  }

  /** @throws NotFoundError */
  async list(owner: WebhookOwner, webhookId: number, query: DeliveryQuery): Promise<DeliveryPage> {
    const { manager } = this.dataSource;
    const { format } = await this.webhooks.find(manager, owner, webhookId);
    const rows = deliveriesOf(webhookId, query);
    const { content, ...page } = await cursorPageOfRows<DeliveryRow>(manager, rows, query, deliverySorting);
    return { ...page, content: content.map((row) => viewOf(row, this.styleOf(format))) };
  }

  /**
   * Has an event sent again at once, whether it was delivered or not.
   *
   * @param webhookId undefined: whichever of the owner's webhooks it was for
   * @throws NotFoundError
   * @throws WebhookDisabledError
   */
  async redeliver(caller: Caller, owner: WebhookOwner, id: number, webhookId?: number): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const delivery = await manager.findOneBy(WebhookDelivery, { id, ...(webhookId !== undefined && { webhookId }) });
      if (!delivery) throw new NotFoundError('The delivery');
      const webhook = await this.webhooks.find(manager, owner, delivery.webhookId, true);
      if (!webhook.enabled) throw new WebhookDisabledError();
      const again = { state: 'waiting', attempts: 0, nextAttemptAt: this.clock.now(), claimedUntil: null } as const;
      await manager.update(WebhookDelivery, { id }, again);
      webhook.retryAt = null;
      await manager.save(webhook);
      await this.webhooks.record(manager, caller, webhook, { action: 'webhook.redelivered', more: { delivery: id } });
      this.notifications.tellAtCommit(manager, 'webhook_due', '');
    });
  }

  /**
   * Sends a test message at once, past the outbox, and tells what the receiver answered.
   *
   * @param request what differs from the webhook as it is stored
   * @throws NotFoundError
   * @throws InvalidRequestError
   * @throws RateLimitedError
   */
  async test(
    caller: Caller,
    owner: WebhookOwner,
    webhookId: number,
    request: WebhookTestRequest,
  ): Promise<WebhookTestResult> {
    const { manager } = this.dataSource;
    const webhook = await this.webhooks.find(manager, owner, webhookId);
    const url = this.webhooks.checkedUrl(owner, request.url ?? this.secretKey.open(webhook.urlSealed));
    checkCertificates(request.caCertificate);
    const wait = await this.tests.take(String(owner ?? 'server'));
    if (wait > 0) {
      const limit = `Webhooks can be tested at most ${testsPerMinute} times a minute.`;
      throw new RateLimitedError('too-many-webhook-tests', limit, wait);
    }
    const organization = owner === null ? null : await manager.findOneBy(Organization, { id: owner });
    const data = organization ? { organization: { id: organization.id, name: organization.name } } : {};
    const payload = { type: 'webhook.test', timestamp: this.clock.now().toISOString(), data } as const;
    const body = bodyOf(payload, this.styleOf(request.format ?? webhook.format));
    const caCertificate = request.caCertificate?.trim() ?? webhook.caCertificate;
    const message = { id: `msg_${randomUUID().replaceAll('-', '')}`, body };
    const attempt = await this.sender.send({ webhook, url, caCertificate }, message, new AbortController().signal);
    const { status, durationMillis, response, error } = attempt;
    const more = { host: url.host, delivered: error === null, status };
    await this.webhooks.record(manager, caller, webhook, { action: 'webhook.tested', more });
    return { delivered: error === null, status, durationMillis, request: body, response, error };
  }

  private styleOf(format: BodyStyle['format']): BodyStyle {
    return { format, language: this.settings.mailLanguage };
  }
}

function viewOf(row: DeliveryRow, style: BodyStyle): DeliveryView {
  const { id, messageId, event, occurredAt, state, attempts, attemptedAt, nextAttemptAt } = row;
  const { durationMillis, status, response, error } = row;
  return {
    ...{ id, messageId, event, occurredAt, state, attempts, attemptedAt, durationMillis, status, response, error },
    nextAttemptAt: state === 'waiting' ? nextAttemptAt : null,
    request: bodyOf(payloadOf(row), style),
  };
}
