import { ApiPropertyOptional } from '@nestjs/swagger';
import { Optional, Verbatim } from '../../../http/fields.js';

export class SignInRequest {
  @ApiPropertyOptional({
    type: String,
    example: '/profile',
    description: 'Where to go afterwards: a path of the console.',
  })
  @Optional()
  next?: unknown;

  @ApiPropertyOptional({ type: String, description: 'Present: the person has to prove again who they are.' })
  @Optional()
  again?: unknown;
}

/** OpenID Connect Back-Channel Logout 1.0, section 2.5. */
export class LogoutRequest {
  /** A provider may send more. */
  static readonly open = true;

  @Verbatim({ max: 20_000, description: 'A logout token, signed by the provider.' })
  logout_token!: string;
}
