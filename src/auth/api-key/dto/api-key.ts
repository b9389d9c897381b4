import { ApiProperty } from '@nestjs/swagger';
import { Text, TimeField } from '../../../http/validation/fields.js';
import { type ApiKeyScope, apiKeyScopes } from '../../../access/key-scopes.js';
import { type KeyKind } from '../api-key.entity.js';
import { ScopesField } from './scopes-field.js';

const scopesDescription =
  '`seats`: take seats, the routes of the Katalon clients, download plugins, report executions. `read`: every other GET ' +
  "that your role allows. `write`: changes in organizations. `server`: the routes of the server's administrator, and " +
  '`/metrics`. No scope gives more than your role. For seats alone when absent.';

export class NewApiKey {
  @Text({ max: 100, description: 'What the key is for.', example: 'Jenkins' })
  name!: string;

  @ScopesField({ description: scopesDescription })
  scopes?: ApiKeyScope[];

  @TimeField({ optional: true, description: 'When it stops working; never, when absent.' })
  expiresAt?: string;
}

export class ApiKeyView {
  @ApiProperty()
  id!: number;

  @ApiProperty({
    enum: ['key', 'client-password'],
    description: '`client-password`: typed into Katalon Studio. Only administrators of the server see it in this list.',
  })
  kind!: KeyKind;

  @ApiProperty()
  name!: string;

  @ApiProperty({ description: 'The first characters of the key.', example: 'lsk_aB3d' })
  hint!: string;

  @ApiProperty({ enum: apiKeyScopes, isArray: true, description: scopesDescription })
  scopes!: ApiKeyScope[];

  @ApiProperty({
    description: 'Made before keys had scopes: it has all of them. Replace it by one with those it needs.',
  })
  legacy!: boolean;

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
