import { ApiPropertyOptional } from '@nestjs/swagger';
import { Optional, Verbatim } from '../../../http/validation/fields.js';
import { Nested } from '../../../http/validation/nested.js';
import { PasskeyAnswer } from './passkey.js';

export class SecondStep {
  @Verbatim({
    max: 100,
    optional: true,
    description: 'Of the authenticator app, or a recovery code.',
    example: '123456',
  })
  code?: string;

  @ApiPropertyOptional({ type: PasskeyAnswer, description: 'Instead of it: the answer of a passkey.' })
  @Optional()
  @Nested(() => PasskeyAnswer)
  passkey?: PasskeyAnswer;
}
