import { Column, Entity, ForeignKey, PrimaryGeneratedColumn, Unique } from 'typeorm';

/** An installed license file. What it grants is read from the signed token each time, never from other columns. */
@Entity('license_file')
@Unique('license_file_jti_key', ['jti'])
export class InstalledLicense {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  id!: number;

  /** The vendor's id of the license. */
  @Column({ type: 'text' })
  jti!: string;

  /** The compact JWS. */
  @Column({ type: 'text' })
  token!: string;

  /** An evaluation license, signed by this server. */
  @Column({ name: 'self_issued', type: 'boolean' })
  selfIssued!: boolean;

  @Column({ name: 'uploaded_at', type: 'timestamptz' })
  uploadedAt!: Date;

  @ForeignKey('user_account', { name: 'license_file_uploaded_by_fkey', onDelete: 'SET NULL' })
  @Column({ name: 'uploaded_by', type: 'bigint', nullable: true })
  uploadedBy!: number | null;
}
