import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type FastifyRequest } from 'fastify';
import { type Logger } from 'pino';
import { DataSource } from 'typeorm';
import { SessionService } from '../../auth/session/session.service.js';
import { clientAddress } from '../../http/client-address.js';
import { LOG } from '../../log/log.module.js';
import { type Provider } from '../identity-providers.js';
import { ProviderSessions } from '../single-sign-on/provider-sessions.js';
import { RefusedSignIns } from '../single-sign-on/refused-sign-ins.js';
import { SingleSignOnError } from '../single-sign-on/single-sign-on.errors.js';
import { UsedTokens } from '../single-sign-on/used-tokens.js';
import { type LogoutMessage, type SamlLogoutRequest } from './logout-request.js';
import { type SignOutHint } from './saml-client.js';
import { SamlClients } from './saml-clients.js';

/** Milliseconds after which a request is refused for its age, with room for clocks that differ. */
const requestMillis = 300_000;

/** Ends sessions here and at the provider together, wherever the person signs out. */
@Injectable()
export class SamlLogoutService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly clients: SamlClients,
    private readonly begun: ProviderSessions,
    private readonly refused: RefusedSignIns,
    private readonly used: UsedTokens,
    sessions: SessionService,
    @Inject(LOG) private readonly log: Logger,
  ) {
    sessions.whenSignedOut((sessionId) => this.signOutAddress(sessionId));
  }

  /**
   * A provider says, through a browser, that a person has signed out there.
   *
   * @returns where the browser goes to tell the provider that it is done here; undefined: nowhere
   * @throws SingleSignOnError
   */
  async ended(
    provider: Provider,
    { message, relayState }: { message: LogoutMessage; relayState: string },
    request: FastifyRequest,
  ): Promise<string | undefined> {
    return this.refused.recorded(provider, request, async () => {
      const client = await this.clients.of(provider);
      const logout = await client.readLogout(message);
      await this.end(provider, logout, clientAddress(request));
      return client.signedOutAddress(logout, relayState);
    });
  }

  private async end(
    provider: Provider,
    { id, issuedAt, subject, sessions }: SamlLogoutRequest,
    address: string,
  ): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const until = new Date(issuedAt.getTime() + requestMillis);
      if (!(await this.used.use(manager, `logout ${provider.id} ${id}`, until))) {
        throw new SingleSignOnError('provider-answer-invalid', 'The request was used before.');
      }
      await this.begun.end(manager, provider, { subject, sids: sessions }, address);
    });
  }

  /** Where a browser goes whose session ends here, to be signed out at the provider too; undefined: nowhere. */
  private async signOutAddress(sessionId: string): Promise<string | undefined> {
    const begun = await this.begun.signOutHintOf(sessionId, 'saml');
    if (!begun) return undefined;
    const { provider, signOutHint } = begun;
    try {
      const client = await this.clients.of(provider);
      return await client.signOutAddress(JSON.parse(signOutHint) as SignOutHint);
    } catch (error) {
      // A provider that is away keeps no one from signing out here.
      this.log.warn(
        { err: error, provider: provider.name },
        'The address to sign out at an identity provider is not known',
      );
      return undefined;
    }
  }
}
