import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** A session of the console that began with a sign-in at a provider of single sign-on. */
@Entity('openid_session')
@Index('openid_session_by_subject', ['providerId', 'subject'])
@Index('openid_session_by_sid', ['providerId', 'sid'])
export class ProviderSession {
  @ForeignKey('session', { name: 'openid_session_session_id_fkey', onDelete: 'CASCADE' })
  @PrimaryColumn({ name: 'session_id', type: 'uuid' })
  sessionId!: string;

  @ForeignKey('identity_provider', { name: 'openid_session_provider_id_fkey', onDelete: 'CASCADE' })
  @Column({ name: 'provider_id', type: 'bigint' })
  providerId!: number;

  /** What the provider calls the person. */
  @Column({ type: 'text' })
  subject!: string;

  /** What the provider calls its own session; null: it does not say. */
  @Column({ type: 'text', nullable: true })
  sid!: string | null;

  /**
   * Shown to the provider at sign-out: the ID token of OpenID, the name of the person in SAML. Encrypted with the secret key; null:
   * too large to keep.
   */
  @Column({ name: 'id_token_sealed', type: 'bytea', nullable: true })
  signOutHintSealed!: Buffer | null;
}
