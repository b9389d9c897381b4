import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager, In } from 'typeorm';
import { BrowserSignIn, type Exchange } from '../../auth/second-factor/browser-sign-in.js';
import { SessionService } from '../../auth/session/session.service.js';
import { SignInService } from '../../auth/sign-in/sign-in.service.js';
import { clientAddress } from '../../http/client-address.js';
import { SecretKey } from '../../secret/secret-key.js';
import { type User } from '../../user/user.entity.js';
import { type ProviderKind } from '../identity-provider.entity.js';
import { IdentityProviders, type Provider } from '../identity-providers.js';
import { ProviderSession } from './provider-session.entity.js';
import { isUsableName } from './usable-name.js';

/** A longer hint is not kept to sign out with. */
const maxSignOutHint = 16_384;

/** Where else a session has begun. */
export interface SessionOrigin {
  providerId: number;
  subject: string;
  sid: string | undefined;
  /** What the provider wants to see when the person signs out; empty: it has to do without. */
  signOutHint: string;
}

/** Begins sessions that a provider can end. */
@Injectable()
export class ProviderSessions {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly providers: IdentityProviders,
    private readonly signIns: SignInService,
    private readonly browsers: BrowserSignIn,
    private readonly secretKey: SecretKey,
    private readonly sessions: SessionService,
  ) {}

  /** The provider has asked for whatever the company wants to see: nothing more is asked here. */
  async begin(user: User, exchange: Exchange, { signOutHint, sid, ...origin }: SessionOrigin): Promise<void> {
    await this.signIns.arrived(user, clientAddress(exchange.request));
    const signOutHintSealed = signOutHint.length <= maxSignOutHint ? this.secretKey.seal(signOutHint) : null;
    await this.browsers.begin(user, exchange, {
      begun: async (manager, sessionId) => {
        const kept = { sid: isUsableName(sid) ? sid : null, signOutHintSealed };
        await manager.insert(ProviderSession, { ...origin, ...kept, sessionId });
      },
    });
  }

  /** Ends the sessions of a person that a provider has signed out: all, or those that it names. */
  async end(
    manager: EntityManager,
    { id: providerId, name }: Provider,
    { subject, sids }: { subject: string | undefined; sids: readonly string[] },
    address: string,
  ): Promise<void> {
    const which = { providerId, ...(sids.length > 0 && { sid: In(sids) }), ...(subject !== undefined && { subject }) };
    const found = await manager.find(ProviderSession, { where: which, order: { sessionId: 'ASC' } });
    const ids = found.map(({ sessionId }) => sessionId);
    const actor = { id: null, name, address };
    await this.sessions.endThese(manager, ids, { actor, reason: 'provider-sign-out' });
  }

  /** The provider at which a session has begun, if it is of this kind and knows how to sign out, and what it wants to see for it. */
  async signOutHintOf(
    sessionId: string,
    kind: ProviderKind,
  ): Promise<{ provider: Provider; signOutHint: string } | undefined> {
    const session = await this.dataSource.manager.findOneBy(ProviderSession, { sessionId });
    if (!session?.signOutHintSealed) return undefined;
    const provider = (await this.providers.enabled(kind)).find(({ id }) => id === session.providerId);
    return provider && { provider, signOutHint: this.secretKey.open(session.signOutHintSealed) };
  }
}
