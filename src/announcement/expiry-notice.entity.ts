import { Entity, PrimaryColumn } from 'typeorm';

/** A warning about the end of a license that has been sent. */
@Entity('expiry_notice')
export class ExpiryNotice {
  @PrimaryColumn({ type: 'text' })
  jti!: string;

  @PrimaryColumn({ name: 'expires_at', type: 'timestamptz' })
  expiresAt!: Date;

  @PrimaryColumn({ name: 'days_before', type: 'integer' })
  daysBefore!: number;
}
