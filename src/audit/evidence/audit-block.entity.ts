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

  /** 32 bytes that the salts of all events come from; once something is erased, 16 bytes for each event that has its salt still. */
  @Column({ type: 'bytea', nullable: true })
  salts!: Buffer | null;

  /** 32 bytes for each event, of what is left of it; zeros where nothing was erased. */
  @Column({ type: 'bytea', nullable: true })
  redacted!: Buffer | null;

  /** Compact JWS that vouches for `redacted`. */
  @Column({ type: 'text', nullable: true })
  redaction!: string | null;
}
