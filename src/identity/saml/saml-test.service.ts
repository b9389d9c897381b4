import { Injectable } from '@nestjs/common';
import { counted } from '../../errors/counted.js';
import { type TestStep } from '../dto/provider-test.js';
import { type IdentityProvider } from '../identity-provider.entity.js';
import { SingleSignOnError } from '../single-sign-on/single-sign-on.errors.js';
import { type SamlMetadata } from './provider-metadata.js';
import { SamlClients } from './saml-clients.js';
import { type SamlSettings } from './saml-settings.js';

/** Tries how a provider is set up, up to where a person would sign in there. */
@Injectable()
export class SamlTestService {
  constructor(private readonly clients: SamlClients) {}

  async run(provider: IdentityProvider): Promise<TestStep[]> {
    const settings = provider.settings as unknown as SamlSettings;
    const steps: TestStep[] = [];
    try {
      const client = await this.clients.fresh(provider);
      const metadata = await client.metadata();
      const from = settings.metadata ? 'The entered metadata' : settings.metadataUrl;
      steps.push(good('metadata', `${from} describes ${metadata.entityId}.`));
      steps.push(...supportSteps(metadata));
    } catch (error) {
      if (!(error instanceof SingleSignOnError)) throw error;
      steps.push({ step: 'metadata', ok: false, message: error.reason });
    }
    const { metadata, acs } = this.clients.addressesOf(provider.id);
    return [
      ...steps,
      good('register', `Give the provider this server's metadata, ${metadata}, which is its entity ID too.`),
      good('acs', `Where it asks for an address for answers (ACS), enter ${acs}. It has to sign its assertions.`),
    ];
  }
}

function supportSteps({ certificates, signOn, signOut, wantsSignedRequests }: SamlMetadata): TestStep[] {
  const ends = certificates.map(({ validTo }) => new Date(validTo).toISOString().slice(0, 10)).join(', ');
  const notes = [
    wantsSignedRequests ? 'This server signs its requests, as the provider wants.' : 'Requests are not signed.',
    signOut ? 'Signing out here signs out there, too.' : 'It has no address for signing out.',
  ];
  return [
    good(
      'keys',
      `The provider signs with ${counted(certificates.length, 'key')}; certificates are valid until ${ends}.`,
    ),
    good('sign-on', `Browsers sign in at ${signOn}.`),
    good('support', notes.join(' ')),
  ];
}

function good(step: string, message: string): TestStep {
  return { step, ok: true, message };
}
