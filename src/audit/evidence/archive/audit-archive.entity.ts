import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A month of the audit log that is in a signed file. */
@Entity('audit_archive')
export class AuditArchive {
  @PrimaryColumn({ name: 'last_block', type: 'bigint' })
  lastBlock!: number;

  @Column({ name: 'first_block', type: 'bigint' })
  firstBlock!: number;

  /** Such as `2026-11`. */
  @Column({ type: 'text' })
  month!: string;

  /** Its path on the server that has written it. */
  @Column({ type: 'text' })
  file!: string;

  /** Of its lines before the signature. */
  @Column({ type: 'text' })
  sha256!: string;

  @Column({ name: 'archived_at', type: 'timestamptz' })
  archivedAt!: Date;
}
