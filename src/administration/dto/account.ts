import { ApiProperty } from '@nestjs/swagger';
import { Flag } from '../../http/fields.js';
import { Page } from '../../http/paging.js';
import { OrganizationView } from '../../organization/dto/organization.js';

export class AccountChange {
  @Flag({ optional: true, description: 'A disabled account cannot sign in; all its sessions and tokens end at once.' })
  disabled?: boolean;

  @Flag({ optional: true, description: "The server's administrator." })
  root?: boolean;
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

  @ApiProperty()
  disabled!: boolean;

  @ApiProperty()
  createdAt!: Date;

  @ApiProperty({ type: Date, nullable: true, description: 'To five minutes; null: never.' })
  lastAccessAt!: Date | null;

  @ApiProperty({ type: [OrganizationView], description: 'With the role there.' })
  organizations!: OrganizationView[];
}

export class AccountPage extends Page<AccountView> {
  @ApiProperty({ type: [AccountView] })
  declare content: AccountView[];
}
