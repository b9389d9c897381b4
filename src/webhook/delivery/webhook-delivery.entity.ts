import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';
import { type WebhookEvent } from '../webhook-events.js';

export const deliveryStates = ['waiting', 'delivered', 'failed'] as const;
export type DeliveryState = (typeof deliveryStates)[number];

/** One event for one webhook, from the change that it tells of until some days after it was delivered. */
@Entity('webhook_delivery')
@Unique('webhook_delivery_message_id_key', ['messageId'])
@Check('webhook_delivery_state_check', `state IN ('waiting', 'delivered', 'failed')`)
@Index('webhook_delivery_due', ['webhookId', 'attempts', 'id'], { where: "state = 'waiting'::text" })
@Index('webhook_delivery_by_webhook', ['webhookId', 'id'])
@Index('webhook_delivery_occurred', ['occurredAt'])
export class WebhookDelivery {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  id!: number;

  @ForeignKey('webhook', { name: 'webhook_delivery_webhook_id_fkey', onDelete: 'CASCADE' })
  @Column({ name: 'webhook_id', type: 'bigint' })
  webhookId!: number;

  /** The same in every attempt, so that a receiver can tell a repetition. */
  @Column({ name: 'message_id', type: 'text' })
  messageId!: string;

  @Column({ type: 'text' })
  event!: WebhookEvent;

  /** Names and addresses are looked up when it is sent: they are not stored twice, and go with the account. */
  @Column({ name: 'organization_id', type: 'bigint', nullable: true })
  organizationId!: number | null;

  @Column({ name: 'user_id', type: 'bigint', nullable: true })
  userId!: number | null;

  @Column({ type: 'jsonb' })
  data!: Record<string, unknown>;

  @Column({ name: 'occurred_at', type: 'timestamptz' })
  occurredAt!: Date;

  @Column({ type: 'text', default: 'waiting' })
  state!: DeliveryState;

  @Column({ type: 'integer', default: 0 })
  attempts!: number;

  @Column({ name: 'next_attempt_at', type: 'timestamptz' })
  nextAttemptAt!: Date;

  @Column({ name: 'claimed_until', type: 'timestamptz', nullable: true })
  claimedUntil!: Date | null;

  /** What follows is of the last attempt. */
  @Column({ name: 'attempted_at', type: 'timestamptz', nullable: true })
  attemptedAt!: Date | null;

  @Column({ name: 'duration_millis', type: 'integer', nullable: true })
  durationMillis!: number | null;

  /** Of the HTTP answer; null: there was no answer. */
  @Column({ type: 'integer', nullable: true })
  status!: number | null;

  /** The beginning of the answer. */
  @Column({ type: 'text', nullable: true })
  response!: string | null;

  /** Why it was not delivered. */
  @Column({ type: 'text', nullable: true })
  error!: string | null;
}
