import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { Choice, Flag, VersionField, IdList } from '../../http/validation/fields.js';
import { Page, PageQuery, SortedBy } from '../../http/paging.js';
import { ItemError, maxInTurn } from '../../errors/item-error.js';
import { models, products } from '../../license/file/product.js';
import { type AssignableRole, assignableRoles, type Role, roles } from '../../access/role.js';

export class MemberQuery extends SortedBy(PageQuery, 'name', 'email', 'role', 'joinedAt', 'lastAccessAt') {
  @Flag({ optional: true, description: 'Lists the service accounts, too.' })
  @Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))
  serviceAccounts?: boolean;
}

export class MemberRole {
  @Choice(assignableRoles, { example: 'USER', description: 'The owner changes by transfer alone.' })
  role!: AssignableRole;

  @VersionField()
  version?: number;
}

export class Members {
  @IdList({ max: maxInTurn, description: 'Ids of members.' })
  userIds!: number[];
}

export class MembersRole extends Members {
  @Choice(assignableRoles, { example: 'USER', description: 'The owner changes by transfer alone.' })
  role!: AssignableRole;
}

/** What became of one of several members. */
export class MemberResult {
  @ApiProperty()
  userId!: number;

  @ApiProperty({ type: ItemError, nullable: true, description: 'Null: done, or was so already.' })
  error!: ItemError | null;
}

export class LicenseAccess {
  @ApiProperty({ enum: [...products] })
  product!: string;

  @ApiProperty({ enum: [...models] })
  model!: string;
}

export class ManagingProvider {
  @ApiProperty()
  id!: number;

  @ApiProperty()
  name!: string;
}

export class MemberView {
  @ApiProperty()
  userId!: number;

  @ApiProperty({ description: 'Of a service account: its name, which has no `@`.' })
  email!: string;

  @ApiProperty()
  firstName!: string;

  @ApiProperty()
  lastName!: string;

  @ApiProperty({ enum: [...roles] })
  role!: Role;

  @ApiProperty()
  joinedAt!: Date;

  @ApiProperty({ type: Date, nullable: true, description: 'To five minutes; null: never.' })
  lastAccessAt!: Date | null;

  @ApiProperty({ description: 'Whether the address is proved to be the person’s.' })
  verified!: boolean;

  @ApiProperty({ description: "Disabled by the server's administrator." })
  disabled!: boolean;

  @ApiProperty({ description: 'Whether signing in to the console takes a second step: an app or a passkey.' })
  secondFactor!: boolean;

  @ApiProperty({
    type: [LicenseAccess],
    description: 'Seats that this member can use: the per-user seats assigned, and those that are shared.',
  })
  licenses!: LicenseAccess[];

  @ApiProperty({
    type: ManagingProvider,
    nullable: true,
    description: 'The identity provider whose groups give the role, which cannot be changed here; null: none does.',
  })
  managedBy!: ManagingProvider | null;

  @ApiProperty({ description: 'Of the role: a change may send it.' })
  version!: number;
}

export class MemberPage extends Page<MemberView> {
  @ApiProperty({ type: [MemberView] })
  declare content: MemberView[];
}

export class RemovedMemberView {
  @ApiProperty()
  userId!: number;

  @ApiProperty()
  email!: string;

  @ApiProperty()
  firstName!: string;

  @ApiProperty()
  lastName!: string;

  @ApiProperty({ enum: [...roles], description: 'The role at the end.' })
  role!: Role;

  @ApiProperty()
  joinedAt!: Date;

  @ApiProperty()
  removedAt!: Date;

  @ApiProperty({ type: String, nullable: true, description: 'E-mail address of who did it.' })
  removedBy!: string | null;
}

export class RemovedMemberQuery extends SortedBy(PageQuery, 'removedAt', 'name', 'email', 'role', 'joinedAt') {}

export class RemovedMemberPage extends Page<RemovedMemberView> {
  @ApiProperty({ type: [RemovedMemberView] })
  declare content: RemovedMemberView[];
}
