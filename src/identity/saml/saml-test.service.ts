import { Injectable } from '@nestjs/common';
import { X509Certificate } from 'node:crypto';
import { Clock } from '../../clock/clock.js';
import { type TestStep } from '../dto/provider-test.js';
import { type IdentityProvider } from '../identity-provider.entity.js';
import { SingleSignOnError } from '../single-sign-on/single-sign-on.errors.js';
import { failedStep, finding, testStep } from '../provider-test/test-steps.js';
import { type SamlMetadata } from './provider-metadata.js';
import { SamlClients } from './saml-clients.js';
import { type SamlSettings } from './saml-settings.js';

/** Tries how a provider is set up, up to where a person would sign in there. */
@Injectable()
export class SamlTestService {
  constructor(
    private readonly clients: SamlClients,
    private readonly clock: Clock,
  ) {}

  async run(provider: IdentityProvider): Promise<TestStep[]> {
    const settings = provider.settings as unknown as SamlSettings;
    const steps: TestStep[] = [];
    try {
      const client = await this.clients.fresh(provider);
      const metadata = await client.metadata();
      const entity = metadata.entityId;
      const found = settings.metadata
        ? finding('metadata-entered', { entity })
        : finding('metadata-fetched', { url: settings.metadataUrl, entity });
      steps.push(testStep('metadata', found));
      steps.push(...supportSteps(metadata));
    } catch (error) {
      if (!(error instanceof SingleSignOnError)) throw error;
      steps.push(failedStep('metadata', error.reason));
    }
    const { metadata, acs } = this.clients.addressesOf(provider.id);
    const end = new Date(new X509Certificate(this.clients.keysOf(provider).certificate).validTo);
    const day = end.toISOString().slice(0, 10);
    const registered = [finding('own-metadata', { url: metadata }), finding('own-certificate-ends', { day })];
    return [
      ...steps,
      testStep('register', registered, end > this.clock.now()),
      testStep('acs', finding('answer-address', { url: acs })),
    ];
  }
}

function supportSteps({ certificates, signOn, signOut, wantsSignedRequests }: SamlMetadata): TestStep[] {
  const days = certificates.map(({ validTo }) => new Date(validTo).toISOString().slice(0, 10)).join(', ');
  return [
    testStep('keys', [finding('signing-keys', { count: certificates.length }), finding('certificates-end', { days })]),
    testStep('sign-on', finding('sign-on', { url: signOn })),
    testStep('support', [
      finding(wantsSignedRequests ? 'requests-signed' : 'requests-not-signed'),
      finding(signOut ? 'signs-out' : 'does-not-sign-out'),
    ]),
  ];
}
