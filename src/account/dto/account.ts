import { ApiProperty } from '@nestjs/swagger';
import { ResetLink } from '../../auth/password/dto/password.js';
import { EmailField, Flag, VersionField, IdList } from '../../http/validation/fields.js';
import { Page, PageQuery, SortedBy } from '../../http/paging.js';
import { ItemError, maxInTurn } from '../../errors/item-error.js';
import { type Role, roles } from '../../access/role.js';

/** An organization that an account is a member of. */
export class AccountMembership {
  @ApiProperty({ example: 1 })
  id!: number;

  @ApiProperty({ example: 'Acme' })
  name!: string;

  @ApiProperty({ enum: [...roles] })
  role!: Role;
}

export class AccountChange {
  @EmailField({
    optional: true,
    description:
      'Another address. A link is mailed to it by the server’s own mail server, and changes it; with `verified: true` you vouch for ' +
      'it, and it is changed at once. Sessions and links of the account end with the change. Not with an API key.',
  })
  email?: string;

  @Flag({ optional: true, description: 'A disabled account cannot sign in; all its sessions and tokens end at once.' })
  disabled?: boolean;

  @Flag({ optional: true, description: "The server's administrator. Not with an API key." })
  root?: boolean;

  @Flag({
    optional: true,
    description:
      'True: you vouch for the address. The account’s password, sessions and API keys are void; hand over the `passwordLink`.',
  })
  verified?: boolean;

  @Flag({ optional: true, description: 'Confirms that an unverified account becomes an administrator.' })
  confirm?: boolean;

  @Flag({
    optional: true,
    description:
      'With `disabled`: whether the API keys of the account end for good. They are refused as long as it is disabled.',
  })
  revokeApiKeys?: boolean;

  @VersionField()
  version?: number;
}

export class AccountsChange {
  @IdList({ max: maxInTurn, description: 'Ids of users.' })
  userIds!: number[];

  @Flag({
    description: 'True: they cannot sign in, and all their sessions and tokens end at once; false: they can again.',
  })
  disabled!: boolean;

  @Flag({ optional: true, description: 'With `disabled`: whether the API keys of the accounts end for good.' })
  revokeApiKeys?: boolean;
}

/** What became of one of several accounts. */
export class AccountResult {
  @ApiProperty()
  userId!: number;

  @ApiProperty({ type: ItemError, nullable: true, description: 'Null: done, or was so already.' })
  error!: ItemError | null;
}

export class AccountView {
  @ApiProperty()
  id!: number;

  @ApiProperty()
  email!: string;

  @ApiProperty()
  firstName!: string;

  @ApiProperty()
  lastName!: string;

  @ApiProperty({ description: "The server's administrator." })
  root!: boolean;

  @ApiProperty({ type: String, nullable: true, description: 'The address that is to be verified with a mailed link.' })
  newEmail!: string | null;

  @ApiProperty({ description: 'Whether the address is proved to be the person’s.' })
  verified!: boolean;

  @ApiProperty()
  disabled!: boolean;

  @ApiProperty({ description: 'Whether signing in to the console takes a second step: an app or a passkey.' })
  secondFactor!: boolean;

  @ApiProperty()
  createdAt!: Date;

  @ApiProperty({ type: Date, nullable: true, description: 'To five minutes; null: never.' })
  lastAccessAt!: Date | null;

  @ApiProperty({ type: [AccountMembership] })
  organizations!: AccountMembership[];

  @ApiProperty({ description: 'A change may send it.' })
  version!: number;
}

export class ChangedAccount extends AccountView {
  @ApiProperty({
    type: ResetLink,
    nullable: true,
    description: 'Only when the change has verified the address: hand it over, a new password has to be set.',
  })
  passwordLink!: ResetLink | null;
}

export class AccountQuery extends SortedBy(PageQuery, 'email', 'name', 'createdAt', 'lastAccessAt', 'disabled', 'id') {}

export class AccountPage extends Page<AccountView> {
  @ApiProperty({ type: [AccountView] })
  declare content: AccountView[];
}
