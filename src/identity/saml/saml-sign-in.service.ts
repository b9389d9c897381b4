import { Inject, Injectable } from '@nestjs/common';
import { type Exchange } from '../../auth/second-factor/browser-sign-in.js';
import { SETTINGS } from '../../config/config.module.js';
import { type Settings } from '../../config/settings.js';
import { clientAddress } from '../../http/client-address.js';
import { IdentityService } from '../identity.service.js';
import { type Provider } from '../identity-providers.js';
import { nextPathIn } from '../single-sign-on/next-path.js';
import { ProviderSessions } from '../single-sign-on/provider-sessions.js';
import { RefusedSignIns } from '../single-sign-on/refused-sign-ins.js';
import { type SignInSecrets } from '../single-sign-on/sign-in-ticket.js';
import { SignInTickets } from '../single-sign-on/sign-in-tickets.js';
import { SingleSignOnError } from '../single-sign-on/single-sign-on.errors.js';
import { personInAssertion } from './person-attributes.js';
import { type KeptArrival, SamlArrivals } from './saml-arrivals.js';
import { SamlClients } from './saml-clients.js';
import { leewayMillis, type SamlSettings } from './saml-settings.js';

/** What the page of a provider sends. */
interface Form {
  SAMLResponse: string;
  /** What went along with the request; or what the provider makes of it, where there was none. */
  RelayState: unknown;
}

/** Names of what a browser brings with its next request: the answer of a provider, and the sign-in that it began. */
interface Names {
  arrival: string;
  state: string;
}

/** Signs in browsers whose users a SAML provider has recognized. */
@Injectable()
export class SamlSignInService {
  constructor(
    private readonly clients: SamlClients,
    private readonly tickets: SignInTickets,
    private readonly arrivals: SamlArrivals,
    private readonly identities: IdentityService,
    private readonly sessions: ProviderSessions,
    private readonly refused: RefusedSignIns,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * @param wanted where the browser goes afterwards, and whether the person has to prove again who they are
   * @returns where the browser goes to sign in
   * @throws SingleSignOnError
   */
  async begin(provider: Provider, exchange: Exchange, wanted: { next: unknown; again: boolean }): Promise<string> {
    return this.refused.recorded(provider, exchange.request, async () => {
      const client = await this.clients.of(provider);
      const secrets = this.tickets.give(provider.id, wanted, exchange);
      return client.signInAddress(secrets);
    });
  }

  /**
   * Checks what the page of a provider has sent, and keeps it for the browser's next request: only that one brings the cookies that
   * tell whether this browser began the sign-in.
   *
   * @throws SingleSignOnError
   */
  async receive(provider: Provider, { SAMLResponse, RelayState }: Form, exchange: Exchange): Promise<Names> {
    return this.refused.recorded(provider, exchange.request, async () => {
      const settings = provider.settings as unknown as SamlSettings;
      const client = await this.clients.of(provider);
      const { id, requestId, nameId, sessionIndex, authenticatedAt, attributes } = await client.read(SAMLResponse);
      if (requestId === undefined && !settings.allowIdpInitiated) {
        throw new SingleSignOnError('provider-unsolicited', 'No request of this server has asked for the assertion.');
      }
      const person = personInAssertion({ nameId, attributes }, settings);
      const next = requestId === undefined ? nextPathIn(RelayState, this.settings.serverUrl) : undefined;
      const kept = { requestId, person, signOut: { nameId, sessionIndex }, authenticatedAt, next };
      const arrival = await this.arrivals.keep(provider.id, id, kept, exchange);
      return { arrival, state: typeof RelayState === 'string' && requestId !== undefined ? RelayState : '' };
    });
  }

  /**
   * Begins a session for the person about whom the provider has spoken.
   *
   * @returns the path to go on with; undefined: the browser did not want to go anywhere
   * @throws SingleSignOnError
   * @throws ArrivalRefusedError
   */
  async finish(provider: Provider, { arrival, state }: Names, exchange: Exchange): Promise<string | undefined> {
    const { kept, next } = await this.refused.recorded(provider, exchange.request, async () => {
      const kept = await this.arrivals.take(provider.id, arrival, exchange);
      if (kept.requestId === undefined) return { kept, next: kept.next };
      const { secrets, next } = await this.tickets.take(provider.id, state, exchange);
      checkRequest(kept, secrets);
      return { kept, next };
    });
    const { person, signOut } = kept;
    const user = await this.identities.arrive(provider, person, clientAddress(exchange.request));
    await this.sessions.begin(user, exchange, {
      providerId: provider.id,
      subject: person.subject,
      sid: signOut.sessionIndex,
      signOutHint: JSON.stringify(signOut),
    });
    return next;
  }
}

/** @throws SingleSignOnError unless the answer is that to the request of this browser, and as it was asked for */
function checkRequest({ requestId, authenticatedAt = 0 }: KeptArrival, asked: SignInSecrets): void {
  if (requestId !== asked.requestId) {
    throw new SingleSignOnError('sign-in-expired', 'The provider has answered another request of this browser.');
  }
  if (asked.provedAfter !== undefined && authenticatedAt < asked.provedAfter - leewayMillis) {
    const reason = `The person has signed in at the provider at ${new Date(authenticatedAt).toISOString()}, and not again.`;
    throw new SingleSignOnError('provider-not-asked-again', reason);
  }
}
