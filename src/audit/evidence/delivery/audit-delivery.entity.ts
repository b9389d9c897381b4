import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What has left the server already, by its destination. */
@Entity('audit_delivery')
export class AuditDelivery {
  /** Such as `syslog tls://logs.example.com:6514`. */
  @PrimaryColumn({ type: 'text' })
  destination!: string;

  /** Blocks up to this one. */
  @Column({ type: 'bigint' })
  block!: number;

  /** Checkpoints up to this one. */
  @Column({ type: 'bigint' })
  checkpoint!: number;

  @Column({ name: 'delivered_at', type: 'timestamptz' })
  deliveredAt!: Date;
}
