import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A year whose months are added up. Without its row there are no sums of it. */
@Entity('rolled_up_year')
export class RolledUpYear {
  @PrimaryColumn({ type: 'timestamptz' })
  year!: Date;

  /** The beginning of a month: those before it are in `UsageYear`. */
  @Column({ type: 'timestamptz' })
  until!: Date;
}
