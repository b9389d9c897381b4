import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';

/** A notice that a person has read and does not want to see again. */
@Entity('dismissed_notice')
export class DismissedNotice {
  @ForeignKey('user_account', { name: 'dismissed_notice_user_id_fkey', onDelete: 'CASCADE' })
  @PrimaryColumn({ name: 'user_id', type: 'bigint' })
  userId!: number;

  /** The id of the notice as it was: a change has another one. */
  @PrimaryColumn({ type: 'uuid' })
  notice!: string;

  @Column({ name: 'dismissed_at', type: 'timestamptz' })
  dismissedAt!: Date;
}
