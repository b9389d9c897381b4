import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A challenge that a passkey has answered: it is not accepted again while it would be good. */
@Entity('used_challenge')
export class UsedChallenge {
  @PrimaryColumn({ name: 'challenge_hash', type: 'bytea' })
  challengeHash!: Buffer;

  @Column({ name: 'expires_at', type: 'timestamptz' })
  expiresAt!: Date;
}
