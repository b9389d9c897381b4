import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/**
 * What a SAML provider has said of a person. It comes in a form that a page of the provider sends, and browsers send no cookies with
 * such a form: the next request, which brings them, takes it from here.
 */
@Entity('saml_arrival')
@Index('saml_arrival_by_end', ['expiresAt'])
export class SamlArrival {
  /** SHA-256 of a token that only the browser has. */
  @PrimaryColumn({ name: 'token_hash', type: 'bytea' })
  tokenHash!: Buffer;

  @ForeignKey('identity_provider', { name: 'saml_arrival_provider_id_fkey', onDelete: 'CASCADE' })
  @Column({ name: 'provider_id', type: 'bigint' })
  providerId!: number;

  /** Encrypted with the secret key. */
  @Column({ name: 'arrival_sealed', type: 'bytea' })
  arrivalSealed!: Buffer;

  @Column({ name: 'expires_at', type: 'timestamptz' })
  expiresAt!: Date;
}
