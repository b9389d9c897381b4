import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { type Actor } from '../../access/actor.js';
import { AuditService } from '../../audit/audit.service.js';
import { NotFoundError } from '../../errors/domain-error.js';
import { InvalidRequestError } from '../../http/validation/validation.js';
import { type ProviderTest, type ProviderTestRequest, type TestStep } from '../dto/provider-test.js';
import { IdentityProvider } from '../identity-provider.entity.js';
import { DirectoryTestService } from '../ldap/directory-test.service.js';
import { OpenidTestService } from '../openid/openid-test.service.js';
import { SamlTestService } from '../saml/saml-test.service.js';

/** Tries providers, each in the way of its kind. */
@Injectable()
export class ProviderTestService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly openid: OpenidTestService,
    private readonly saml: SamlTestService,
    private readonly directories: DirectoryTestService,
    private readonly audit: AuditService,
  ) {}

  /**
   * @throws NotFoundError
   * @throws InvalidRequestError for fields of another kind
   */
  async run(actor: Actor, id: number, request: ProviderTestRequest): Promise<ProviderTest> {
    const { manager } = this.dataSource;
    const provider = await manager.findOneBy(IdentityProvider, { id });
    if (!provider) throw new NotFoundError('The identity provider');
    const foreign = (['user', 'password'] as const).find((field) => request[field] !== undefined);
    if (provider.kind !== 'ldap' && foreign) {
      const message = `${foreign} is for directories: people type their passwords at this provider`;
      throw new InvalidRequestError([{ field: foreign, message }]);
    }
    const steps = await this.stepsOf(provider, request);
    const ok = steps.every((step) => step.ok);
    const failed = steps.filter((step) => !step.ok).map(({ step }) => step);
    await this.audit.record(manager, actor, {
      action: 'identity-provider.tested',
      targetType: 'identity-provider',
      targetId: id,
      details: { name: provider.name, ok, ...(failed.length > 0 && { failed }) },
    });
    return { ok, steps };
  }

  private stepsOf(provider: IdentityProvider, request: ProviderTestRequest): Promise<TestStep[]> {
    switch (provider.kind) {
      case 'oidc':
        return this.openid.run(provider);
      case 'ldap':
        return this.directories.run(provider, request);
      case 'saml':
        return this.saml.run(provider);
    }
  }
}
