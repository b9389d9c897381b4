import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { type Caller } from '../access/caller.js';
import { AllocationService } from '../license/pool/allocation.service.js';
import { OrganizationService } from '../organization/organization.service.js';
import { difference } from './difference.js';
import { type ProvisionedOrganization, type ProvisionedSeats } from './dto/provisioned-organization.js';
import { MailProvisioning } from './mail-provisioning.js';
import { MemberProvisioning } from './member-provisioning.js';
import { type Placed } from './placed.js';
import { PolicyProvisioning } from './policy-provisioning.js';
import { organizationsNamed } from './provisioning.queries.js';
import { configuration, type ProvisioningRun } from './provisioning-run.js';
import { WebhookProvisioning } from './webhook-provisioning.js';

/** An organization that a file describes, and that exists by now. */
interface Existing {
  id: number;
  place: Placed<ProvisionedOrganization>;
}

/** A share of seats that differs from the one that there is. */
interface Share {
  id: number;
  name: string;
  place: Placed<ProvisionedSeats>;
  from: number | null;
}

/** Organizations, which are known by their names, and what belongs to them. */
@Injectable()
export class OrganizationProvisioning {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly organizations: OrganizationService,
    private readonly allocations: AllocationService,
    private readonly members: MemberProvisioning,
    private readonly policies: PolicyProvisioning,
    private readonly mail: MailProvisioning,
    private readonly webhooks: WebhookProvisioning,
  ) {}

  /** @param owner of those that are created */
  async apply(
    run: ProvisioningRun,
    places: readonly Placed<ProvisionedOrganization>[],
    owner: Caller | undefined,
  ): Promise<void> {
    const existing: Existing[] = [];
    for (const place of places) {
      existing.push({ id: await place.during(() => this.organization(run, place, owner)), place });
    }
    for (const { id, place } of existing) await this.members.apply(run, id, place);
    await this.shares(run, existing);
    for (const { id, place } of existing) {
      const of = ` of "${place.value.name}"`;
      const policy = place.get('policy');
      if (policy) await policy.during(() => this.policies.apply(run, id, policy, of));
      const mailServer = place.get('mailServer');
      if (mailServer) await mailServer.during(() => this.mail.apply(run, id, mailServer, of));
      for (const webhook of place.each('webhooks')) {
        await webhook.during(() => this.webhooks.apply(run, id, webhook, of));
      }
    }
  }

  /** @returns its id */
  private async organization(
    run: ProvisioningRun,
    place: Placed<ProvisionedOrganization>,
    owner: Caller | undefined,
  ): Promise<number> {
    const { name, requireSecondFactor } = place.value;
    const [found, another] = await organizationsNamed(this.dataSource.manager, name);
    if (another !== undefined) {
      place.refuse(`there are several organizations with this name, with the ids ${found} and ${another}: rename one`, [
        'name',
      ]);
    }
    if (!owner) place.refuse('there is no administrator who could own it: describe the administrator, too');
    const id = found ?? (await this.organizations.create(owner, name, configuration)).id;
    if (found === undefined) run.created(`organization "${name}"`, place);
    const { requireSecondFactor: present } = await this.organizations.get(owner, id);
    const fields = difference({ requireSecondFactor }, { requireSecondFactor: present });
    if (fields.length === 0) return id;
    await this.organizations.change(owner, id, { requireSecondFactor }, configuration);
    run.changed(`organization "${name}"`, place, fields);
    return id;
  }

  /** Smaller shares before larger ones: what an organization gives up, another one may get. */
  private async shares(run: ProvisioningRun, existing: readonly Existing[]): Promise<void> {
    const shares: Share[] = [];
    for (const { id, place } of existing) {
      const present = place.value.seats ? await this.allocations.allocations(id) : [];
      for (const seats of place.each('seats')) {
        const { product, model, quantity } = seats.value;
        const from = present.find((each) => each.product === product && each.model === model)?.quantity ?? null;
        if (from !== quantity) shares.push({ id, name: place.value.name, place: seats, from });
      }
    }
    const growth = ({ from, place }: Share): number => (place.value.quantity ?? 0) - (from ?? 0);
    for (const share of shares.sort((one, other) => growth(one) - growth(other))) {
      const { id, name, place, from } = share;
      const { product, model, quantity } = place.value;
      await place.during(() => this.allocations.allocate(configuration, id, [place.value]));
      run.changed(`${product} ${model} seats of "${name}"`, place, [{ name: 'quantity', from, to: quantity }]);
    }
  }
}
