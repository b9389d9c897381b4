import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, Repository } from 'typeorm';
import { type Caller } from '../../access/caller.js';
import { mayDo } from '../../access/role.js';
import { Clock } from '../../clock/clock.js';
import { MembershipService } from '../../organization/membership.service.js';
import { Organization } from '../../organization/organization.entity.js';
import { type CapacityMailView } from '../dto/capacity-mail.js';
import { CapacityMail } from './capacity-mail.entity.js';

/** Who gets the capacity of which organization by mail. */
@Injectable()
export class CapacityMailService {
  constructor(
    @InjectRepository(CapacityMail) private readonly subscriptions: Repository<CapacityMail>,
    @InjectRepository(Organization) private readonly organizations: Repository<Organization>,
    private readonly memberships: MembershipService,
    private readonly clock: Clock,
  ) {}

  /** The caller's organizations whose capacity they may see; of root also the others that they have subscribed to. */
  async list({ id: userId, root }: Caller): Promise<CapacityMailView[]> {
    const roles = [...(await this.memberships.of(userId))];
    const visible = roles.flatMap(([id, role]) => (root || mayDo(role, 'utilization.view') ? [id] : []));
    const found = await this.subscriptions.findBy({ userId });
    const subscribed = new Set(found.map(({ organizationId }) => organizationId));
    const organizations = await this.organizations.find({
      select: { id: true, name: true },
      where: { id: In(root ? [...visible, ...subscribed] : visible) },
      order: { name: 'ASC', id: 'ASC' },
    });
    return organizations.map(({ id, name }) => ({ organization: { id, name }, subscribed: subscribed.has(id) }));
  }

  /** Of a person who has subscribed already nothing changes. */
  async subscribe(userId: number, organizationId: number): Promise<void> {
    const row = { userId, organizationId, mailedAt: this.clock.now() };
    await this.subscriptions.createQueryBuilder().insert().values(row).orIgnore().execute();
  }

  async unsubscribe(userId: number, organizationId: number): Promise<void> {
    await this.subscriptions.delete({ userId, organizationId });
  }
}
