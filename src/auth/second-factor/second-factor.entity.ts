import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';

/** What a person proves a sign-in with besides the password. */
export const factorKinds = ['totp', 'passkey'] as const;
export type FactorKind = (typeof factorKinds)[number];

/** An authenticator app or a passkey of an account. It counts once it is confirmed. */
@Entity('second_factor')
@Check('second_factor_kind_check', `kind IN ('totp', 'passkey')`)
@Index('second_factor_by_user', ['userId'])
@Unique('second_factor_credential_id_key', ['credentialId'])
export class SecondFactor {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  @ForeignKey('user_account', { name: 'second_factor_user_id_fkey', onDelete: 'CASCADE' })
  @Column({ name: 'user_id', type: 'bigint' })
  userId!: number;

  @Column({ type: 'text' })
  kind!: FactorKind;

  @Column({ type: 'text' })
  name!: string;

  /** The secret that an authenticator app shares, in base32, sealed. */
  @Column({ name: 'secret_sealed', type: 'bytea', nullable: true })
  secretSealed!: Buffer | null;

  /** The 30 seconds, counted from 1970, of the last code that was accepted: it and all earlier ones are used up. */
  @Column({ name: 'last_step', type: 'bigint', nullable: true })
  lastStep!: number | null;

  /** Steps whose codes came before their time: they are not accepted when their time comes. */
  @Column({ name: 'refused_steps', type: 'bigint', array: true, default: () => "'{}'" })
  refusedSteps!: number[];

  /** What a passkey is known by. */
  @Column({ name: 'credential_id', type: 'bytea', nullable: true })
  credentialId!: Buffer | null;

  /** Of a passkey, in COSE. */
  @Column({ name: 'public_key', type: 'bytea', nullable: true })
  publicKey!: Buffer | null;

  /** How many times a passkey says that it was used; 0 for passkeys that do not count. */
  @Column({ type: 'bigint', nullable: true })
  counter!: number | null;

  /** How a browser reaches a passkey. */
  @Column({ type: 'text', array: true, default: () => "'{}'" })
  transports!: string[];

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  /** Null: it was begun, and has not shown that it works. */
  @Column({ name: 'confirmed_at', type: 'timestamptz', nullable: true })
  confirmedAt!: Date | null;

  @Column({ name: 'last_used_at', type: 'timestamptz', nullable: true })
  lastUsedAt!: Date | null;
}
