import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { OneGroupOf } from '../../../http/validation/field-groups.js';
import { Flag, KnownEmailField, Optional, Verbatim } from '../../../http/validation/fields.js';
import { Nested } from '../../../http/validation/nested.js';
import { PasskeyAnswer } from '../../second-factor/dto/passkey.js';

/** Longer than any password, so that the rule's own words are heard. */
const max = 1000;

export class ChangePassword {
  @Verbatim({ max })
  currentPassword!: string;

  @Verbatim({ max, description: '8 to 128 characters, none of the common ones.', example: 'correct horse battery' })
  newPassword!: string;

  @Flag({ optional: true, description: 'Whether my API keys end, too; false when absent.' })
  revokeApiKeys?: boolean;
}

@OneGroupOf({ password: 'given' }, { code: 'given' }, { passkey: 'given' })
export class Confirmation {
  @Verbatim({ max, optional: true, description: 'My password.' })
  password?: string;

  @Verbatim({
    max: 100,
    optional: true,
    description: 'Instead of it: a code of my authenticator app, or a recovery code.',
  })
  code?: string;

  @ApiPropertyOptional({ type: PasskeyAnswer, description: 'Instead of it: the answer of a passkey of mine.' })
  @Optional()
  @Nested(() => PasskeyAnswer)
  passkey?: PasskeyAnswer;
}

export class ForgotPassword {
  @KnownEmailField()
  email!: string;
}

export class ForgottenPassword {
  @ApiProperty({ description: 'Whether this server can send mail at all; nothing about the address.' })
  canMail!: boolean;

  @ApiProperty({ description: 'For people: what happens next, or who can help.' })
  message!: string;
}

export class ResetPassword {
  @Verbatim({ max: 200, description: 'The last part of the link.' })
  token!: string;

  @Verbatim({ max, description: '8 to 128 characters, none of the common ones.', example: 'correct horse battery' })
  password!: string;

  @Flag({ optional: true, description: 'Whether the API keys of the account end, too; true when absent.' })
  revokeApiKeys?: boolean;
}

export class ResetLink {
  @ApiProperty({
    description: 'Hand it to the user. It works once.',
    example: 'http://localhost:8080/reset-password/…',
  })
  link!: string;

  @ApiProperty()
  expiresAt!: Date;
}
