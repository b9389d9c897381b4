import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';
import { type AssignableRole } from '../../access/role.js';

/** What a group of a provider gives its people: a role in an organization, and perhaps a team there; or the whole server. */
@Entity('identity_group')
@Check('identity_group_role_check', `role IN ('ADMIN', 'BILLING_MANAGER', 'USER')`)
@Check(
  'identity_group_target_check',
  `root = (organization_id IS NULL) AND root = (role IS NULL) AND NOT (root AND team_id IS NOT NULL)`,
)
@Index('identity_group_by_provider', ['providerId'])
export class IdentityGroup {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  id!: number;

  @ForeignKey('identity_provider', { name: 'identity_group_provider_id_fkey', onDelete: 'CASCADE' })
  @Column({ name: 'provider_id', type: 'bigint' })
  providerId!: number;

  /** As the provider calls it; compared without case. */
  @Column({ type: 'text' })
  name!: string;

  @ForeignKey('organization', { name: 'identity_group_organization_id_fkey', onDelete: 'CASCADE' })
  @Column({ name: 'organization_id', type: 'bigint', nullable: true })
  organizationId!: number | null;

  @Column({ type: 'text', nullable: true })
  role!: AssignableRole | null;

  @ForeignKey('team', { name: 'identity_group_team_id_fkey', onDelete: 'CASCADE' })
  @Column({ name: 'team_id', type: 'bigint', nullable: true })
  teamId!: number | null;

  /** Its people administer the server. */
  @Column({ type: 'boolean', default: false })
  root!: boolean;
}
