import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, In } from 'typeorm';
import { type Caller } from '../../access/caller.js';
import { mayDo } from '../../access/role.js';
import { Clock } from '../../clock/clock.js';
import { NotFoundError } from '../../errors/domain-error.js';
import { type Memberships, MembershipService } from '../../organization/membership.service.js';
import { Organization } from '../../organization/organization.entity.js';
import { DismissedNotice } from './dismissed-notice.entity.js';
import { type NoticeView } from './dto/notice.js';
import { NoticeFactsService } from './notice-facts.service.js';
import { type Notice, noticeAudience, noticeId } from './notice.js';

const rank = { critical: 0, warning: 1, info: 2 } as const;

/** What needs action of a person: in the organizations whose roles include it, and for root on the server. */
@Injectable()
export class NoticeService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly facts: NoticeFactsService,
    private readonly memberships: MembershipService,
    private readonly clock: Clock,
  ) {}

  /** What is urgent comes first, then what is new. */
  async list(caller: Caller): Promise<NoticeView[]> {
    const notices = await this.find(caller);
    if (notices.length === 0) return [];
    const ids = notices.flatMap(({ organizationId }) => organizationId ?? []);
    const organizations = await this.dataSource.manager.find(Organization, {
      select: { id: true, name: true },
      where: { id: In(ids) },
    });
    const dismissed = await this.dataSource.manager.findBy(DismissedNotice, { userId: caller.id });
    return notices
      .map((notice): NoticeView => ({
        id: noticeId(notice),
        kind: notice.kind,
        severity: notice.severity,
        organization: organizations.find(({ id }) => id === notice.organizationId) ?? null,
        at: notice.at,
        facts: notice.facts,
        dismissed: dismissed.some((each) => each.notice === noticeId(notice)),
      }))
      .sort((a, b) => rank[a.severity] - rank[b.severity] || b.at.getTime() - a.at.getTime());
  }

  /**
   * Until its content changes.
   *
   * @throws NotFoundError when it is no notice for the caller, or no longer
   */
  async dismiss(caller: Caller, id: string): Promise<void> {
    const notices = await this.find(caller);
    if (!notices.some((notice) => noticeId(notice) === id)) throw new NotFoundError('The notification');
    const row = { userId: caller.id, notice: id, dismissedAt: this.clock.now() };
    await this.dataSource.manager.upsert(DismissedNotice, row, ['userId', 'notice']);
  }

  /** @throws NotFoundError when the caller has not dismissed it */
  async restore(caller: Caller, id: string): Promise<void> {
    const { affected } = await this.dataSource.manager.delete(DismissedNotice, { userId: caller.id, notice: id });
    if (!affected) throw new NotFoundError('The dismissed notification');
  }

  private async find(caller: Caller): Promise<Notice[]> {
    const memberships = await this.memberships.of(caller.id);
    const [ofLicenses, settings, mails] = [
      organizationsFor('license-expiring', memberships),
      organizationsFor('settings-changed', memberships),
      organizationsFor('mails-failing', memberships),
    ];
    const server = caller.root ? [null] : [];
    return [
      ...(caller.root || ofLicenses.length > 0 ? await this.facts.licensesNearEnd() : []),
      ...(caller.root ? await this.facts.ofThisServer() : []),
      ...(await this.facts.refusedSeats(organizationsFor('seats-exhausted', memberships))),
      ...(await this.facts.failingMails([...server, ...mails])),
      ...(await this.facts.changedSettings([...server, ...settings], caller.id)),
    ];
  }
}

function organizationsFor(kind: keyof typeof noticeAudience, memberships: Memberships): number[] {
  return [...memberships].flatMap(([id, role]) => (mayDo(role, noticeAudience[kind]) ? [id] : []));
}
