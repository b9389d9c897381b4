import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { type LicensePolicy } from '../activation/policy/dto/license-policy.js';
import { LicensePolicyService } from '../activation/policy/license-policy.service.js';
import { Organization } from '../organization/organization.entity.js';
import { difference } from './difference.js';
import { type ProvisionedPolicy, type ProvisionedSeatRule } from './dto/provisioned-organization.js';
import { type Placed } from './placed.js';
import { memberNamed, teamNamed } from './provisioning.queries.js';
import { configuration, type ProvisioningRun } from './provisioning-run.js';

/** A reservation or cap, as the policy has it. */
type SeatRule = NonNullable<LicensePolicy['reservations']>[number];

/** What organizations decide about their seats. */
@Injectable()
export class PolicyProvisioning {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly policies: LicensePolicyService,
  ) {}

  async apply(
    run: ProvisioningRun,
    organizationId: number,
    place: Placed<ProvisionedPolicy>,
    of: string,
  ): Promise<void> {
    const { reservations, caps, ...settings } = place.value;
    const wanted: LicensePolicy = {
      ...settings,
      reservations: reservations && (await this.rules(organizationId, place.each('reservations'))),
      caps: caps && (await this.rules(organizationId, place.each('caps'))),
    };
    const fields = difference(wanted, await this.present(organizationId));
    if (fields.length === 0) return;
    await this.policies.change(configuration, organizationId, wanted);
    run.changed(`license policy${of}`, place, fields);
  }

  /** As it was decided: a license that allows less by now has not changed the decision. */
  private async present(organizationId: number): Promise<object> {
    const { manager } = this.dataSource;
    const policy = await this.policies.get(organizationId, manager);
    const stored = await manager.findOneByOrFail(Organization, { id: organizationId });
    const { leaseMinutes, engineLeaseMinutes, overQuotaPercent, borrowMaxDays } = stored;
    const decided = { leaseMinutes, engineLeaseMinutes: engineLeaseMinutes ?? 0, overQuotaPercent, borrowMaxDays };
    return { ...policy, ...decided };
  }

  private async rules(organizationId: number, places: readonly Placed<ProvisionedSeatRule>[]): Promise<SeatRule[]> {
    const rules: SeatRule[] = [];
    for (const place of places) {
      const { product, seats, team, member } = place.value;
      if ((team === undefined) === (member === undefined)) place.refuse('name either a team or a member');
      const { manager } = this.dataSource;
      const teamId = team === undefined ? undefined : await teamNamed(manager, organizationId, team);
      if (team !== undefined && teamId === undefined) place.refuse(`there is no team "${team}"`, ['team']);
      const userId = member === undefined ? undefined : await memberNamed(manager, organizationId, member);
      if (member !== undefined && userId === undefined) place.refuse(`there is no member "${member}"`, ['member']);
      rules.push({ product, seats, ...(teamId === undefined ? { userId } : { teamId }) });
    }
    return rules;
  }
}
