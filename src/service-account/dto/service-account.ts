import { ApiProperty } from '@nestjs/swagger';
import { ApiKeyView } from '../../auth/api-key/dto/api-key.js';
import { ScopesField } from '../../auth/api-key/dto/scopes-field.js';
import { type ApiKeyScope } from '../../access/key-scopes.js';
import { type AssignableRole, assignableRoles, type Role, roles } from '../../access/role.js';
import { Choice, Text, TimeField, VersionField } from '../../http/validation/fields.js';
import { Page, PageQuery, SortedBy } from '../../http/paging.js';

const nameDescription = 'What people see as the holder of its seats. Not an e-mail address: it must not contain `@`.';

export class NewServiceAccount {
  @Text({ max: 100, description: nameDescription, example: 'Nightly tests' })
  name!: string;

  @Choice(assignableRoles, { optional: true, example: 'USER', description: '`USER` when absent. Never the owner.' })
  role?: AssignableRole;
}

export class ServiceAccountChange {
  @Text({ max: 100, optional: true, description: nameDescription, example: 'Nightly tests' })
  name?: string;

  @Choice(assignableRoles, { optional: true, description: 'Holds at once, also for keys and tokens that exist.' })
  role?: AssignableRole;

  @VersionField()
  version?: number;
}

/** A service account does what an organization's program needs, and nothing on the server itself. */
export const serviceKeyScopes = ['seats', 'read', 'write'] as const satisfies readonly ApiKeyScope[];

export class NewServiceAccountKey {
  @Text({ max: 100, description: 'What the key is for.', example: 'Jenkins' })
  name!: string;

  @ScopesField({
    scopes: serviceKeyScopes,
    description: 'As for API keys of people, without `server`. For seats alone when absent.',
  })
  scopes?: ApiKeyScope[];

  @TimeField({ optional: true, description: 'When it stops working; never, when absent.' })
  expiresAt?: string;
}

export class ServiceAccountView {
  @ApiProperty({ description: 'Also its user id: in leases, teams and seat rules.' })
  id!: number;

  @ApiProperty()
  name!: string;

  @ApiProperty({ enum: [...roles] })
  role!: Role;

  @ApiProperty()
  createdAt!: Date;

  @ApiProperty({ type: Date, nullable: true, description: 'To five minutes; null: never.' })
  lastAccessAt!: Date | null;

  @ApiProperty({ description: 'How many keys it has.' })
  keyCount!: number;

  @ApiProperty({ description: 'Of its name and role: a change may send it.' })
  version!: number;
}

export class ServiceAccountDetails extends ServiceAccountView {
  @ApiProperty({ type: [ApiKeyView] })
  keys!: ApiKeyView[];
}

export class ServiceAccountQuery extends SortedBy(PageQuery, 'name', 'role', 'createdAt', 'lastAccessAt', 'id') {}

export class ServiceAccountPage extends Page<ServiceAccountView> {
  @ApiProperty({ type: [ServiceAccountView] })
  declare content: ServiceAccountView[];
}
