import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';

/** How the connection is protected: not at all, after STARTTLS, or from the first byte (manual, "Mail"). */
export const protocols = ['SMTP', 'SMTP + STARTTLS', 'SMTPS'] as const;
export type Protocol = (typeof protocols)[number];

/** An SMTP server that an organization brings, or the default of all. */
@Entity('mail_server')
@Check('mail_server_port_check', 'port >= 1 AND port <= 65535')
@Check('mail_server_protocol_check', `protocol IN ('SMTP', 'SMTP + STARTTLS', 'SMTPS')`)
@Index('mail_server_owner', { synchronize: false })
export class MailServer {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  id!: number;

  /** Null: the default of the whole server. */
  @ForeignKey('organization', { name: 'mail_server_organization_id_fkey', onDelete: 'CASCADE' })
  @Column({ name: 'organization_id', type: 'bigint', nullable: true })
  organizationId!: number | null;

  @Column({ type: 'text' })
  host!: string;

  @Column({ type: 'integer' })
  port!: number;

  @Column({ type: 'text' })
  protocol!: Protocol;

  @Column({ type: 'text', nullable: true })
  username!: string | null;

  /** Encrypted with the secret key. */
  @Column({ name: 'password_sealed', type: 'bytea', nullable: true })
  passwordSealed!: Buffer | null;

  /** Where access tokens are got that take the place of the password (XOAUTH2); null: the password is used. */
  @Column({ name: 'token_url', type: 'text', nullable: true })
  tokenUrl!: string | null;

  @Column({ name: 'client_id', type: 'text', nullable: true })
  clientId!: string | null;

  /** Encrypted with the secret key. */
  @Column({ name: 'client_secret_sealed', type: 'bytea', nullable: true })
  clientSecretSealed!: Buffer | null;

  @Column({ type: 'text', nullable: true })
  scope!: string | null;

  /** An address, or a name and an address in angle brackets. */
  @Column({ type: 'text' })
  sender!: string;

  /** PEM, for servers whose certificate no public authority has signed. */
  @Column({ name: 'certificate_authority', type: 'text', nullable: true })
  certificateAuthority!: string | null;

  @Column({ name: 'accept_any_certificate', type: 'boolean', default: false })
  acceptAnyCertificate!: boolean;

  @Column({ name: 'updated_at', type: 'timestamptz' })
  updatedAt!: Date;
}
