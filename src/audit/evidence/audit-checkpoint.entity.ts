import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A signed statement of where the chain stood. */
@Entity('audit_checkpoint')
export class AuditCheckpoint {
  @PrimaryColumn({ type: 'bigint' })
  number!: number;

  @Column({ type: 'timestamptz' })
  at!: Date;

  @Column({ type: 'bigint' })
  block!: number;

  /** Of that block, in hex. */
  @Column({ type: 'text' })
  hash!: string;

  /** Events up to that block. */
  @Column({ type: 'bigint' })
  count!: number;

  @Column({ name: 'removed_block', type: 'bigint' })
  removedBlock!: number;

  @Column({ type: 'text' })
  anchor!: string;

  @Column({ name: 'removed_sessions_block', type: 'bigint' })
  removedSessionsBlock!: number;

  @Column({ type: 'text' })
  kid!: string;

  /** Compact JWS with all that. */
  @Column({ type: 'text' })
  signature!: string;
}
