import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';

/** A name in the audit log and the pseudonym that is sealed in its place, so that a person can be erased and the chain still verifies. */
@Entity('audit_name')
@Unique('audit_name_pseudonym_key', ['pseudonym'])
export class AuditName {
  @PrimaryColumn({ type: 'text' })
  name!: string;

  @Column({ type: 'bytea' })
  salt!: Buffer;

  @Column({ type: 'text' })
  pseudonym!: string;

  /** No block after this one has it, give or take a thousand blocks; null: not known. */
  @Column({ name: 'last_block', type: 'bigint', nullable: true })
  lastBlock!: number | null;
}
