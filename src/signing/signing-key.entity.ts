import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';

/** What a key is for: each purpose has one key. */
export type SigningPurpose = 'studio' | 'native';

@Entity('signing_key')
@Unique('signing_key_kid_key', ['kid'])
export class SigningKey {
  @PrimaryColumn({ type: 'text' })
  purpose!: SigningPurpose;

  /** JWK thumbprint, RFC 7638. */
  @Column({ type: 'text' })
  kid!: string;

  /** PEM, SPKI. */
  @Column({ name: 'public_key', type: 'text' })
  publicKey!: string;

  /** PEM, PKCS #8, encrypted with the secret key. */
  @Column({ name: 'private_key_sealed', type: 'bytea' })
  privateKeySealed!: Buffer;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' })
  createdAt!: Date;
}
