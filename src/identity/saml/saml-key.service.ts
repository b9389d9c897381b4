import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { X509Certificate } from 'node:crypto';
import { DataSource, type EntityManager } from 'typeorm';
import { type Actor } from '../../access/actor.js';
import { AuditService } from '../../audit/audit.service.js';
import { Clock } from '../../clock/clock.js';
import { holdUntilCommit } from '../../database/locks.js';
import { Notifications } from '../../database/notifications.js';
import { NotFoundError } from '../../errors/domain-error.js';
import { SecretKey } from '../../secret/secret-key.js';
import { IdentityProvider } from '../identity-provider.entity.js';
import { type SamlKeyView } from './dto/saml-key.js';
import { SamlClients } from './saml-clients.js';
import { type ServiceKeys } from './saml-settings.js';
import { newServiceKey } from './service-key.js';
import { checkAlone, type KnownServiceKey, keysIn, signingWith, without, withNext } from './service-keys.js';

/** What is done to a key: the keys afterwards, and the key that it is about. */
interface KeyChange {
  action: 'saml-key.created' | 'saml-key.used' | 'saml-key.removed';
  change: (keys: ServiceKeys) => ServiceKeys;
  keyId: string;
}

/** Replaces the keys with which this server signs and decrypts for a SAML provider, while people sign in. */
@Injectable()
export class SamlKeyService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly clients: SamlClients,
    private readonly secretKey: SecretKey,
    private readonly audit: AuditService,
    private readonly notifications: Notifications,
    private readonly clock: Clock,
  ) {}

  /** @throws NotFoundError */
  async list(providerId: number): Promise<SamlKeyView[]> {
    return viewsOf(this.clients.keysOf(await this.find(this.dataSource.manager, providerId)));
  }

  /**
   * @throws NotFoundError
   * @throws SamlKeyError
   */
  async create(actor: Actor, providerId: number): Promise<SamlKeyView[]> {
    // To make a key takes a second of a core, which no refusal is worth.
    checkAlone(this.clients.keysOf(await this.find(this.dataSource.manager, providerId)));
    const next = await newServiceKey(this.clock.now());
    const [{ id: keyId }] = keysIn(next);
    return this.changed(actor, providerId, {
      action: 'saml-key.created',
      change: (keys) => withNext(keys, next),
      keyId,
    });
  }

  /** @throws NotFoundError */
  async use(actor: Actor, providerId: number, keyId: string): Promise<SamlKeyView[]> {
    return this.changed(actor, providerId, {
      action: 'saml-key.used',
      change: (keys) => signingWith(keys, keyId),
      keyId,
    });
  }

  /**
   * @throws NotFoundError
   * @throws SamlKeyError
   */
  async remove(actor: Actor, providerId: number, keyId: string): Promise<void> {
    await this.changed(actor, providerId, {
      action: 'saml-key.removed',
      change: (keys) => without(keys, keyId),
      keyId,
    });
  }

  private async changed(
    actor: Actor,
    providerId: number,
    { action, change, keyId }: KeyChange,
  ): Promise<SamlKeyView[]> {
    return this.dataSource.transaction(async (manager) => {
      // As other changes of providers do: none undoes another.
      await holdUntilCommit(manager, 'identity providers', 'the server');
      const provider = await this.find(manager, providerId);
      const before = this.clients.keysOf(provider);
      const after = change(before);
      if (after === before) return viewsOf(before);
      const secretsSealed = this.secretKey.seal(JSON.stringify(after));
      await manager.update(IdentityProvider, { id: providerId }, { secretsSealed, updatedAt: this.clock.now() });
      this.notifications.tellAtCommit(manager, 'identity_changed', '');
      const target = { targetType: 'identity-provider', targetId: providerId };
      await this.audit.record(manager, actor, { action, ...target, details: { name: provider.name, key: keyId } });
      return viewsOf(after);
    });
  }

  private async find(manager: EntityManager, id: number): Promise<IdentityProvider> {
    const provider = await manager.findOneBy(IdentityProvider, { id, kind: 'saml' });
    if (!provider) throw new NotFoundError('The SAML provider');
    return provider;
  }
}

function viewsOf(keys: ServiceKeys): SamlKeyView[] {
  return keysIn(keys).map(viewOf);
}

function viewOf({ id, state, certificate }: KnownServiceKey): SamlKeyView {
  const { validFrom, validTo } = new X509Certificate(certificate);
  return { id, state, certificate, validFrom: new Date(validFrom), validUntil: new Date(validTo) };
}
