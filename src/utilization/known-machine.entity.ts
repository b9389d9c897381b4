import { Entity, PrimaryColumn } from 'typeorm';

/** A machine that had a session, under a host name: what a search looks through instead of all sessions. */
@Entity('known_machine')
export class KnownMachine {
  @PrimaryColumn({ name: 'organization_id', type: 'bigint' })
  organizationId!: number;

  @PrimaryColumn({ name: 'machine_id', type: 'text' })
  machineId!: string;

  /** Empty: it had none. */
  @PrimaryColumn({ type: 'text' })
  hostname!: string;
}
