import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type Logger } from 'pino';
import { DataSource } from 'typeorm';
import { Inject } from '@nestjs/common';
import { SessionService } from '../../auth/session/session.service.js';
import { LOG } from '../../log/log.module.js';
import { type Provider } from '../identity-providers.js';
import { ProviderAddresses } from '../single-sign-on/provider-addresses.js';
import { ProviderSessions } from '../single-sign-on/provider-sessions.js';
import { SingleSignOnError } from '../single-sign-on/single-sign-on.errors.js';
import { UsedTokens } from '../single-sign-on/used-tokens.js';
import { OpenidClients } from './openid-clients.js';

/** Ends sessions here and at the provider together, wherever the person signs out. */
@Injectable()
export class OpenidLogoutService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly clients: OpenidClients,
    private readonly addresses: ProviderAddresses,
    private readonly used: UsedTokens,
    private readonly begun: ProviderSessions,
    sessions: SessionService,
    @Inject(LOG) private readonly log: Logger,
  ) {
    sessions.whenSignedOut((sessionId) => this.signOutAddress(sessionId));
  }

  /**
   * A provider says that a person has signed out there.
   *
   * @param token as the provider has sent it
   * @param address of the provider
   * @throws SingleSignOnError
   */
  async ended(provider: Provider, token: string, address: string): Promise<void> {
    const { jti, sub, sid, exp = 0 } = await this.clients.of(provider).logoutClaims(token);
    await this.dataSource.transaction(async (manager) => {
      // It is refused for its age a minute after its end.
      const isFirst = await this.used.use(manager, `logout ${provider.id} ${jti}`, new Date((exp + 120) * 1000));
      if (!isFirst) throw new SingleSignOnError('provider-answer-invalid', 'The logout token was used before.');
      await this.begun.end(manager, provider, { subject: sub, sids: typeof sid === 'string' ? [sid] : [] }, address);
    });
  }

  /** Where a browser goes whose session ends here, to be signed out at the provider too; undefined: nowhere. */
  private async signOutAddress(sessionId: string): Promise<string | undefined> {
    const begun = await this.begun.signOutHintOf(sessionId, 'oidc');
    if (!begun) return undefined;
    const { provider, signOutHint } = begun;
    try {
      return await this.clients.of(provider).signOutAddress(signOutHint, this.addresses.of('/sign-in'));
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
