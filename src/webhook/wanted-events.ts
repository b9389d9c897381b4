import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type Logger } from 'pino';
import { DataSource } from 'typeorm';
import { type Change } from '../audit/audited-change.js';
import { AuditService, type ChangeFollower } from '../audit/audit.service.js';
import { Clock } from '../clock/clock.js';
import { Notifications } from '../database/notifications.js';
import { type Statement } from '../database/pool/preparing-client.js';
import { LOG } from '../log/log.module.js';
import { insertDeliveries, wantedEvents } from './webhook.queries.js';
import { eventOf, occurrenceOf, type Occurrence, type WebhookEvent } from './webhook-events.js';

/** The events that some webhook wants: of one organization, as `7 lease.granted`, or of the server, as ` lease.granted`. */
type Wanted = ReadonlySet<string>;

/**
 * Writes events for webhooks in the transaction of the change. It knows in memory what is wanted at all, so changes cost nothing where
 * no webhook is told of them; the statement itself decides which webhooks get the event.
 */
@Injectable()
export class WantedEvents implements ChangeFollower {
  /** Undefined: not known, so that anything may be wanted. */
  private wanted: Wanted | undefined;
  private loading = 0;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    audit: AuditService,
    private readonly notifications: Notifications,
    private readonly clock: Clock,
    @Inject(LOG) private readonly log: Logger,
  ) {
    notifications.on('webhook_changed', () => void this.load());
    notifications.onResume(() => void this.load());
    audit.addFollower(this);
  }

  follows(action: string): boolean {
    const event = eventOf(action);
    const wanted = this.known();
    if (!event || !wanted) return event !== undefined;
    return [...wanted].some((each) => each.endsWith(` ${event}`));
  }

  statementsFor(changes: readonly Change[]): Statement[] {
    const occurrences = changes.flatMap((change) => {
      const event = eventOf(change.action);
      if (!event || !this.isWanted(event, change.organizationId)) return [];
      return occurrenceOf(change) ?? [];
    });
    return occurrences.length > 0 ? [this.insertion(occurrences)] : [];
  }

  private isWanted(event: WebhookEvent, organizationId: number | undefined): boolean {
    const wanted = this.known();
    if (!wanted || wanted.has(` ${event}`)) return true;
    return organizationId === undefined ? this.follows(event) : wanted.has(`${organizationId} ${event}`);
  }

  private known(): Wanted | undefined {
    return this.notifications.isListening ? this.wanted : undefined;
  }

  private insertion(occurrences: readonly Occurrence[]): Statement {
    const { text, values } = insertDeliveries(occurrences, this.clock.now());
    return [text, values];
  }

  private async load(): Promise<void> {
    this.wanted = undefined;
    const load = ++this.loading;
    try {
      const rows = await wantedEvents(this.dataSource);
      // Something has changed again meanwhile: what was read may be from before.
      if (load !== this.loading) return;
      this.wanted = new Set(rows.map(({ organizationId, event }) => `${organizationId ?? ''} ${event}`));
    } catch (error) {
      this.log.warn({ err: error }, 'The webhooks could not be read: every change is offered to them');
    }
  }
}
