import { Injectable } from '@nestjs/common';
import { type ServerMetadata } from 'openid-client';
import { type TestFinding, type TestStep } from '../dto/provider-test.js';
import { type IdentityProvider } from '../identity-provider.entity.js';
import { ProviderAddresses } from '../single-sign-on/provider-addresses.js';
import { SingleSignOnError } from '../single-sign-on/single-sign-on.errors.js';
import { failedStep, finding, testStep } from '../provider-test/test-steps.js';
import { type OpenidClient } from './openid-client.js';
import { OpenidClients } from './openid-clients.js';
import { type OpenidSettings } from './openid-settings.js';
import { discoveryAddress } from './provider-metadata.js';

/** Tries how a provider is set up, up to where a person would sign in there. */
@Injectable()
export class OpenidTestService {
  constructor(
    private readonly clients: OpenidClients,
    private readonly addresses: ProviderAddresses,
  ) {}

  async run(provider: IdentityProvider): Promise<TestStep[]> {
    const client = this.clients.fresh(provider);
    const settings = provider.settings as unknown as OpenidSettings;
    const steps: TestStep[] = [];
    try {
      const server = await client.metadata();
      steps.push(testStep('discovery', discovered(settings, server)));
      steps.push(await this.keysStep(client));
      steps.push(testStep('support', supported(server, settings)));
      steps.push(await this.clientStep(client));
    } catch (error) {
      if (!(error instanceof SingleSignOnError)) throw error;
      steps.push(failedStep('discovery', error.reason));
    }
    return [...steps, ...this.addressSteps(provider.id)];
  }

  private async keysStep(client: OpenidClient): Promise<TestStep> {
    try {
      const count = await client.keyCount();
      return testStep('keys', finding('signing-keys', { count }), count > 0);
    } catch (error) {
      if (!(error instanceof SingleSignOnError)) throw error;
      return failedStep('keys', error.reason);
    }
  }

  private async clientStep(client: OpenidClient): Promise<TestStep> {
    const { kind: method, problem: reason } = await client.tryProof();
    return reason === undefined
      ? testStep('client', finding('client-accepted', { method }))
      : testStep('client', finding('client-refused', { method, reason }), false);
  }

  /** What an administrator enters at the provider. */
  private addressSteps(id: number): TestStep[] {
    const { addresses } = this;
    const logout = { signIn: addresses.of('/sign-in'), logout: addresses.ofProvider(id, 'backchannel-logout') };
    return [
      testStep('redirect-uri', finding('redirect-uri', { url: addresses.ofProvider(id, 'callback') })),
      testStep('logout-uris', finding('logout-uris', logout)),
    ];
  }
}

function discovered({ metadata, issuer }: OpenidSettings, { issuer: entity }: ServerMetadata): TestFinding {
  return metadata
    ? finding('metadata-entered', { entity })
    : finding('metadata-fetched', { url: discoveryAddress(issuer), entity });
}

function supported(server: ServerMetadata, { scopes, groupsClaim: claim }: OpenidSettings): TestFinding[] {
  const missing = scopes.split(/\s+/).filter((scope) => server.scopes_supported?.includes(scope) === false);
  const isClaimKnown = claim === '' || server.claims_supported?.includes(claim) !== false;
  const hasPkce = server.code_challenge_methods_supported?.includes('S256') !== false;
  return [
    ...(missing.length > 0 ? [finding('scopes-not-listed', { scopes: missing.join(', ') })] : []),
    ...(isClaimKnown ? [] : [finding('claim-not-listed', { claim })]),
    ...(hasPkce ? [] : [finding('pkce-not-listed')]),
    finding(server.end_session_endpoint ? 'signs-out' : 'does-not-sign-out'),
    finding(server.backchannel_logout_supported ? 'ends-sessions' : 'does-not-end-sessions'),
  ];
}
