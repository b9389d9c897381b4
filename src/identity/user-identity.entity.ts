import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** A person of a provider, and their account here. */
@Entity('user_identity')
@Index('user_identity_once', ['userId', 'providerId'], { unique: true })
export class UserIdentity {
  @ForeignKey('identity_provider', { name: 'user_identity_provider_id_fkey', onDelete: 'CASCADE' })
  @PrimaryColumn({ name: 'provider_id', type: 'bigint' })
  providerId!: number;

  /** What the provider calls the person for good: `objectGUID`, `entryUUID`, `sub`. */
  @PrimaryColumn({ type: 'text' })
  subject!: string;

  @ForeignKey('user_account', { name: 'user_identity_user_id_fkey', onDelete: 'CASCADE' })
  @Column({ name: 'user_id', type: 'bigint' })
  userId!: number;

  /** The address that the provider has given last. */
  @Column({ type: 'text' })
  email!: string;

  /** A group has made the account an administrator. */
  @Column({ name: 'gives_root', type: 'boolean', default: false })
  givesRoot!: boolean;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  /** To an hour. */
  @Column({ name: 'last_seen_at', type: 'timestamptz' })
  lastSeenAt!: Date;

  /** Since when the directory does not let the person in any more; null: it does. */
  @Column({ name: 'ended_at', type: 'timestamptz', nullable: true })
  endedAt!: Date | null;
}

const provisional = 'provided ';

/** Stands for what the provider calls a person for good, until they sign in with it for the first time. */
export function provisionalSubject(userId: number): string {
  return `${provisional}${userId}`;
}

export function isProvisional(subject: string): boolean {
  return subject.startsWith(provisional);
}
