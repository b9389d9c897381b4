import { ApiProperty } from '@nestjs/swagger';
import { ApiKeyView } from './api-key.js';
import { Page, PageQuery, SortedBy } from '../../../http/paging.js';

export class AccountKeyView extends ApiKeyView {
  @ApiProperty()
  userId!: number;

  @ApiProperty({ description: 'E-mail address of the account that the key acts for.' })
  email!: string;
}

export class AccountKeyQuery extends SortedBy(
  PageQuery,
  'email',
  'name',
  'createdAt',
  'expiresAt',
  'lastUsedAt',
  'id',
) {}

export class AccountKeyPage extends Page<AccountKeyView> {
  @ApiProperty({ type: [AccountKeyView] })
  declare content: AccountKeyView[];
}
