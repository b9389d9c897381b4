import { Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { RootOnly } from '../../access/access.js';
import { type Caller, CallerOf } from '../../access/caller.js';
import { Confirmed } from '../../access/confirmed.js';
import { ApiProblems } from '../../http/problem/api-problems.js';
import { IdPipe } from '../../http/validation/validation.js';
import { SamlKeyView } from './dto/saml-key.js';
import { SamlKeyService } from './saml-key.service.js';

@ApiTags('Identity providers')
@Controller('api/v1/identity-providers/:providerId/saml-keys')
@RootOnly()
export class SamlKeyController {
  constructor(private readonly keys: SamlKeyService) {}

  @Get()
  @ApiOperation({ summary: "List this server's keys for a SAML provider, with their certificates" })
  @ApiOkResponse({ type: [SamlKeyView], description: 'The one that signs comes first.' })
  @ApiProblems({ 404: 'No such SAML provider.' })
  list(@Param('providerId', IdPipe) providerId: number): Promise<SamlKeyView[]> {
    return this.keys.list(providerId);
  }

  @Post()
  @Confirmed()
  @ApiOperation({
    summary: 'Create the next key: the metadata has its certificate, too, and it decrypts. It does not sign yet',
  })
  @ApiCreatedResponse({ type: [SamlKeyView] })
  @ApiProblems({ 404: 'No such SAML provider.', 409: 'There is a second key already (`saml-key-exists`).' })
  create(@CallerOf() caller: Caller, @Param('providerId', IdPipe) providerId: number): Promise<SamlKeyView[]> {
    return this.keys.create(caller, providerId);
  }

  @Post(':keyId/use')
  @Confirmed()
  @HttpCode(200)
  @ApiOperation({ summary: 'Sign with the other key from now on; the key that signed until now still decrypts' })
  @ApiOkResponse({ type: [SamlKeyView] })
  @ApiProblems({ 404: 'No such SAML provider or key.' })
  use(
    @CallerOf() caller: Caller,
    @Param('providerId', IdPipe) providerId: number,
    @Param('keyId') keyId: string,
  ): Promise<SamlKeyView[]> {
    return this.keys.use(caller, providerId, keyId);
  }

  @Delete(':keyId')
  @Confirmed()
  @HttpCode(204)
  @ApiOperation({ summary: 'Remove a key that does not sign: what a provider encrypts for it is refused from then on' })
  @ApiNoContentResponse({ description: 'Removed.' })
  @ApiProblems({ 404: 'No such SAML provider or key.', 409: 'The key is in use (`saml-key-in-use`).' })
  remove(
    @CallerOf() caller: Caller,
    @Param('providerId', IdPipe) providerId: number,
    @Param('keyId') keyId: string,
  ): Promise<void> {
    return this.keys.remove(caller, providerId, keyId);
  }
}
