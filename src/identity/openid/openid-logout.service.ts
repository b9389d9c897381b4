import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type Logger } from 'pino';
import { DataSource } from 'typeorm';
import { Inject } from '@nestjs/common';
import { SessionService } from '../../auth/session/session.service.js';
import { LOG } from '../../log/log.module.js';
import { SecretKey } from '../../secret/secret-key.js';
import { IdentityProviders, type Provider } from '../identity-providers.js';
import { OpenidError } from './openid.errors.js';
import { OpenidClients } from './openid-clients.js';
import { OpenidSession } from './openid-session.entity.js';
import { UsedTokens } from './used-tokens.js';

/** Ends sessions here and at the provider together, wherever the person signs out. */
@Injectable()
export class OpenidLogoutService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly clients: OpenidClients,
    private readonly providers: IdentityProviders,
    private readonly used: UsedTokens,
    private readonly secretKey: SecretKey,
    private readonly sessions: SessionService,
    @Inject(LOG) private readonly log: Logger,
  ) {
    sessions.whenSignedOut((sessionId) => this.signOutAddress(sessionId));
  }

  /**
   * A provider says that a person has signed out there.
   *
   * @param token as the provider has sent it
   * @param address of the provider
   * @throws OpenidError
   */
  async ended(provider: Provider, token: string, address: string): Promise<void> {
    const { jti, sub, sid, exp = 0 } = await this.clients.of(provider).logoutClaims(token);
    await this.dataSource.transaction(async (manager) => {
      // It is refused for its age a minute after its end.
      const isFirst = await this.used.use(manager, `logout ${provider.id} ${jti}`, new Date((exp + 120) * 1000));
      if (!isFirst) throw new OpenidError('provider-answer-invalid', 'The logout token was used before.');
      const which = {
        providerId: provider.id,
        ...(typeof sid === 'string' && { sid }),
        ...(sub !== undefined && { subject: sub }),
      };
      const found = await manager.find(OpenidSession, { where: which, order: { sessionId: 'ASC' } });
      const ids = found.map(({ sessionId }) => sessionId);
      const actor = { id: null, name: provider.name, address };
      await this.sessions.endThese(manager, ids, { actor, reason: 'provider-sign-out' });
    });
  }

  /** Where a browser goes whose session ends here, to be signed out at the provider too; undefined: nowhere. */
  private async signOutAddress(sessionId: string): Promise<string | undefined> {
    const session = await this.dataSource.manager.findOneBy(OpenidSession, { sessionId });
    if (!session?.idTokenSealed) return undefined;
    const provider = (await this.providers.enabled('oidc')).find(({ id }) => id === session.providerId);
    if (!provider) return undefined;
    try {
      const idToken = this.secretKey.open(session.idTokenSealed);
      return await this.clients.of(provider).signOutAddress(idToken, this.clients.addressOf('/sign-in'));
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
