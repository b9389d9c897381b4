import { ApiProperty } from '@nestjs/swagger';
import { Text, TimeField } from '../../http/fields.js';

export class NewApiKey {
  @Text({ max: 100, description: 'What the key is for.', example: 'Jenkins' })
  name!: string;

  @TimeField({ optional: true, description: 'When it stops working; never, when absent.' })
  expiresAt?: string;
}

export class ApiKeyView {
  @ApiProperty()
  id!: number;

  @ApiProperty()
  name!: string;

  @ApiProperty({ description: 'The first characters of the key.', example: 'lsk_aB3d' })
  hint!: string;

  @ApiProperty()
  createdAt!: Date;

  @ApiProperty({ type: Date, nullable: true })
  expiresAt!: Date | null;

  @ApiProperty({ type: Date, nullable: true, description: 'To the minute.' })
  lastUsedAt!: Date | null;
}

export class CreatedApiKey extends ApiKeyView {
  @ApiProperty({ description: 'The key. Shown this once.' })
  key!: string;
}
