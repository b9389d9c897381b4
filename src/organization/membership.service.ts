import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { LRUCache } from 'lru-cache';
import { Repository } from 'typeorm';
import { Notifications } from '../database/notifications.js';
import { Membership } from './membership.entity.js';
import { type Role } from './role.js';

/** Roles by organization. */
export type Memberships = ReadonlyMap<number, Role>;

/** Who is what where. Answered from memory, and dropped as soon as the database tells of a change. */
@Injectable()
export class MembershipService {
  private readonly known = new LRUCache<number, Memberships>({ max: 50_000, ttl: 60_000 });
  private forgotten = 0;

  constructor(
    @InjectRepository(Membership) private readonly memberships: Repository<Membership>,
    private readonly notifications: Notifications,
  ) {
    notifications.on('access_changed', (userId) => this.forget(Number(userId)));
    notifications.onResume(() => {
      this.forgotten++;
      this.known.clear();
    });
  }

  forget(userId: number): void {
    this.forgotten++;
    this.known.delete(userId);
  }

  async of(userId: number): Promise<Memberships> {
    const known = this.notifications.isListening ? this.known.get(userId) : undefined;
    if (known) return known;
    const forgottenBefore = this.forgotten;
    const rows = await this.memberships.find({ where: { userId }, order: { organizationId: 'ASC' } });
    const loaded = new Map(rows.map(({ organizationId, role }) => [organizationId, role]));
    if (this.forgotten === forgottenBefore) this.known.set(userId, loaded);
    return loaded;
  }

  async roleIn(organizationId: number, userId: number): Promise<Role | undefined> {
    return (await this.of(userId)).get(organizationId);
  }
}
