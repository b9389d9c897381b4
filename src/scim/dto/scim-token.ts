import { ApiProperty } from '@nestjs/swagger';

/** A token, without what cannot be seen again. */
export class ScimTokenView {
  @ApiProperty()
  id!: number;

  @ApiProperty({ description: 'The first characters, to tell tokens apart.', example: 'lsscim_Xk3f' })
  hint!: string;

  @ApiProperty()
  createdAt!: Date;

  @ApiProperty({ type: Date, nullable: true, description: 'To the minute.' })
  lastUsedAt!: Date | null;
}

export class CreatedScimToken extends ScimTokenView {
  @ApiProperty({ description: 'The secret of the SCIM connection. It is shown only now.' })
  token!: string;
}
