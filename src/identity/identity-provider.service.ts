import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { isDeepStrictEqual } from 'node:util';
import { DataSource, type EntityManager } from 'typeorm';
import { type Actor } from '../access/actor.js';
import { AuditService } from '../audit/audit.service.js';
import { SessionService } from '../auth/session/session.service.js';
import { checkVersion, versionOf } from '../audit/settings-version.js';
import { Clock } from '../clock/clock.js';
import { holdUntilCommit } from '../database/locks.js';
import { Notifications } from '../database/notifications.js';
import { NotFoundError } from '../errors/domain-error.js';
import { pageOf, type Sorting } from '../http/paging.js';
import { InvalidRequestError } from '../http/validation/validation.js';
import { SecretKey } from '../secret/secret-key.js';
import {
  type GroupRule,
  type GroupRuleView,
  type IdentityProviderChange,
  type IdentityProviderPage,
  type IdentityProviderView,
  type NewIdentityProvider,
  type ProviderFields,
  type IdentityProviderQuery,
} from './dto/identity-provider.js';
import { IdentityGroup } from './group/identity-group.entity.js';
import { IdentityProvider, type ProviderKind } from './identity-provider.entity.js';
import { ProviderNameTakenError } from './identity.errors.js';
import { accountsByProvider, existingTargets, isProviderNameTaken } from './identity.queries.js';
import { ProviderSession } from './single-sign-on/provider-session.entity.js';
import { changedSettings, kindRulesOf, type Secrets, warningsAbout } from './provider-settings.js';
import { newServiceKey } from './saml/service-key.js';

