import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

/** The form of `POST /oauth/token`. Checked by the service, which answers in OAuth's words. */
export class TokenRequest {
  /** RFC 6749, 3.2: what is unknown is passed over. */
  static readonly open = true;

  @ApiProperty({ enum: ['password', 'refresh_token'] })
  grant_type!: string;

  @ApiPropertyOptional({ description: 'E-mail address; absent or empty with an API key.' })
  username?: string;

  @ApiPropertyOptional({ description: 'Password or API key.' })
  password?: string;

  @ApiPropertyOptional({ description: 'With `grant_type=refresh_token`.' })
  refresh_token?: string;
}

export class TokenAnswer {
  @ApiProperty()
  access_token!: string;

  @ApiProperty({ description: 'Works once: the answer to it holds the next one. Used twice, it ends them all.' })
  refresh_token!: string;

  @ApiProperty({ description: 'Seconds.', example: 3600 })
  expires_in!: number;

  @ApiProperty({
    example: 'seats',
    description: 'The scopes of the API key, separated by blanks; all of them for a password.',
  })
  scope!: string;

  @ApiProperty({ example: 'bearer' })
  token_type!: string;
}
