import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';

/** Some members of an organization. */
@Entity('team')
@Check('team_name_check', `name <> ''`)
@Unique('team_organization_id_id_key', ['organizationId', 'id'])
@Index('team_name', { synchronize: false })
export class Team {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  id!: number;

  @ForeignKey('organization', { name: 'team_organization_id_fkey', onDelete: 'CASCADE' })
  @Column({ name: 'organization_id', type: 'bigint' })
  organizationId!: number;

  /** Unique in the organization, whatever the case. */
  @Column({ type: 'text' })
  name!: string;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;
}
