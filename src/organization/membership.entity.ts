import { Column, Entity, PrimaryColumn } from 'typeorm';
import { type Role } from './role.js';

@Entity('membership')
export class Membership {
  @PrimaryColumn({ name: 'organization_id', type: 'bigint' })
  organizationId!: number;

  @PrimaryColumn({ name: 'user_id', type: 'bigint' })
  userId!: number;

  /** An organization has exactly one OWNER. */
  @Column({ type: 'text' })
  role!: Role;

  @Column({ name: 'joined_at', type: 'timestamptz' })
  joinedAt!: Date;
}
