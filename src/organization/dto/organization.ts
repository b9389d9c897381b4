import { ApiProperty } from '@nestjs/swagger';
import { LogoView } from '../../branding/dto/logo.js';
import { OneGroupOf } from '../../http/validation/field-groups.js';
import { Flag, IdField, Text, VersionField } from '../../http/validation/fields.js';
import { Page, PageQuery, SortedBy } from '../../http/paging.js';
import { organizationPermissions, type OrganizationPermission, type Role, roles } from '../../access/role.js';

@OneGroupOf({ name: 'given' }, { requireSecondFactor: 'given' })
export class OrganizationSettings {
  @Text({ max: 100, optional: true, example: 'Acme' })
  name?: string;

  @Flag({ optional: true, description: 'Whether every member has to have a second factor.' })
  requireSecondFactor?: boolean;

  @VersionField()
  version?: number;
}

export class NewOrganization {
  @Text({ max: 100, optional: true, example: 'Acme', description: 'A default name, when absent.' })
  name?: string;
}

export class OrganizationView {
  @ApiProperty({ example: 1 })
  id!: number;

  @ApiProperty({ example: 'Acme' })
  name!: string;

  @ApiProperty({
    type: String,
    enum: [...roles],
    nullable: true,
    description: 'Your role; null for root as a stranger.',
  })
  role!: Role | null;

  @ApiProperty({
    enum: organizationPermissions,
    isArray: true,
    enumName: 'OrganizationPermission',
    description: 'What you may do there. An API key may do as much of it as its scopes allow.',
  })
  permissions!: OrganizationPermission[];
}

/** A single organization. */
export class OrganizationDetails extends OrganizationView {
  @ApiProperty({ description: 'Whether every member has to have a second factor.' })
  requireSecondFactor!: boolean;

  @ApiProperty({
    type: LogoView,
    nullable: true,
    description: 'What is known of its logo, which `GET …/logo` answers; null: it has none.',
  })
  logo!: LogoView | null;

  @ApiProperty({ description: 'Of its name: a change may send it.' })
  version!: number;
}

export class OrganizationQuery extends SortedBy(PageQuery, 'id', 'name', 'createdAt') {}

export class OrganizationPage extends Page<OrganizationView> {
  @ApiProperty({ type: [OrganizationView] })
  declare content: OrganizationView[];
}

export class NewOwner {
  @IdField({ description: 'A member of the organization.' })
  userId!: number;
}
