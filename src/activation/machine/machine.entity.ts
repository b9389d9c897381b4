import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** A machine that has its place in a pool whose license counts machines. */
@Entity('machine')
@Index('machine_by_id', ['machineId'])
export class Machine {
  @ForeignKey('seat_pool', { name: 'machine_pool_id_fkey', onDelete: 'CASCADE' })
  @PrimaryColumn({ name: 'pool_id', type: 'bigint' })
  poolId!: number;

  @PrimaryColumn({ name: 'machine_id', type: 'text' })
  machineId!: string;

  @Column({ type: 'text', nullable: true })
  hostname!: string | null;

  @ForeignKey('user_account', { name: 'machine_user_id_fkey', onDelete: 'SET NULL' })
  @Column({ name: 'user_id', type: 'bigint', nullable: true })
  userId!: number | null;

  @Column({ name: 'registered_at', type: 'timestamptz' })
  registeredAt!: Date;
}
