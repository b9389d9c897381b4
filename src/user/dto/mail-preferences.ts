import { ApiProperty } from '@nestjs/swagger';
import { ArrayUnique, IsArray, IsIn, IsOptional } from 'class-validator';
import { type Language, languages } from '../../config/language.js';
import { Optional } from '../../http/validation/fields.js';
import { type MutableKind, mutableKinds } from '../../mail/mail-kind.js';

export class MailPreferences {
  @ApiProperty({ enum: [...mutableKinds], isArray: true, description: 'Kinds of mail that you do not want.' })
  muted!: MutableKind[];

  @ApiProperty({
    enum: [...languages],
    enumName: 'Language',
    nullable: true,
    description: 'The language of your mails. Null: the language of the server (`MAIL_LANGUAGE`).',
  })
  language!: Language | null;
}

/** What is absent stays. */
export class MailPreferenceChange {
  @ApiProperty({
    enum: [...mutableKinds],
    isArray: true,
    required: false,
    description: 'Kinds of mail that you do not want.',
  })
  @Optional()
  @IsArray()
  @ArrayUnique()
  @IsIn(mutableKinds, { each: true })
  muted?: MutableKind[];

  @ApiProperty({
    enum: [...languages],
    enumName: 'Language',
    nullable: true,
    required: false,
    description: 'The language of your mails. Null: the language of the server.',
  })
  // Null is a value here: the server's language.
  @IsOptional()
  @IsIn(languages, { message: `language must be one of ${languages.join(', ')}, or null` })
  language?: Language | null;
}
