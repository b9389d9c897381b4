import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** A person who wants the capacity of an organization by mail, each month. */
@Entity('capacity_mail')
@Index('capacity_mail_user', ['userId'])
export class CapacityMail {
  @ForeignKey('organization', { name: 'capacity_mail_organization_id_fkey', onDelete: 'CASCADE' })
  @PrimaryColumn({ name: 'organization_id', type: 'bigint' })
  organizationId!: number;

  @ForeignKey('user_account', { name: 'capacity_mail_user_id_fkey', onDelete: 'CASCADE' })
  @PrimaryColumn({ name: 'user_id', type: 'bigint' })
  userId!: number;

  /** When the last one was written, or when the person subscribed: the next one comes in the month after. */
  @Column({ name: 'mailed_at', type: 'timestamptz' })
  mailedAt!: Date;
}
