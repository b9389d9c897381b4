import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';

export const mailStates = ['waiting', 'sent', 'failed'] as const;
export type MailState = (typeof mailStates)[number];

/** A mail from the moment it is decided until long after it was sent. */
@Entity('outbox_mail')
@Unique('outbox_mail_message_id_key', ['messageId'])
@Check('outbox_mail_state_check', `state IN ('waiting', 'sent', 'failed')`)
@Index('outbox_mail_created', { synchronize: false })
@Index('outbox_mail_due', ['nextAttemptAt'], { where: "state = 'waiting'::text" })
@Index('outbox_mail_organization', ['organizationId', 'id'])
@Index('outbox_mail_unsent', ['state', 'createdAt'], { where: "state <> 'sent'::text" })
export class OutboxMail {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  id!: number;

  @ForeignKey('organization', { name: 'outbox_mail_organization_id_fkey', onDelete: 'CASCADE' })
  @Column({ name: 'organization_id', type: 'bigint', nullable: true })
  organizationId!: number | null;

  /** Sent by the server's own mail server only: what is in it is no business of an organization's. */
  @Column({ name: 'server_wide', type: 'boolean', default: false })
  serverWide!: boolean;

  @Column({ type: 'text' })
  kind!: string;

  @Column({ type: 'text' })
  recipient!: string;

  @Column({ type: 'text' })
  subject!: string;

  /** Text and HTML, encrypted; null once sent. */
  @Column({ name: 'content_sealed', type: 'bytea', nullable: true })
  contentSealed!: Buffer | null;

  @Column({ name: 'message_id', type: 'text' })
  messageId!: string;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column({ type: 'text', default: 'waiting' })
  state!: MailState;

  @Column({ type: 'integer', default: 0 })
  attempts!: number;

  @Column({ name: 'next_attempt_at', type: 'timestamptz' })
  nextAttemptAt!: Date;

  @Column({ name: 'claimed_until', type: 'timestamptz', nullable: true })
  claimedUntil!: Date | null;

  @Column({ name: 'last_error', type: 'text', nullable: true })
  lastError!: string | null;

  @Column({ name: 'sent_at', type: 'timestamptz', nullable: true })
  sentAt!: Date | null;
}
