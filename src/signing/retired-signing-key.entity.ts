import { Column, Entity, PrimaryColumn } from 'typeorm';
import { type SigningPurpose } from './signing-key.entity.js';

/** A key that signs nothing any more. Its private half is gone; the public one still proves what it has signed. */
@Entity('retired_signing_key')
export class RetiredSigningKey {
  /** JWK thumbprint, RFC 7638. */
  @PrimaryColumn({ type: 'text' })
  kid!: string;

  @Column({ type: 'text' })
  purpose!: SigningPurpose;

  /** PEM, SPKI. */
  @Column({ name: 'public_key', type: 'text' })
  publicKey!: string;

  @Column({ name: 'retired_at', type: 'timestamptz' })
  retiredAt!: Date;

  /** When the last token that it has signed has expired. */
  @Column({ name: 'accepted_until', type: 'timestamptz' })
  acceptedUntil!: Date;
}