/** Identity providers, for administrators of the server. */
@Injectable()
export class IdentityProviderService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly secretKey: SecretKey,
    private readonly audit: AuditService,
    private readonly clock: Clock,
    private readonly notifications: Notifications,
    private readonly sessions: SessionService,
  ) {}

  async list(query: IdentityProviderQuery): Promise<IdentityProviderPage> {
    const { manager } = this.dataSource;
    const found = manager.createQueryBuilder(IdentityProvider, 'p');
    if (query.search !== undefined) {
      found.where('strpos(fold_case(p.name), fold_case(:search)) > 0', { search: query.search });
    }
    const sorting: Sorting<IdentityProviderQuery> = { id: 'p.id', name: 'p.name', kind: 'p.kind' };
    const { content, ...page } = await pageOf(found, query, sorting, (provider) => provider);
    return Object.assign(page, { content: await this.viewsOf(manager, content) });
  }

  /** @throws NotFoundError */
  async get(id: number): Promise<IdentityProviderView> {
    const { manager } = this.dataSource;
    return this.viewOf(manager, await this.find(manager, id));
  }

  /**
   * @throws InvalidRequestError
   * @throws ProviderNameTakenError
   */
  async create(actor: Actor, provider: NewIdentityProvider): Promise<IdentityProviderView> {
    const { kind, name, enabled = true, provisioning = 'existing', domains = [], groups = [] } = provider;
    const settings = await changedSettings(kind, undefined, provider);
    checkDomains(kind, domains);
    const serviceKey = kind === 'saml' ? await newServiceKey(this.clock.now()) : undefined;
    const secretsSealed = serviceKey
      ? this.secretKey.seal(JSON.stringify(serviceKey))
      : this.secretsOf(kind, provider, undefined, settings);
    return this.dataSource.transaction(async (manager) => {
      await this.lock(manager, name, 0);
      const now = this.clock.now();
      const saved = await manager.save(
        manager.create(IdentityProvider, {
          ...{ kind, name, enabled, provisioning, domains: [...new Set(domains)], settings },
          ...{ secretsSealed, createdAt: now, updatedAt: now },
        }),
      );
      await this.replaceGroups(manager, saved.id, groups);
      await this.record(manager, actor, saved, { action: 'identity-provider.created' });
      return this.viewOf(manager, saved);
    });
  }

  /**
   * @throws NotFoundError
   * @throws InvalidRequestError
   * @throws StaleVersionError
   * @throws ProviderNameTakenError
   */
  async change(actor: Actor, id: number, change: IdentityProviderChange): Promise<IdentityProviderView> {
    return this.dataSource.transaction(async (manager) => {
      await this.lock(manager, change.name, id);
      const before = await this.find(manager, id);
      await checkVersion(manager, { kind: 'identity-provider', targetId: id }, change.version);
      if (change.kind !== undefined && change.kind !== before.kind) {
        throw new InvalidRequestError([{ field: 'kind', message: 'kind cannot change: add another provider' }]);
      }
      const settings = await changedSettings(before.kind, before.settings, change);
      const after = Object.assign(manager.create(IdentityProvider, before), given(change), {
        ...{ settings, updatedAt: this.clock.now() },
        secretsSealed: this.secretsOf(before.kind, change, before, settings),
      });
      checkDomains(after.kind, after.domains);
      const groupsChanged = change.groups !== undefined && (await this.replaceGroups(manager, id, change.groups));
      const changed = [...changedFields(before, after), ...(groupsChanged ? ['groups'] : [])];
      if (changed.length === 0) return this.viewOf(manager, before);
      await manager.save(after);
      if (before.enabled && !after.enabled) await this.endSessions(manager, id, actor);
      await this.record(manager, actor, after, { action: 'identity-provider.changed', changed });
      return this.viewOf(manager, after);
    });
  }

  /** @throws NotFoundError */
  async remove(actor: Actor, id: number): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const provider = await this.find(manager, id);
      await this.endSessions(manager, id, actor);
      await manager.delete(IdentityProvider, { id });
      await this.record(manager, actor, provider, { action: 'identity-provider.removed' });
    });
  }

  /** Sessions that began at a provider end with it: from there, nothing could end them any more. */
  private async endSessions(manager: EntityManager, providerId: number, actor: Actor): Promise<void> {
    const found = await manager.find(ProviderSession, { where: { providerId }, order: { sessionId: 'ASC' } });
    const ids = found.map(({ sessionId }) => sessionId);
    await this.sessions.endThese(manager, ids, { actor, reason: 'provider-disconnected' });
  }

  private async find(manager: EntityManager, id: number): Promise<IdentityProvider> {
    const provider = await manager.findOneBy(IdentityProvider, { id });
    if (!provider) throw new NotFoundError('The identity provider');
    return provider;
  }

  /** One change at a time: an administrator that saves second has seen the first change. */
  private async lock(manager: EntityManager, name: string | undefined, id: number): Promise<void> {
    await holdUntilCommit(manager, 'identity providers', 'the server');
    if (name !== undefined && (await isProviderNameTaken(manager, name, id))) throw new ProviderNameTakenError(name);
  }

  /** A stored secret goes to the place that it was given for, and to no other. */
  private secretsOf(
    kind: ProviderKind,
    change: ProviderFields,
    before: IdentityProvider | undefined,
    settings: Record<string, unknown>,
  ): Buffer | null {
    const { secret, boundTo } = kindRulesOf(kind);
    if (!secret) return before?.secretsSealed ?? null;
    const value = change[secret];
    if (value === undefined) {
      const isMoved = boundTo.some((field) => (before?.settings[field] ?? '') !== settings[field]);
      if (!before?.secretsSealed || !isMoved) return before?.secretsSealed ?? null;
      const message = `give ${secret} again: it was stored for another ${boundTo.join(' or ')}`;
      throw new InvalidRequestError([{ field: secret, message, rule: 'provider-secret-needed' }]);
    }
    if (value === '') return null;
    const text = JSON.stringify({ [secret]: value } satisfies Secrets);
    const stored = before?.secretsSealed;
    // Sealed once more it would look like another one.
    return stored && this.secretKey.open(stored) === text ? stored : this.secretKey.seal(text);
  }

  /** @returns whether they are others than before */
  private async replaceGroups(
    manager: EntityManager,
    providerId: number,
    groups: readonly GroupRule[],
  ): Promise<boolean> {
    const rules = groups.map((group, index) => ruleOf(group, `groups.${index}`));
    const targets = rules.flatMap(({ organizationId, teamId }, index) =>
      organizationId === null ? [] : [{ organizationId, teamId, index }],
    );
    const existing = await existingTargets(manager, targets);
    const missing = targets.find((_, index) => !existing.has(index));
    if (missing) {
      const field = `groups.${missing.index}.${missing.teamId === null ? 'organizationId' : 'teamId'}`;
      const message = `${field}: there is no such ${missing.teamId === null ? 'organization' : 'team in this organization'}`;
      throw new InvalidRequestError([{ field, message, rule: 'group-target' }]);
    }
    const before = await this.groupsOf(manager, [providerId]);
    if (isDeepStrictEqual(before.map(viewOfGroup), rules.map(viewOfGroup))) return false;
    await manager.delete(IdentityGroup, { providerId });
    await manager.insert(
      IdentityGroup,
      rules.map((rule) => ({ ...rule, providerId })),
    );
    return true;
  }

  private groupsOf(manager: EntityManager, providerIds: readonly number[]): Promise<IdentityGroup[]> {
    return manager
      .createQueryBuilder(IdentityGroup, 'g')
      .where('g.providerId = ANY(:providerIds)', { providerIds })
      .orderBy('g.id')
      .getMany();
  }

  private async viewOf(manager: EntityManager, provider: IdentityProvider): Promise<IdentityProviderView> {
    const [view] = await this.viewsOf(manager, [provider]);
    if (!view) throw new NotFoundError('The identity provider');
    return view;
  }

  private async viewsOf(
    manager: EntityManager,
    providers: readonly IdentityProvider[],
  ): Promise<IdentityProviderView[]> {
    const ids = providers.map(({ id }) => id);
    const groups = await this.groupsOf(manager, ids);
    const accounts = new Map(
      (await accountsByProvider(manager, ids)).map((each) => [each.providerId, each.accounts] as const),
    );
    const views: IdentityProviderView[] = [];
    for (const provider of providers) {
      const { settings, secretsSealed, ...shown } = provider;
      const { secret } = kindRulesOf(provider.kind);
      const hasSecret = secret && { [hasSecretOf[secret]]: secretsSealed !== null };
      views.push({
        ...shown,
        ...settings,
        ...hasSecret,
        groups: groups.filter(({ providerId }) => providerId === provider.id).map(viewOfGroup),
        accounts: accounts.get(provider.id) ?? 0,
        warnings: warningsAbout(provider.kind, settings),
        version: await versionOf(manager, { kind: 'identity-provider', targetId: provider.id }),
      });
    }
    return views;
  }

  private async record(
    manager: EntityManager,
    actor: Actor,
    { id, kind, name, enabled, provisioning, domains, settings }: IdentityProvider,
    { action, changed }: { action: string; changed?: string[] },
  ): Promise<void> {
    this.notifications.tellAtCommit(manager, 'identity_changed', '');
    await this.audit.record(manager, actor, {
      action,
      targetType: 'identity-provider',
      targetId: id,
      details: { kind, name, enabled, provisioning, domains, ...placeOf(kind, settings), ...(changed && { changed }) },
    });
  }
}

