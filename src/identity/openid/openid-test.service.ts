import { Injectable } from '@nestjs/common';
import { type ServerMetadata } from 'openid-client';
import { counted } from '../../errors/counted.js';
import { type TestStep } from '../dto/provider-test.js';
import { type IdentityProvider } from '../identity-provider.entity.js';
import { ProviderAddresses } from '../single-sign-on/provider-addresses.js';
import { SingleSignOnError } from '../single-sign-on/single-sign-on.errors.js';
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
      steps.push({ step: 'discovery', ok: true, message: discoveryMessage(settings, server) });
      steps.push(await this.keysStep(client));
      steps.push(...supportSteps(server, settings));
      steps.push(await this.clientStep(client));
    } catch (error) {
      if (!(error instanceof SingleSignOnError)) throw error;
      steps.push({ step: 'discovery', ok: false, message: error.reason });
    }
    return [...steps, ...this.addressSteps(provider.id)];
  }

  private async keysStep(client: OpenidClient): Promise<TestStep> {
    try {
      const keys = await client.keyCount();
      return { step: 'keys', ok: keys > 0, message: `The provider signs with ${counted(keys, 'key')}.` };
    } catch (error) {
      if (!(error instanceof SingleSignOnError)) throw error;
      return { step: 'keys', ok: false, message: error.reason };
    }
  }

  private async clientStep(client: OpenidClient): Promise<TestStep> {
    const { kind, problem } = await client.tryProof();
    return problem === undefined
      ? { step: 'client', ok: true, message: `The provider accepts the client ID and the secret (${kind}).` }
      : { step: 'client', ok: false, message: `The provider does not accept this client (${kind}): ${problem}` };
  }

  /** What an administrator enters at the provider. */
  private addressSteps(id: number): TestStep[] {
    const { addresses } = this;
    const logout = addresses.ofProvider(id, 'backchannel-logout');
    return [
      {
        step: 'redirect-uri',
        ok: true,
        message: `Register this redirect URI at the provider: ${addresses.ofProvider(id, 'callback')}`,
      },
      {
        step: 'logout-uris',
        ok: true,
        message: `For signing out, register ${addresses.of('/sign-in')} as the post-logout redirect URI and ${logout} as the back-channel logout URI.`,
      },
    ];
  }
}

function discoveryMessage({ metadata, issuer }: OpenidSettings, server: ServerMetadata): string {
  return metadata
    ? `The entered metadata is that of ${server.issuer}.`
    : `${discoveryAddress(issuer)} describes ${server.issuer}.`;
}

function supportSteps(server: ServerMetadata, { scopes, groupsClaim }: OpenidSettings): TestStep[] {
  const missing = scopes.split(/\s+/).filter((scope) => server.scopes_supported?.includes(scope) === false);
  const isClaimKnown = groupsClaim === '' || server.claims_supported?.includes(groupsClaim) !== false;
  const hasPkce = server.code_challenge_methods_supported?.includes('S256') !== false;
  const notes = [
    ...(missing.length > 0 ? [`It does not list the scope ${missing.join(', ')}.`] : []),
    ...(isClaimKnown ? [] : [`It does not list the claim ${groupsClaim}: make sure that it sends the groups.`]),
    ...(hasPkce ? [] : ['It does not list PKCE with S256.']),
    server.end_session_endpoint ? 'Signing out here signs out there, too.' : 'It has no address for signing out.',
    server.backchannel_logout_supported
      ? 'Signing out there ends sessions here.'
      : 'It does not list back-channel logout.',
  ];
  return [{ step: 'support', ok: true, message: notes.join(' ') }];
}
