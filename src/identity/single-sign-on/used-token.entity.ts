import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** Something of a provider that works once, and has worked: a sign-in that came back, a SAML assertion, a logout token. */
@Entity('openid_used_token')
@Index('openid_used_token_by_end', ['expiresAt'])
export class UsedToken {
  /** SHA-256 of what it is. */
  @PrimaryColumn({ type: 'bytea' })
  hash!: Buffer;

  /** From then on it is refused for its age. */
  @Column({ name: 'expires_at', type: 'timestamptz' })
  expiresAt!: Date;
}
