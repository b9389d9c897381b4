import { ApiProperty } from '@nestjs/swagger';
import { IsString, Matches, MaxLength } from 'class-validator';
import { Text } from '../../http/validation/fields.js';

/** A list of the console under a name of one's own. */
export class NewSavedView {
  @Text({ max: 80, description: 'What the view is called. One of the same name and page is replaced.', example: 'CI' })
  name!: string;

  @ApiProperty({ description: 'The path of the page in the console.', example: '/organizations/1/audit-log' })
  @IsString()
  @MaxLength(200)
  // It is opened with a click: nothing but a page of this server.
  @Matches(/^(\/[A-Za-z0-9-]+)+$/, { message: 'page must be the path of a page of the console' })
  page!: string;

  @ApiProperty({
    description: "The query of the page's address, without its question mark; empty: the page as it is at first.",
    example: 'action=seat.assigned&sort=occurredAt,desc',
  })
  @IsString()
  @MaxLength(2000)
  @Matches(/^[A-Za-z0-9\-._~!$&'()*+,;=:@/?%]*$/, { message: 'query must be the query of an address' })
  query!: string;
}

export class SavedViewView extends NewSavedView {
  @ApiProperty({ example: 1 })
  id!: number;
}
