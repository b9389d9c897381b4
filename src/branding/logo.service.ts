import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { createHash } from 'node:crypto';
import { DataSource, IsNull } from 'typeorm';
import { type Actor } from '../access/actor.js';
import { AuditService } from '../audit/audit.service.js';
import { holdUntilCommit } from '../database/locks.js';
import { NotFoundError } from '../errors/domain-error.js';
import { keepOrganization } from './branding.queries.js';
import { logoImageIn } from './logo-image.js';
import { Logo } from './logo.entity.js';

/** Whose logo: an organization's, or the one of the whole server. */
export type LogoOwner = number | null;

/** Logos of organizations and of the server. */
@Injectable()
export class LogoService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly audit: AuditService,
  ) {}

  find(owner: LogoOwner): Promise<Logo | null> {
    return this.dataSource.manager.findOneBy(Logo, ownedBy(owner));
  }

  /** @throws NotFoundError */
  async get(owner: LogoOwner): Promise<Logo> {
    const logo = await this.find(owner);
    if (!logo) throw new NotFoundError('The logo');
    return logo;
  }

  /**
   * @param content the image as it was uploaded
   * @throws InvalidLogoError
   * @throws NotFoundError when the organization was deleted meanwhile
   */
  async replace(actor: Actor, owner: LogoOwner, content: Buffer): Promise<Logo> {
    const { mediaType, width, height } = logoImageIn(content);
    const sha256 = createHash('sha256').update(content).digest('hex');
    return this.dataSource.transaction(async (manager) => {
      await holdUntilCommit(manager, 'logo of', owner ?? 'the server');
      if (owner !== null && !(await keepOrganization(manager, owner))) throw new NotFoundError('The organization');
      await manager.delete(Logo, ownedBy(owner));
      const logo = await manager.save(Logo, { organizationId: owner, mediaType, width, height, sha256, content });
      const details = { mediaType, width, height, sha256 };
      await this.audit.record(manager, actor, { ...targetOf(owner), action: actionOn(owner, 'changed'), details });
      return logo;
    });
  }

  /** @throws NotFoundError */
  async remove(actor: Actor, owner: LogoOwner): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const { affected } = await manager.delete(Logo, ownedBy(owner));
      if (!affected) throw new NotFoundError('The logo');
      await this.audit.record(manager, actor, { ...targetOf(owner), action: actionOn(owner, 'removed') });
    });
  }
}

function ownedBy(owner: LogoOwner): { organizationId: number | ReturnType<typeof IsNull> } {
  return { organizationId: owner ?? IsNull() };
}

function actionOn(owner: LogoOwner, what: 'changed' | 'removed'): string {
  return `${owner === null ? 'server-settings' : 'organization'}.logo-${what}`;
}

function targetOf(owner: LogoOwner): { organizationId?: number; targetType?: string; targetId?: number } {
  return owner === null ? {} : { organizationId: owner, targetType: 'organization', targetId: owner };
}
