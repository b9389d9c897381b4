import { Controller, Get, Header } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Public } from '../access/access.js';
import { type PublishedKey, SigningService } from '../signing/signing.service.js';

export class KeySetView {
  @ApiProperty({ type: [Object], description: 'JWKs (RFC 7517), each with its `kid`.' })
  keys!: PublishedKey[];
}

@ApiTags('Licenses')
@Controller('.well-known')
@Public()
export class KeySetController {
  constructor(private readonly signing: SigningService) {}

  @Get('jwks.json')
  @Header('cache-control', 'public, max-age=300')
  @ApiOperation({ summary: 'The public keys that live tokens are signed with (RFC 7517)' })
  @ApiOkResponse({ type: KeySetView })
  async keySet(): Promise<KeySetView> {
    return { keys: await this.signing.publishedKeys() };
  }
}
