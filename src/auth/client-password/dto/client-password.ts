import { ApiProperty } from '@nestjs/swagger';
import { Text, TimeField } from '../../../http/validation/fields.js';

export class NewClientPassword {
  @Text({ max: 100, description: 'What it is for.', example: 'Studio on my laptop' })
  name!: string;

  @TimeField({ optional: true, description: 'When it stops working; never, when absent.' })
  expiresAt?: string;
}

export class ClientPasswordView {
  @ApiProperty()
  id!: number;

  @ApiProperty()
  name!: string;

  @ApiProperty({ description: 'The first characters of the password.', example: 'k7mq' })
  hint!: string;

  @ApiProperty()
  createdAt!: Date;

  @ApiProperty({ type: Date, nullable: true })
  expiresAt!: Date | null;

  @ApiProperty({ type: Date, nullable: true, description: 'To the minute.' })
  lastUsedAt!: Date | null;
}

export class CreatedClientPassword extends ClientPasswordView {
  @ApiProperty({ description: 'The password. Shown this once.', example: 'k7mqrt-9wzxab-4hjnpd-cy8ef3' })
  password!: string;
}
