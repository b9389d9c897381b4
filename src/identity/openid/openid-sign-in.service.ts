import { Injectable } from '@nestjs/common';
import { type Exchange } from '../../auth/second-factor/browser-sign-in.js';
import { clientAddress } from '../../http/client-address.js';
import { IdentityService } from '../identity.service.js';
import { type Provider } from '../identity-providers.js';
import { ProviderSessions } from '../single-sign-on/provider-sessions.js';
import { RefusedSignIns } from '../single-sign-on/refused-sign-ins.js';
import { SignInTickets } from '../single-sign-on/sign-in-tickets.js';
import { OpenidClients } from './openid-clients.js';
import { type OpenidSettings } from './openid-settings.js';
import { personInClaims } from './person-claims.js';

/** Characters of an ID token. With a longer one, as of a person in many groups, no provider would read the address to sign out. */
const maxSignOutToken = 6000;

/** Signs in browsers whose users an OpenID provider has recognized. */
@Injectable()
export class OpenidSignInService {
  constructor(
    private readonly clients: OpenidClients,
    private readonly tickets: SignInTickets,
    private readonly identities: IdentityService,
    private readonly sessions: ProviderSessions,
    private readonly refused: RefusedSignIns,
  ) {}

  /**
   * @param wanted where the browser goes afterwards, and whether the person has to prove again who they are
   * @returns where the browser goes to sign in
   * @throws SingleSignOnError
   */
  async begin(provider: Provider, exchange: Exchange, wanted: { next: unknown; again: boolean }): Promise<string> {
    return this.refused.recorded(provider, exchange.request, async () => {
      const client = this.clients.of(provider);
      const secrets = this.tickets.give(provider.id, wanted, exchange);
      return (await client.signInAddress(secrets)).href;
    });
  }

  /**
   * Begins a session for the person with whom a browser comes back from a provider.
   *
   * @param query of the address, as the provider has made it
   * @returns the path to go on with; undefined: the browser did not want to go anywhere
   * @throws SingleSignOnError
   * @throws ArrivalRefusedError
   */
  async finish(provider: Provider, query: string, exchange: Exchange): Promise<string | undefined> {
    const state = new URLSearchParams(query).get('state') ?? '';
    const { answer, person, next } = await this.refused.recorded(provider, exchange.request, async () => {
      const { secrets, next } = await this.tickets.take(provider.id, state, exchange);
      const answer = await this.clients.of(provider).finish(query, secrets);
      return {
        answer,
        person: personInClaims(answer, (provider.settings as unknown as OpenidSettings).groupsClaim),
        next,
      };
    });
    const user = await this.identities.arrive(provider, person, clientAddress(exchange.request));
    const { subject, sid } = person;
    const signOutHint = answer.idToken.length <= maxSignOutToken ? answer.idToken : '';
    await this.sessions.begin(user, exchange, { providerId: provider.id, subject, sid, signOutHint });
    return next;
  }
}
