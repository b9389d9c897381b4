import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A call of a client that was answered 400, 404 or 405, without anything that may be secret. */
@Entity('client_call')
export class ClientCall {
  @PrimaryColumn({ type: 'text' })
  method!: string;

  /** The route, or the shape of an address that has none. */
  @PrimaryColumn({ type: 'text' })
  path!: string;

  /** Names in the query, separated by commas. */
  @PrimaryColumn({ type: 'text' })
  parameters!: string;

  @PrimaryColumn({ type: 'integer' })
  status!: number;

  /** The code of the refusal, and the fields that were wrong. */
  @PrimaryColumn({ type: 'text' })
  reason!: string;

  /** What the client calls itself. */
  @PrimaryColumn({ type: 'text' })
  program!: string;

  @Column({ type: 'bigint' })
  count!: number;

  @Column({ name: 'first_at', type: 'timestamptz' })
  firstAt!: Date;

  @Column({ name: 'last_at', type: 'timestamptz' })
  lastAt!: Date;
}
