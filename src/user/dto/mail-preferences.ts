import { ApiProperty } from '@nestjs/swagger';
import { ArrayUnique, IsArray, IsIn } from 'class-validator';
import { type MutableKind, mutableKinds } from '../../mail/mail-kind.js';

export class MailPreferences {
  @ApiProperty({ enum: [...mutableKinds], isArray: true, description: 'Kinds of mail that you do not want.' })
  @IsArray()
  @ArrayUnique()
  @IsIn(mutableKinds, { each: true })
  muted!: MutableKind[];
}
