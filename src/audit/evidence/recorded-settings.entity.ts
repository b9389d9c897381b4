import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What a setting was: its text; or, where it is a secret, a keyed hash of it. */
export type RecordedValue = string | { hash: string };

/** The settings of a server at its last start. */
@Entity('recorded_settings')
export class RecordedSettings {
  /** Machine and data folder. */
  @PrimaryColumn({ type: 'text' })
  server!: string;

  /** By their names; a setting that was not set is absent. */
  @Column({ type: 'jsonb' })
  settings!: Record<string, RecordedValue>;

  @Column({ name: 'recorded_at', type: 'timestamptz' })
  recordedAt!: Date;
}
