import { ApiPropertyOptional } from '@nestjs/swagger';
import { Optional } from '../../../http/validation/fields.js';

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
