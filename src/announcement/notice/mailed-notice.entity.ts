import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A mail that was sent about a notice: there is no second one. */
@Entity('mailed_notice')
export class MailedNotice {
  @PrimaryColumn({ type: 'uuid' })
  notice!: string;

  @Column({ name: 'mailed_at', type: 'timestamptz' })
  mailedAt!: Date;
}