const hasSecretOf = { bindPassword: 'hasBindPassword', clientSecret: 'hasClientSecret' } as const;

/** Where a provider is, for the audit log. */
function placeOf(kind: ProviderKind, { url, issuer, metadataUrl }: Record<string, unknown>): object {
  if (kind === 'ldap') return { url };
  return kind === 'oidc' ? { issuer } : { metadataUrl };
}

/** @throws InvalidRequestError for a SAML provider without domains: nothing else tells which addresses it vouches for */
function checkDomains(kind: ProviderKind, domains: readonly string[]): void {
  if (kind !== 'saml' || domains.length > 0) return;
  throw new InvalidRequestError([{ field: 'domains', message: 'domains is missing', rule: 'isMissing' }]);
}

/** What a change says of a provider of any kind. */
function given({ name, enabled, provisioning, domains }: IdentityProviderChange): Partial<IdentityProvider> {
  return {
    ...(name !== undefined && { name }),
    ...(enabled !== undefined && { enabled }),
    ...(provisioning !== undefined && { provisioning }),
    ...(domains !== undefined && { domains: [...new Set(domains)] }),
  };
}

/** The names of the fields that differ. Of secrets, only that they changed is ever told. */
function changedFields(before: IdentityProvider, after: IdentityProvider): string[] {
  const common = (['name', 'enabled', 'provisioning', 'domains'] as const).filter(
    (field) => !isDeepStrictEqual(before[field], after[field]),
  );
  const own = Object.keys(after.settings).filter(
    (field) => !isDeepStrictEqual(before.settings[field], after.settings[field]),
  );
  const isSame =
    before.secretsSealed === after.secretsSealed ||
    (before.secretsSealed !== null && after.secretsSealed !== null && before.secretsSealed.equals(after.secretsSealed));
  const { secret } = kindRulesOf(after.kind);
  return [...common, ...own, ...(isSame || !secret ? [] : [secret])];
}

/** @throws InvalidRequestError when it gives nothing, or two things at once */
function ruleOf(
  { group, organizationId, role, teamId, root }: GroupRule,
  field: string,
): Omit<IdentityGroup, 'id' | 'providerId'> {
  if (root) {
    if (organizationId === undefined && role === undefined && teamId === undefined) {
      return { name: group, organizationId: null, role: null, teamId: null, root: true };
    }
    const message = `${field}: a group gives the server (root) or a role in an organization, not both`;
    throw new InvalidRequestError([{ field, message, rule: 'group-rule' }]);
  }
  if (organizationId === undefined) {
    const message = `${field}.organizationId is missing: say what the group gives`;
    throw new InvalidRequestError([{ field: `${field}.organizationId`, message, rule: 'isMissing' }]);
  }
  return { name: group, organizationId, role: role ?? 'USER', teamId: teamId ?? null, root: false };
}

function viewOfGroup({
  name,
  organizationId,
  role,
  teamId,
  root,
}: Omit<IdentityGroup, 'id' | 'providerId'>): GroupRuleView {
  if (root || organizationId === null || role === null) return { group: name, root: true };
  return { group: name, organizationId, role, ...(teamId === null ? {} : { teamId }) };
}
