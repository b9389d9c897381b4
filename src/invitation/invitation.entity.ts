import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';
import { type Model, type Product } from '../license/file/product.js';
import { type AssignableRole } from '../access/role.js';

/** An invitation to an organization. The link's token is not here: it is computed with the secret key. */
@Entity('invitation')
@Check('invitation_check', '(accepted_at IS NULL) = (user_id IS NULL)')
@Check('invitation_check1', '(joined_at IS NULL) OR (accepted_at IS NOT NULL)')
@Check('invitation_email_check', 'email = lower(email)')
@Check('invitation_role_check', `role IN ('ADMIN', 'BILLING_MANAGER', 'USER')`)
@Unique('invitation_token_hash_key', ['tokenHash'])
@Index('invitation_mailed_token', ['mailedTokenHash'], { unique: true })
@Index('invitation_open', ['organizationId', 'email'], {
  unique: true,
  where: '(joined_at IS NULL) AND (revoked_at IS NULL)',
})
@Index('invitation_to_join', ['userId'], { where: '(joined_at IS NULL) AND (revoked_at IS NULL)' })
export class Invitation {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  id!: number;

  @ForeignKey('organization', { name: 'invitation_organization_id_fkey', onDelete: 'CASCADE' })
  @Column({ name: 'organization_id', type: 'bigint' })
  organizationId!: number;

  @Column({ type: 'text' })
  email!: string;

  @Column({ type: 'text' })
  role!: AssignableRole;

  /** Per-user seats to assign when the membership begins. */
  @Column({ type: 'jsonb', default: () => "'[]'" })
  assign!: { product: Product; model: Model }[];

  /** A team that the person joins with it. Without a foreign key: a team that is gone meanwhile is passed over. */
  @Column({ name: 'team_id', type: 'bigint', nullable: true })
  teamId!: number | null;

  @Column({ type: 'bytea' })
  nonce!: Buffer;

  @Column({ name: 'token_hash', type: 'bytea' })
  tokenHash!: Buffer;

  /** Of the link that the server's own mail server has carried, which proves the address. Null: none was mailed so. */
  @Column({ name: 'mailed_token_hash', type: 'bytea', nullable: true })
  mailedTokenHash!: Buffer | null;

  @ForeignKey('user_account', { name: 'invitation_invited_by_fkey', onDelete: 'SET NULL' })
  @Column({ name: 'invited_by', type: 'bigint', nullable: true })
  invitedBy!: number | null;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column({ name: 'sent_at', type: 'timestamptz' })
  sentAt!: Date;

  @Column({ name: 'expires_at', type: 'timestamptz' })
  expiresAt!: Date;

  /** When the link was first opened. */
  @Column({ name: 'opened_at', type: 'timestamptz', nullable: true })
  openedAt!: Date | null;

  @Column({ name: 'accepted_at', type: 'timestamptz', nullable: true })
  acceptedAt!: Date | null;

  /** The account that accepted. */
  @ForeignKey('user_account', { name: 'invitation_user_id_fkey', onDelete: 'CASCADE' })
  @Column({ name: 'user_id', type: 'bigint', nullable: true })
  userId!: number | null;

  /** When the membership began. */
  @Column({ name: 'joined_at', type: 'timestamptz', nullable: true })
  joinedAt!: Date | null;

  @Column({ name: 'revoked_at', type: 'timestamptz', nullable: true })
  revokedAt!: Date | null;
}
