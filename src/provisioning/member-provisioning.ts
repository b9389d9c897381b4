import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { TeamService } from '../organization/team/team.service.js';
import { type ProvisionedOrganization } from './dto/provisioned-organization.js';
import { type Placed } from './placed.js';
import { teamNamed } from './provisioning.queries.js';
import { configuration, type ProvisioningRun } from './provisioning-run.js';
import { ServiceAccountProvisioning } from './service-account-provisioning.js';

/** The teams and service accounts of an organization. */
@Injectable()
export class MemberProvisioning {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly teams: TeamService,
    private readonly accounts: ServiceAccountProvisioning,
  ) {}

  async apply(run: ProvisioningRun, organizationId: number, place: Placed<ProvisionedOrganization>): Promise<void> {
    const of = ` of "${place.value.name}"`;
    for (const team of place.each('teams')) {
      const { name } = team.value;
      if ((await teamNamed(this.dataSource.manager, organizationId, name)) !== undefined) continue;
      await team.during(() => this.teams.create(configuration, organizationId, name));
      run.created(`team "${name}"${of}`, team);
    }
    for (const account of place.each('serviceAccounts')) {
      await account.during(() => this.accounts.apply(run, organizationId, account, of));
    }
  }
}
