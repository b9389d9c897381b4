import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import sql from 'sql-template-tag';
import { DataSource, type EntityManager } from 'typeorm';
import { AuditService } from '../audit/audit.service.js';
import { Clock } from '../clock/clock.js';
import { SETTINGS } from '../config/config.module.js';
import { type Settings } from '../config/settings.js';
import { holdUntilCommit } from '../database/locks.js';
import { NotFoundError } from '../errors/domain-error.js';
import { type ScimListQuery, type ScimSelection } from './dto/scim-list-query.js';
import { type ScimClient } from './scim-client.js';
import { type Document, type GroupDocument, groupOf, memberIdsOf } from './protocol/scim-document.js';
import { conditionOf, groupColumns } from './protocol/scim-filter.js';
import { ScimGrants } from './scim-grants.js';
import { ScimGroup } from './scim-group.entity.js';
import { type GroupPatch, groupPatchOf, type MemberChange, operationsOf } from './protocol/scim-patch.js';
import { checkPrecondition, type WantedResource } from './protocol/scim-precondition.js';
import {
  groupResource,
  isWanted,
  listResource,
  type Resource,
  selected,
  type Versioned,
} from './protocol/scim-resource.js';
import { ScimError } from './protocol/scim.error.js';
import {
  addMembers,
  existingPeople,
  type GroupRow,
  groupsCounted,
  groupsFound,
  isGroupNameTaken,
  markDue,
  groupMembersOf,
  removeMembers,
} from './scim.queries.js';

