import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type Logger } from 'pino';
import { DataSource, type EntityManager } from 'typeorm';
import { Clock } from '../../clock/clock.js';
import { PeriodicTask } from '../../concurrency/periodic-task.js';
import { SETTINGS } from '../../config/config.module.js';
import { type Settings } from '../../config/settings.js';
import { Notifications } from '../../database/notifications.js';
import { LOG } from '../../log/log.module.js';
import { DisabledNotice } from './disabled-notice.js';
import { retryWait } from './retry-schedule.js';
import { bodyOf } from '../webhook-body.js';
import { WebhookDelivery } from './webhook-delivery.entity.js';
import { payloadOf } from '../webhook-payload.js';
import { type Attempt, WebhookSender } from './webhook-sender.js';
import { Webhook } from '../webhook.entity.js';
import { claimDeliveries, dueWebhooks, type NamedDelivery } from '../webhook.queries.js';

/** Deliveries to one webhook that one server has in its hands at once. */
const batch = 8;

/** Webhooks that one server sends to at once: each may wait for a receiver that does not answer. */
const maxLanes = 50;

/** Milliseconds after which the server that claimed a delivery and has not reported counts as dead; longer than any attempt. */
const claimMillis = 60_000;

/** Milliseconds between looks for deliveries whose time has come. */
const tickMillis = 1_000;

/**
 * Sends what waits for webhooks, on every server; each claims its deliveries first. A delivery is lost in no crash. It is sent again
 * when its server dies between the receiver's answer and the note of it: then it has the same `webhook-id`.
 *
 * A receiver that fails delays its own deliveries only. While it fails, one delivery is tried at a time, ever less often.
 */
@Injectable()
export class WebhookOutbox implements OnModuleInit, OnModuleDestroy {
  private readonly looking = new PeriodicTask(
    () => this.look(),
    tickMillis,
    (error) => this.log.warn({ err: error }, 'The deliveries to webhooks cannot be read; next try in a second'),
  );
  private readonly stopping = new AbortController();
  private readonly lanes = new Map<number, Promise<void>>();

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly clock: Clock,
    private readonly sender: WebhookSender,
    private readonly notice: DisabledNotice,
    notifications: Notifications,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(LOG) private readonly log: Logger,
  ) {
    notifications.on('webhook_due', () => {
      if (!this.stopping.signal.aborted) void this.looking.run();
    });
  }

  onModuleInit(): void {
    this.looking.startBy(this.clock);
  }

  /** Finishes the deliveries in hand. */
  async onModuleDestroy(): Promise<void> {
    this.stopping.abort();
    await this.looking.stop();
    await Promise.all(this.lanes.values());
  }

  private async look(): Promise<void> {
    for (const id of await dueWebhooks(this.dataSource, this.clock.now())) {
      if (this.lanes.has(id) || this.lanes.size >= maxLanes) continue;
      this.lanes.set(
        id,
        this.drain(id).finally(() => this.lanes.delete(id)),
      );
    }
  }

  private async drain(id: number): Promise<void> {
    try {
      while (!this.stopping.signal.aborted) {
        const webhook = await this.dataSource.manager.findOneBy(Webhook, { id, enabled: true });
        const now = this.clock.now();
        if (!webhook || (webhook.retryAt !== null && webhook.retryAt > now)) return;
        const claim = { webhookId: id, now, until: new Date(now.getTime() + claimMillis) };
        const limit = webhook.failures > 0 ? 1 : batch;
        const deliveries = await claimDeliveries(this.dataSource, { ...claim, limit });
        if (deliveries.length === 0) return;
        await Promise.all(deliveries.map((delivery) => this.deliver(webhook, delivery)));
      }
    } catch (error) {
      this.log.warn({ err: error, webhook: id }, 'Deliveries to a webhook could not be sent; next try in a second');
    }
  }

  private async deliver(webhook: Webhook, delivery: NamedDelivery): Promise<void> {
    const style = { format: webhook.format, language: this.settings.mailLanguage };
    const message = { id: delivery.messageId, body: bodyOf(payloadOf(delivery), style) };
    const attempt = await this.sender.send({ webhook }, message, this.stopping.signal);
    await this.dataSource.transaction((manager) =>
      attempt.error === null
        ? this.delivered(manager, webhook, { delivery, attempt })
        : this.failed(manager, webhook, { delivery, attempt }),
    );
  }

  private async delivered(manager: EntityManager, { id, failures }: Webhook, outcome: Outcome): Promise<void> {
    // The webhook before its deliveries, as everywhere: one that is being deleted takes them along.
    if (failures > 0) await manager.update(Webhook, { id }, { failures: 0, failingSince: null, retryAt: null });
    await note(manager, outcome, { state: 'delivered' });
  }

  private async failed(manager: EntityManager, { id }: Webhook, outcome: Outcome): Promise<void> {
    const now = this.clock.now();
    const { delivery, attempt } = outcome;
    const wait = retryWait(delivery.attempts);
    const next = { nextAttemptAt: new Date(now.getTime() + (wait ?? 0)) };
    const lock = { mode: 'for_no_key_update' } as const;
    const webhook = await manager.findOne(Webhook, { where: { id, enabled: true }, lock });
    await note(manager, outcome, { state: wait === undefined ? 'failed' : 'waiting', ...next });
    // Those that were on their way when the first one failed say nothing new.
    if (!webhook || (webhook.retryAt !== null && webhook.retryAt > attempt.attemptedAt)) return;
    const failures = webhook.failures + 1;
    const webhookWait = retryWait(failures);
    // While a receiver is away each of many deliveries fails: the log has the first time and the last.
    const level = failures === 1 || webhookWait === undefined ? 'warn' : 'debug';
    this.log[level]({ webhook: id, failures }, `A delivery to a webhook failed: ${attempt.error ?? ''}`);
    const failing = { failures, failingSince: webhook.failingSince ?? attempt.attemptedAt };
    if (webhookWait === undefined) {
      await manager.update(Webhook, { id }, { ...failing, retryAt: null, enabled: false, disabledAt: now });
      await this.notice.write(manager, webhook, attempt.error ?? '');
    } else {
      await manager.update(Webhook, { id }, { ...failing, retryAt: new Date(now.getTime() + webhookWait) });
    }
  }
}

interface Outcome {
  delivery: NamedDelivery;
  attempt: Attempt;
}

async function note(
  manager: EntityManager,
  { delivery: { id }, attempt }: Outcome,
  more: Pick<WebhookDelivery, 'state'> & Partial<Pick<WebhookDelivery, 'nextAttemptAt'>>,
): Promise<void> {
  await manager.update(WebhookDelivery, { id }, { ...attempt, ...more, claimedUntil: null });
}
