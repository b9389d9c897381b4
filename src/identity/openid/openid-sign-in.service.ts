import { Injectable } from '@nestjs/common';
import { AccessRecord } from '../../audit/access-record.js';
import { type Exchange } from '../../auth/second-factor/browser-sign-in.js';
import { clientAddress, networksOf } from '../../http/client-address.js';
import { IdentityService } from '../identity.service.js';
import { type Provider } from '../identity-providers.js';
import { OpenidError } from './openid.errors.js';
import { OpenidClients } from './openid-clients.js';
import { OpenidSessions } from './openid-sessions.js';
import { type OpenidSettings } from './openid-settings.js';
import { OpenidTickets } from './openid-tickets.js';
import { personIn } from './person-claims.js';

/** Signs in browsers whose users an OpenID provider has recognized. */
@Injectable()
export class OpenidSignInService {
  constructor(
    private readonly clients: OpenidClients,
    private readonly tickets: OpenidTickets,
    private readonly identities: IdentityService,
    private readonly sessions: OpenidSessions,
    private readonly access: AccessRecord,
  ) {}

  /**
   * @param next where the browser wants to go afterwards
   * @param again the person has to prove again who they are
   * @returns where the browser goes to sign in
   * @throws OpenidError
   */
  async begin(
    provider: Provider,
    exchange: Exchange,
    { next, again }: { next: unknown; again: boolean },
  ): Promise<string> {
    return this.recorded(provider, exchange, async () => {
      const client = this.clients.of(provider);
      const secrets = this.tickets.give(provider.id, next, exchange);
      return (await client.signInAddress(secrets, again)).href;
    });
  }

  /**
   * Begins a session for the person with whom a browser comes back from a provider.
   *
   * @param query of the address, as the provider has made it
   * @returns the path to go on with; undefined: the browser did not want to go anywhere
   * @throws OpenidError
   * @throws ArrivalRefusedError
   */
  async finish(provider: Provider, query: string, exchange: Exchange): Promise<string | undefined> {
    const state = new URLSearchParams(query).get('state') ?? '';
    const { answer, person, next } = await this.recorded(provider, exchange, async () => {
      const { secrets, next } = await this.tickets.take(provider.id, state, exchange);
      const answer = await this.clients.of(provider).finish(query, secrets);
      return { answer, person: personIn(answer, (provider.settings as unknown as OpenidSettings).groupsClaim), next };
    });
    const user = await this.identities.arrive(provider, person, clientAddress(exchange.request));
    const { subject, sid } = person;
    await this.sessions.begin(user, exchange, { providerId: provider.id, subject, sid, idToken: answer.idToken });
    return next;
  }

  /** Records why a sign-in failed at the provider or on the way back. */
  private async recorded<T>(provider: Provider, { request }: Exchange, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof OpenidError) {
        const address = clientAddress(request);
        const details = { provider: provider.name, reason: error.code, message: error.reason };
        await this.access.bounded(networksOf(address).site, {
          actor: { id: null, name: 'unknown account', address },
          change: { action: 'identity.refused', targetType: 'identity-provider', targetId: provider.id, details },
        });
      }
      throw error;
    }
  }
}