/** Groups that an identity provider keeps up to date. What they give, the rules of the provider say. */
@Injectable()
export class ScimGroupService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly grants: ScimGrants,
    private readonly audit: AuditService,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** @throws ScimError */
  async list({ provider }: ScimClient, query: ScimListQuery): Promise<Resource> {
    const { manager } = this.dataSource;
    const condition = conditionOf(query.filter, groupColumns);
    const total = await groupsCounted(manager, provider.id, condition);
    const range = { from: query.startIndex - 1, count: query.count };
    const found = query.count === 0 ? [] : await groupsFound(manager, provider.id, condition, range);
    return listResource(await this.resourcesOf(manager, found, query), total, query.startIndex);
  }

  /** @throws NotFoundError */
  async get({ provider }: ScimClient, id: number, selection: ScimSelection): Promise<Versioned> {
    return this.view(this.dataSource.manager, { providerId: provider.id, id }, selection);
  }

  /** @throws ScimError */
  async create(client: ScimClient, body: Document): Promise<Versioned> {
    const { provider, actor } = client;
    const { displayName, externalId, members = [] } = groupOf(body);
    const created = await this.dataSource.transaction(async (manager) => {
      await this.checkName(manager, provider.id, displayName, 0);
      const now = this.clock.now();
      const times = { createdAt: now, updatedAt: now };
      const { id } = await manager.save(ScimGroup, { providerId: provider.id, displayName, externalId, ...times });
      const added = await this.add(manager, client, id, members);
      const target = { targetType: 'scim-group', targetId: id };
      const details = { name: displayName, provider: provider.name, added: added.length };
      await this.audit.record(manager, actor, { action: 'scim-group.created', ...target, details });
      return this.view(manager, { providerId: provider.id, id });
    });
    await this.grants.catchUp(provider.id);
    return created;
  }

  /** @throws NotFoundError @throws ScimError */
  async replace(client: ScimClient, wanted: WantedResource, body: Document): Promise<Versioned> {
    const { displayName, externalId, members = [] } = groupOf(body);
    return this.change(client, wanted, () => ({
      ...{ displayName, externalId },
      members: [{ kind: 'replace', ids: members }],
    }));
  }

  /** @throws NotFoundError @throws ScimError */
  async patch(client: ScimClient, wanted: WantedResource, body: Document): Promise<Versioned> {
    const patch = groupPatchOf(operationsOf(body), memberIdsOf);
    return this.change(client, wanted, (current) => ({ ...namesIn(current, patch), members: patch.members }));
  }

  /** @throws NotFoundError */
  async remove({ provider, actor }: ScimClient, { id, ifMatch }: WantedResource): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const { displayName, version } = await this.locked(manager, provider.id, id);
      checkPrecondition(ifMatch, version);
      const members = await groupMembersOf(manager, [id]);
      const ids = members.map(({ userId }) => userId);
      await manager.delete(ScimGroup, { id });
      await markDue(manager, ids);
      const target = { targetType: 'scim-group', targetId: id };
      const details = { name: displayName, provider: provider.name, removed: ids.length };
      await this.audit.record(manager, actor, { action: 'scim-group.deleted', ...target, details });
    });
    await this.grants.catchUp(provider.id);
  }

  private async change(
    client: ScimClient,
    { id, ifMatch }: WantedResource,
    changed: (current: ScimGroup) => Pick<GroupDocument, 'displayName' | 'externalId'> & { members: MemberChange[] },
  ): Promise<Versioned> {
    const { provider, actor } = client;
    const result = await this.dataSource.transaction(async (manager) => {
      const group = await this.locked(manager, provider.id, id);
      checkPrecondition(ifMatch, group.version);
      const { displayName, externalId, members } = changed(group);
      if (displayName !== group.displayName) await this.checkName(manager, provider.id, displayName, id);
      const counts = await this.changeMembers(manager, client, id, members);
      // What the group gives may depend on its name.
      if (displayName !== group.displayName || externalId !== group.externalId) {
        await markDue(
          manager,
          (await groupMembersOf(manager, [id])).map(({ userId }) => userId),
        );
      }
      const now = this.clock.now();
      await manager.update(
        ScimGroup,
        { id },
        { displayName, externalId, version: () => 'version + 1', updatedAt: now },
      );
      const target = { targetType: 'scim-group', targetId: id };
      const details = { name: displayName, provider: provider.name, ...counts };
      await this.audit.record(manager, actor, { action: 'scim-group.changed', ...target, details });
      return this.view(manager, { providerId: provider.id, id });
    });
    await this.grants.catchUp(provider.id);
    return result;
  }

  /** @returns how many people came and went */
  private async changeMembers(
    manager: EntityManager,
    client: ScimClient,
    id: number,
    changes: readonly MemberChange[],
  ): Promise<{ added: number; removed: number }> {
    const counts = { added: 0, removed: 0 };
    for (const { kind, ids } of changes) {
      if (kind !== 'remove') counts.added += (await this.add(manager, client, id, ids)).length;
      if (kind !== 'add') counts.removed += await this.takeOut(manager, id, { ids, isKept: kind === 'replace' });
    }
    return counts;
  }

  private async add(
    manager: EntityManager,
    { provider }: ScimClient,
    id: number,
    ids: readonly string[],
  ): Promise<number[]> {
    if (ids.length === 0) return [];
    const existing = await existingPeople(manager, provider.id, ids);
    if (existing.length < ids.length) {
      const known = new Set(existing.map(String));
      const [missing = ''] = ids.filter((each) => !known.has(each));
      throw new ScimError('invalidValue', `There is no user with the id ${missing.slice(0, 100)}.`);
    }
    const added = await addMembers(manager, id, existing);
    await markDue(manager, added);
    return added;
  }

  /** @param isKept these stay, and the others go */
  private async takeOut(
    manager: EntityManager,
    id: number,
    { ids, isKept }: { ids: readonly string[]; isKept: boolean },
  ): Promise<number> {
    const named = new Set(ids);
    const members = await groupMembersOf(manager, [id]);
    const going = members.filter(({ userId }) => named.has(String(userId)) !== isKept).map(({ userId }) => userId);
    const removed = await removeMembers(manager, id, going);
    await markDue(manager, removed);
    return removed.length;
  }

  private async checkName(
    manager: EntityManager,
    providerId: number,
    displayName: string,
    except: number,
  ): Promise<void> {
    await holdUntilCommit(manager, 'scim names of', providerId);
    if (await isGroupNameTaken(manager, { providerId, displayName, except })) {
      throw new ScimError('uniqueness', `There is a group with the displayName ${displayName} already.`);
    }
  }

  private async locked(manager: EntityManager, providerId: number, id: number): Promise<ScimGroup> {
    const lock = { mode: 'pessimistic_write' } as const;
    const group = await manager.findOne(ScimGroup, { where: { id, providerId }, lock });
    if (!group) throw new NotFoundError('The group');
    return group;
  }

  private async view(
    manager: EntityManager,
    { providerId, id }: { providerId: number; id: number },
    selection: ScimSelection = {},
  ): Promise<Versioned> {
    const [row] = await groupsFound(manager, providerId, sql`g.id = ${id}`, { from: 0, count: 1 });
    if (!row) throw new NotFoundError('The group');
    const [resource = {}] = await this.resourcesOf(manager, [row], selection);
    return { version: row.version, resource };
  }

  private async resourcesOf(
    manager: EntityManager,
    rows: readonly GroupRow[],
    selection: ScimSelection,
  ): Promise<Resource[]> {
    const areMembersWanted = rows.length > 0 && isWanted(selection, 'members');
    const members = areMembersWanted
      ? await groupMembersOf(
          manager,
          rows.map(({ id }) => id),
        )
      : undefined;
    const url = this.settings.serverUrl;
    return rows.map((row) => {
      const own = members?.filter(({ groupId }) => groupId === row.id);
      return selected(groupResource(row, own, url), selection);
    });
  }
}

/** The names that a patch gives a group. */
function namesIn(current: ScimGroup, patch: GroupPatch): Pick<GroupDocument, 'displayName' | 'externalId'> {
  return groupOf({
    displayName: 'displayName' in patch ? patch.displayName : current.displayName,
    externalId: 'externalId' in patch ? patch.externalId : current.externalId,
  });
}
