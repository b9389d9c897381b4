import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { server } from '../../access/actor.js';
import { administratorsOf } from '../../announcement/announcement.queries.js';
import { AuditService } from '../../audit/audit.service.js';
import { MailService } from '../../mail/mail.service.js';
import { templatedMail } from '../../mail/templated-mail.js';
import { Organization } from '../../organization/organization.entity.js';
import { type Webhook } from '../webhook.entity.js';
import { rootAddresses } from '../webhook.queries.js';

/** Tells of a webhook that the server has disabled: in the audit log, and by mail to those who can do something about it. */
@Injectable()
export class DisabledNotice {
  constructor(
    private readonly audit: AuditService,
    private readonly mail: MailService,
  ) {}

  /** @param error of the last attempt */
  async write(manager: EntityManager, { id, organizationId, host }: Webhook, error: string): Promise<void> {
    await this.audit.record(manager, server, {
      action: 'webhook.disabled',
      ...(organizationId !== null && { organizationId }),
      targetType: 'webhook',
      targetId: id,
      details: { host, error },
    });
    const place = organizationId === null ? 'server' : `organizations/${organizationId}`;
    const url = `${this.mail.serverUrl}/${place}/webhooks`;
    const people =
      organizationId === null ? await rootAddresses(manager) : await administratorsOf(manager, organizationId);
    const organization =
      organizationId === null ? null : (await manager.findOneBy(Organization, { id: organizationId }))?.name;
    const facts = { organization: organization ?? null, host, error };
    const mails = people.map((email) => templatedMail('webhook-disabled', email, facts, { url }));
    await this.mail.enqueue(manager, organizationId, mails);
  }
}
