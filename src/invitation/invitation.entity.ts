import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import { type Model, type Product } from '../license/product.js';
import { type AssignableRole } from '../organization/role.js';

/** Somebody was asked into an organization. The link's token is not here: it is computed with the secret key. */
@Entity('invitation')
export class Invitation {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  id!: number;

  @Column({ name: 'organization_id', type: 'bigint' })
  organizationId!: number;

  @Column({ type: 'text' })
  email!: string;

  @Column({ type: 'text' })
  role!: AssignableRole;

  /** Per-user seats to assign when the membership begins. */
  @Column({ type: 'jsonb' })
  assign!: { product: Product; model: Model }[];

  @Column({ type: 'bytea' })
  nonce!: Buffer;

  @Column({ name: 'token_hash', type: 'bytea' })
  tokenHash!: Buffer;

  /** Of the link that the server's own mail server has carried, which proves the address. Null: none was mailed so. */
  @Column({ name: 'mailed_token_hash', type: 'bytea', nullable: true })
  mailedTokenHash!: Buffer | null;

  @Column({ name: 'invited_by', type: 'bigint', nullable: true })
  invitedBy!: number | null;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column({ name: 'sent_at', type: 'timestamptz' })
  sentAt!: Date;

  @Column({ name: 'expires_at', type: 'timestamptz' })
  expiresAt!: Date;

  /** When somebody first opened the link. */
  @Column({ name: 'opened_at', type: 'timestamptz', nullable: true })
  openedAt!: Date | null;

  @Column({ name: 'accepted_at', type: 'timestamptz', nullable: true })
  acceptedAt!: Date | null;

  /** The account that accepted. */
  @Column({ name: 'user_id', type: 'bigint', nullable: true })
  userId!: number | null;

  /** When the membership began. */
  @Column({ name: 'joined_at', type: 'timestamptz', nullable: true })
  joinedAt!: Date | null;

  @Column({ name: 'revoked_at', type: 'timestamptz', nullable: true })
  revokedAt!: Date | null;
}
