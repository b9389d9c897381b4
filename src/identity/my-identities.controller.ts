import { Controller, Get } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { SignedIn } from '../access/access.js';
import { type Caller, CallerOf } from '../access/caller.js';
import { MyIdentity } from './dto/my-identity.js';
import { identitiesOf } from './identity.queries.js';
import { ProviderAddresses } from './single-sign-on/provider-addresses.js';

@ApiTags('My account')
@Controller('api/v1/users/me/identities')
@SignedIn()
export class MyIdentitiesController {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly addresses: ProviderAddresses,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List the identity providers with which my account is linked' })
  @ApiOkResponse({ type: [MyIdentity] })
  async list(@CallerOf() { id }: Caller): Promise<MyIdentity[]> {
    const linked = await identitiesOf(this.dataSource.manager, id);
    return linked.map(({ enabled, ...identity }) => ({
      ...identity,
      url: enabled && identity.kind !== 'ldap' ? this.addresses.signIn(identity.providerId) : null,
    }));
  }
}
