import { Check, Column, Entity, PrimaryColumn } from 'typeorm';

/** Where the chain of the audit log ends, in one row. */
@Entity('audit_chain')
@Check('audit_chain_singleton_check', 'singleton')
export class AuditChain {
  @PrimaryColumn({ type: 'boolean', default: true })
  singleton!: boolean;

  @Column({ type: 'text', nullable: true })
  cluster!: string | null;

  @Column({ type: 'bigint', default: 0 })
  block!: number;

  @Column({ type: 'bytea', default: () => "'\\x'" })
  hash!: Buffer;

  @Column({ type: 'bigint', default: 0 })
  total!: number;

  @Column({ type: 'bigint', default: 0 })
  checkpoint!: number;

  @Column({ type: 'text', nullable: true })
  signature!: string | null;

  /** Events up to this block have lost their personal data, because they are old. */
  @Column({ name: 'forgotten_block', type: 'bigint', default: 0 })
  forgottenBlock!: number;
}
