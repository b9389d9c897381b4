import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How large the database was on a day (UTC). */
@Entity('size_sample')
export class SizeSample {
  @PrimaryColumn({ type: 'date' })
  day!: string;

  @Column({ name: 'database_bytes', type: 'bigint' })
  databaseBytes!: number;
}
