import { Check, Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import { type Language } from '../config/language.js';

/** An account. The table and its columns `email`, `password`, `password_encrypted` are documented to administrators. */
@Entity('user_account')
@Check('user_account_email_check', `CASE WHEN service THEN strpos(email, '@'::text) = 0 ELSE email = lower(email) END`)
@Check(
  'user_account_service_check',
  'NOT service OR (password IS NULL AND NOT root AND origin_organization_id IS NOT NULL)',
)
@Index('user_account_email', ['email'], { unique: true, where: 'NOT service' })
@Index('user_account_by_email', ['email'])
@Index('user_account_service', ['originOrganizationId'], { where: 'service' })
export class User {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  id!: number;

  /** Lower case. Of a service account: its name, in which there is no `@`. */
  @Column({ type: 'text' })
  email!: string;

  /** An argon2id hash, or the plain text while `passwordEncrypted` is false. Null: cannot sign in with a password. */
  @Column({ type: 'text', nullable: true })
  password!: string | null;

  /** False only after a plain password was set by SQL; the server then hashes it. */
  @Column({ name: 'password_encrypted', type: 'boolean', default: true })
  passwordEncrypted!: boolean;

  @Column({ name: 'first_name', type: 'text', default: '' })
  firstName!: string;

  @Column({ name: 'last_name', type: 'text', default: '' })
  lastName!: string;

  /** A service account: of an organization, for programs. It has no password and no mailbox. */
  @Column({ type: 'boolean', default: false })
  service!: boolean;

  /** The server's administrator. */
  @Column({ type: 'boolean', default: false })
  root!: boolean;

  @Column({ name: 'disabled_at', type: 'timestamptz', nullable: true })
  disabledAt!: Date | null;

  /** What was issued to the account under a lower number is no longer good. */
  @Column({ name: 'credentials_version', type: 'integer', default: 1 })
  credentialsVersion!: number;

  /** When the address was proved to be the person's. Null: an account made by a link that anybody may have had. */
  @Column({ name: 'verified_at', type: 'timestamptz', nullable: true })
  verifiedAt!: Date | null;

  /** The organization whose link made the account: as long as it is unverified, the only one it is good for. */
  @Column({ name: 'origin_organization_id', type: 'bigint', nullable: true })
  originOrganizationId!: number | null;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  /** The organization whose seat the user took last. */
  @Column({ name: 'last_organization_id', type: 'bigint', nullable: true })
  lastOrganizationId!: number | null;

  /** To five minutes. */
  @Column({ name: 'last_access_at', type: 'timestamptz', nullable: true })
  lastAccessAt!: Date | null;

  /** An invitation was accepted; the membership begins when the account signs in. */
  @Column({ name: 'joins_at_sign_in', type: 'boolean', default: false })
  joinsAtSignIn!: boolean;

  /** Until when the person has to set a second factor up, where a rule asks for one; null: there has been no sign-in under it. */
  @Column({ name: 'second_factor_due_at', type: 'timestamptz', nullable: true })
  secondFactorDueAt!: Date | null;

  /** In which mails to the person are; null: as the server is set (`MAIL_LANGUAGE`). */
  @Column({ type: 'text', nullable: true })
  language!: Language | null;

  /** Not a column: whether Katalon Studio needs a client password; only of accounts that were read to sign in. */
  needsClientPassword?: boolean;

  /** Not a column: the enabled directory that the account is linked with; only of accounts that were read to sign in. */
  directoryId?: number | null;

  @Column({ name: 'muted_mail', type: 'text', array: true, default: () => "'{}'" })
  mutedMail!: string[];
}
