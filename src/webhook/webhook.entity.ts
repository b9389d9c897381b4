import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';
import { type WebhookEvent } from './webhook-events.js';

/** How a receiver wants its messages: as in the Standard Webhooks specification, or as a chat shows them. */
export const webhookFormats = ['standard', 'slack', 'teams'] as const;
export type WebhookFormat = (typeof webhookFormats)[number];

/** An address that is told of events: those of one organization, or of the whole server. */
@Entity('webhook')
@Check('webhook_format_check', `format IN ('standard', 'slack', 'teams')`)
@Index('webhook_by_organization', ['organizationId'])
export class Webhook {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  id!: number;

  /** Null: of the whole server. */
  @ForeignKey('organization', { name: 'webhook_organization_id_fkey', onDelete: 'CASCADE' })
  @Column({ name: 'organization_id', type: 'bigint', nullable: true })
  organizationId!: number | null;

  /** Encrypted: the addresses of Slack and Teams are secrets. */
  @Column({ name: 'url_sealed', type: 'bytea' })
  urlSealed!: Buffer;

  /** Of the address, for the audit log and mails. */
  @Column({ type: 'text' })
  host!: string;

  @Column({ type: 'text', array: true })
  events!: WebhookEvent[];

  @Column({ type: 'text' })
  format!: WebhookFormat;

  @Column({ type: 'boolean', default: true })
  enabled!: boolean;

  /** Encrypted: the secret that signs the messages. */
  @Column({ name: 'secret_sealed', type: 'bytea' })
  secretSealed!: Buffer;

  /** Encrypted: the one before it, which signs too until the receiver knows the new one. */
  @Column({ name: 'previous_secret_sealed', type: 'bytea', nullable: true })
  previousSecretSealed!: Buffer | null;

  @Column({ name: 'previous_secret_until', type: 'timestamptz', nullable: true })
  previousSecretUntil!: Date | null;

  /** Certificates of a private authority, in PEM. */
  @Column({ name: 'ca_certificate', type: 'text', nullable: true })
  caCertificate!: string | null;

  /** Attempts in a row that have failed, counting those at the same moment as one. */
  @Column({ type: 'integer', default: 0 })
  failures!: number;

  @Column({ name: 'failing_since', type: 'timestamptz', nullable: true })
  failingSince!: Date | null;

  /** Until then nothing is sent: the receiver has failed. */
  @Column({ name: 'retry_at', type: 'timestamptz', nullable: true })
  retryAt!: Date | null;

  /** When the server has disabled it; null: it has not. */
  @Column({ name: 'disabled_at', type: 'timestamptz', nullable: true })
  disabledAt!: Date | null;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column({ name: 'updated_at', type: 'timestamptz' })
  updatedAt!: Date;
}
