import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { AuditModule } from '../src/audit/audit.module.js';
import { type ProviderTest } from '../src/identity/dto/provider-test.js';
import { IdentityGroup } from '../src/identity/group/identity-group.entity.js';
import { IdentityProvider } from '../src/identity/identity-provider.entity.js';
import { IdentityProviders } from '../src/identity/identity-providers.js';
import { Directories } from '../src/identity/ldap/directories.js';
import { DirectoryTestService } from '../src/identity/ldap/directory-test.service.js';
import { OpenidClients } from '../src/identity/openid/openid-clients.js';
import { OpenidTestService } from '../src/identity/openid/openid-test.service.js';
import { ProviderTestService } from '../src/identity/provider-test/provider-test.service.js';
import { SamlClients } from '../src/identity/saml/saml-clients.js';
import { SamlTestService } from '../src/identity/saml/saml-test.service.js';
import { ProviderAddresses } from '../src/identity/single-sign-on/provider-addresses.js';
import { foldCase } from '../src/text/fold-case.js';
import { operator, withServices } from './command-context.js';
import { askSecret } from './configuration/secret-input.js';

// The services alone: a command signs nobody in and compares no accounts.
@Module({
  imports: [TypeOrmModule.forFeature([IdentityProvider, IdentityGroup]), AuditModule],
  providers: [
    Directories,
    DirectoryTestService,
    IdentityProviders,
    OpenidClients,
    OpenidTestService,
    ProviderAddresses,
    ProviderTestService,
    SamlClients,
    SamlTestService,
  ],
})
class IdentityCommandModule {}

/** What `license-server identity test` is asked for. */
export interface TestOptions {
  config?: string;
  /** The name with which a person signs in. */
  user?: string;
  /** Whether the person's password is tried, too. */
  password?: true;
  json?: true;
}

/** `license-server identity test NAME`; the exit code is 1 when a step fails. */
export async function testIdentity(name: string, { config, user, password, json }: TestOptions): Promise<void> {
  const services = { config, module: IdentityCommandModule, keepsSchema: true };
  const result = await withServices<ProviderTest>(services, async (app) => {
    const providers = await app.get(DataSource).manager.find(IdentityProvider, { order: { id: 'ASC' } });
    const found = providers.find((each) => String(each.id) === name || foldCase(each.name) === foldCase(name));
    if (!found) {
      const names = providers.map((each) => each.name).join(', ');
      throw new Error(`There is no identity provider called ${name}.${names ? ` There are: ${names}.` : ''}`);
    }
    const person = { ...(user && { user }), ...(password && { password: await askSecret('Password: ') }) };
    return app.get(ProviderTestService).run(operator, found.id, person);
  });
  if (json) console.log(JSON.stringify(result));
  else for (const { step, ok, message } of result.steps) console.log(`${ok ? 'ok    ' : 'FAILED'} ${step}: ${message}`);
  if (!result.ok) process.exitCode = 1;
}
