import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Audit events that were sealed together: the hash of each, and of the block before. */
@Entity('audit_block')
export class AuditBlock {
  @PrimaryColumn({ type: 'bigint' })
  number!: number;

  @Column({ name: 'sealed_at', type: 'timestamptz' })
  sealedAt!: Date;

  @Column({ type: 'bytea' })
  previous!: Buffer;

  @Column({ type: 'bytea' })
  hash!: Buffer;

  @Column({ type: 'bigint' })
  total!: number;

  @Column({ type: 'bigint' })
  checkpoint!: number;

  @Column({ type: 'boolean' })
  history!: boolean;

  /** Rows of audit_event. */
  @Column({ type: 'bigint', array: true })
  events!: number[];

  /** Leases that were granted. */
  @Column({ type: 'uuid', array: true })
  grants!: string[];

  /** Leases that ended. */
  @Column({ type: 'uuid', array: true })
  ends!: string[];

  /** 32 bytes for each event, grant and end. */
  @Column({ type: 'bytea' })
  leaves!: Buffer;
}
