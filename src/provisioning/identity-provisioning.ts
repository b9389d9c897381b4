import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { isDeepStrictEqual } from 'node:util';
import { DataSource } from 'typeorm';
import { type GroupRule, type IdentityProviderChange } from '../identity/dto/identity-provider.js';
import { IdentityProvider } from '../identity/identity-provider.entity.js';
import { IdentityProviderService } from '../identity/identity-provider.service.js';
import { foldCase } from '../text/fold-case.js';
import { difference, type FieldChange } from './difference.js';
import { type ProvisionedGroup, type ProvisionedProvider } from './dto/provisioning-file.js';
import { type Placed } from './placed.js';
import { organizationsNamed, teamNamed } from './provisioning.queries.js';
import { configuration, type ProvisioningRun } from './provisioning-run.js';

/** What a view says besides the settings. */
const bookkeeping: ReadonlySet<string> = new Set(['version', 'updatedAt', 'warnings']);

/** Directories and single sign-on providers, which are known by their names. */
@Injectable()
export class IdentityProvisioning {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly providers: IdentityProviderService,
  ) {}

  async apply(run: ProvisioningRun, place: Placed<ProvisionedProvider>): Promise<void> {
    const { groups, ...fields } = place.value;
    const wanted = { ...fields, ...(groups && { groups: await this.rules(place.each('groups')) }) };
    const what = `identity provider "${wanted.name}"`;
    const before = await this.find(wanted.name);
    if (!before) {
      await this.providers.create(configuration, wanted);
      run.created(what, place);
      return;
    }
    const changed = await this.change(before, wanted);
    if (changed.length > 0) run.changed(what, place, changed);
  }

  /** The service knows best what differs: fields that are left out keep their values or defaults. */
  private async change(before: IdentityProvider, wanted: IdentityProviderChange): Promise<FieldChange[]> {
    const from = await this.providers.get(before.id);
    const to = await this.providers.change(configuration, before.id, wanted);
    if (from.version === to.version) return [];
    const after = await this.dataSource.manager.findOneByOrFail(IdentityProvider, { id: before.id });
    const isSecret = !isDeepStrictEqual(before.secretsSealed, after.secretsSealed);
    const fields = difference(to, from).filter(({ name }) => !bookkeeping.has(name));
    return [...fields, ...(isSecret ? [{ name: 'secret' }] : [])];
  }

  private async find(name: string): Promise<IdentityProvider | undefined> {
    const all = await this.dataSource.manager.find(IdentityProvider, { order: { id: 'ASC' } });
    return all.find((each) => foldCase(each.name) === foldCase(name));
  }

  private async rules(places: readonly Placed<ProvisionedGroup>[]): Promise<GroupRule[]> {
    const { manager } = this.dataSource;
    const rules: GroupRule[] = [];
    for (const place of places) {
      const { organization, team, ...rule } = place.value;
      const [organizationId] = organization === undefined ? [] : await organizationsNamed(manager, organization);
      if (organization !== undefined && organizationId === undefined) {
        place.refuse(`there is no organization "${organization}"`, ['organization']);
      }
      if (organizationId === undefined && team !== undefined)
        place.refuse('name the organization of the team', ['team']);
      if (organizationId === undefined && !rule.root) place.refuse('name an organization, or root: true');
      const teamId =
        organizationId === undefined || team === undefined ? undefined : await teamNamed(manager, organizationId, team);
      if (team !== undefined && teamId === undefined) place.refuse(`there is no team "${team}" there`, ['team']);
      rules.push({ ...rule, organizationId, teamId });
    }
    return rules;
  }
}
