import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A version of one of Katalon's clients that has asked for a seat. */
@Entity('client_version')
export class ClientVersion {
  /** The `package` that it names. */
  @PrimaryColumn({ type: 'text' })
  client!: string;

  @PrimaryColumn({ type: 'text' })
  version!: string;

  @Column({ name: 'first_at', type: 'timestamptz' })
  firstAt!: Date;

  @Column({ name: 'last_at', type: 'timestamptz' })
  lastAt!: Date;
}
