import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** Some members of an organization. */
@Entity('team')
export class Team {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  id!: number;

  @Column({ name: 'organization_id', type: 'bigint' })
  organizationId!: number;

  /** Unique in the organization, whatever the case. */
  @Column({ type: 'text' })
  name!: string;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;
}
