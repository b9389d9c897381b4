import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { AuditService } from '../audit/audit.service.js';
import { type Caller } from '../access/caller.js';
import { Clock } from '../clock/clock.js';
import { SETTINGS } from '../config/config.module.js';
import { type Settings } from '../config/settings.js';
import { inTurn } from '../errors/item-error.js';
import { NotFoundError } from '../errors/domain-error.js';
import { DailyLimitError } from '../errors/limit-errors.js';
import { pageOfRows } from '../http/paging.js';
import { takeOfToday } from '../mail/daily-limit.js';
import { type Invited } from '../mail/facts.js';
import { MailService } from '../mail/mail.service.js';
import { type TemplatedMail, templatedMail } from '../mail/templated-mail.js';
import { holdOrganization } from '../organization/hold-organization.js';
import { Organization } from '../organization/organization.entity.js';
import { User } from '../user/user.entity.js';
import {
  type InvitationChangeResult,
  type InvitationPage,
  type InvitationQuery,
  type InvitationResult,
  type InvitationView,
  type NewInvitations,
} from './dto/invitation.js';
import { stateOf } from './invitation-state.js';
import { byLine, foreseen, studioHint, type Invitee, inviteesOf } from './invitees.js';
import { invitationEvent } from './invitation-event.js';
import { InvitationLinks } from './invitation-links.js';
import { Invitation } from './invitation.entity.js';
import { InvitationClosedError, NobodyInvitedError } from './invitation.errors.js';
import {
  type InvitationRow,
  invitationSorting,
  invitationsOf,
  invitationsWith,
  writeInvitations,
} from './invitation.queries.js';

/** Addresses of one organization, and what their invitations promise. */
interface Writing extends Pick<Invitation, 'organizationId' | 'role' | 'assign' | 'teamId'> {
  emails: readonly string[];
}

type Inviter = Pick<Invited, 'inviter' | 'inviterEmail'> & Pick<TemplatedMail, 'language'>;

/** Bringing people into an organization (manual, "Invitations"). */
@Injectable()
export class InvitationService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly links: InvitationLinks,
    private readonly audit: AuditService,
    private readonly mail: MailService,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * Invites many addresses; each has its own result. An address whose invitation has expired is invited again.
   *
   * @throws InvalidRequestError
   * @throws NobodyInvitedError when not one could be invited
   * @throws NoSeatToAssignError when the organization has no such seats at all
   * @throws DailyLimitError
   */
  async invite(caller: Caller, organizationId: number, request: NewInvitations): Promise<InvitationResult[]> {
    return this.dataSource.transaction(async (manager) => {
      // Of two who invite the same address at the same moment one waits and finds it invited.
      const organization = await manager.findOne(Organization, {
        where: { id: organizationId },
        lock: { mode: 'for_no_key_update' },
      });
      if (!organization) throw new NotFoundError('The organization');
      const { invitees, refused } = await inviteesOf(manager, organizationId, request, this.clock.now());
      if (request.preview) return [...invitees.map(foreseen), ...refused].toSorted(byLine);
      if (invitees.length === 0) throw new NobodyInvitedError(refused);
      await this.countToday(manager, organizationId, 'invitation', invitees.length);
      const invited = await this.writeAll(manager, caller, organizationId, invitees);
      return [...invited, ...refused].toSorted(byLine);
    });
  }

  /** Writes invitations, those that promise the same at once. */
  private async writeAll(
    manager: EntityManager,
    caller: Caller,
    organizationId: number,
    invitees: readonly Invitee[],
  ): Promise<InvitationResult[]> {
    const groups = new Map<string, Writing>();
    for (const { email, role, assign, teamId } of invitees) {
      const key = JSON.stringify([role, assign, teamId]);
      const emails = [...(groups.get(key)?.emails ?? []), email];
      groups.set(key, { organizationId, emails, role, assign, teamId });
    }
    const ids: number[] = [];
    for (const group of groups.values()) ids.push(...(await this.write(manager, caller, group)));
    const lines = new Map(invitees.map(({ email, line }) => [email, line]));
    return (await this.views(manager, organizationId, ids)).map((invitation) => ({
      email: invitation.email,
      invitation,
      state: invitation.state,
      link: invitation.link,
      error: null,
      hint: studioHint(invitation.email),
      line: lines.get(invitation.email) ?? null,
    }));
  }

  async list(organizationId: number, query: InvitationQuery): Promise<InvitationPage> {
    const now = this.clock.now();
    const { content, ...paging } = await pageOfRows<InvitationRow>(
      this.dataSource.manager,
      invitationsOf(organizationId, query, now),
      query,
      invitationSorting,
    );
    return { ...paging, content: content.map((row) => this.viewOf(row, now)) };
  }

  /**
   * Makes a new link; the old one is dead.
   *
   * @throws NotFoundError
   * @throws InvitationClosedError
   * @throws DailyLimitError
   */
  async resend(caller: Caller, organizationId: number, id: number): Promise<InvitationView> {
    return this.dataSource.transaction(async (manager) => {
      await holdOrganization(manager, organizationId);
      const invitation = await this.lockOpen(manager, organizationId, id);
      if (invitation.acceptedAt) throw new InvitationClosedError('This invitation has been accepted.');
      await this.countToday(manager, organizationId, 'resend', 1);
      const { email, role, assign, teamId } = invitation;
      await this.write(manager, caller, { organizationId, emails: [email], role, assign, teamId }, 'invitation.resent');
      const [view] = await this.views(manager, organizationId, [id]);
      if (!view) throw new NotFoundError('The invitation');
      return view;
    });
  }

  async resendSeveral(
    caller: Caller,
    organizationId: number,
    ids: readonly number[],
  ): Promise<InvitationChangeResult[]> {
    const links = new Map<number, string | null>();
    const results = await inTurn(ids, async (id) => {
      links.set(id, (await this.resend(caller, organizationId, id)).link);
    });
    return results.map(({ key, error }) => ({ invitationId: key, link: links.get(key) ?? null, error }));
  }

  async revokeSeveral(
    caller: Caller,
    organizationId: number,
    ids: readonly number[],
  ): Promise<InvitationChangeResult[]> {
    const results = await inTurn(ids, (id) => this.revoke(caller, organizationId, id));
    return results.map(({ key, error }) => ({ invitationId: key, link: null, error }));
  }

  /**
   * Takes an invitation back; also one that was accepted, as long as the membership has not begun. Doing it twice is doing
   * it once.
   *
   * @throws NotFoundError
   * @throws InvitationClosedError when the membership has begun
   */
  async revoke(caller: Caller, organizationId: number, id: number): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const invitation = await this.lock(manager, organizationId, id);
      if (invitation.revokedAt) return;
      if (invitation.joinedAt) throw new InvitationClosedError('The invited person is a member by now.');
      await manager.update(Invitation, { id }, { revokedAt: this.clock.now() });
      await this.audit.record(manager, caller, invitationEvent('invitation.revoked', invitation));
    });
  }

  /** @throws DailyLimitError */
  private async countToday(
    manager: EntityManager,
    organizationId: number,
    kind: 'invitation' | 'resend',
    count: number,
  ): Promise<void> {
    const limit = kind === 'resend' ? this.settings.maxResendsPerDay : this.settings.maxInvitationsPerDay;
    const now = this.clock.now();
    if (await takeOfToday(manager, { organizationId, kind, count, limit }, now)) return;
    const code = kind === 'resend' ? 'too-many-resends-today' : 'too-many-invitations-today';
    throw new DailyLimitError(code, limit, now);
  }

  private async write(
    manager: EntityManager,
    caller: Caller,
    { organizationId, emails, role, assign, teamId }: Writing,
    action = 'invitation.created',
  ): Promise<number[]> {
    const now = this.clock.now();
    const expiresAt = new Date(now.getTime() + this.settings.invitationHours * 3_600_000);
    // What an organization's own mail server carries can be read there, and proves nothing.
    const mailed = await this.mail.sendsServerWide(organizationId, manager);
    const links = emails.map(() => this.links.create(mailed));
    const promise = { organizationId, role, assign, teamId, expiresAt };
    const rows = await writeInvitations(manager, { ...promise, emails, links, invitedBy: caller.id, now });
    const events = rows.map(({ id, email }) => {
      const target = { organizationId, targetType: 'invitation', targetId: id };
      return { action, ...target, details: { email, role, assign, ...(teamId === null ? {} : { teamId }), expiresAt } };
    });
    await this.audit.record(manager, caller, ...events);
    const { name } = await manager.findOneByOrFail(Organization, { id: organizationId });
    const { language, ...inviter } = await this.inviter(manager, caller);
    const urls = new Map(emails.map((email, index) => [email, links[index]?.url]));
    const mails = rows.map(({ email }) => {
      const facts = { ...{ to: email, organization: name, hours: this.settings.invitationHours }, ...inviter };
      return templatedMail('invitation', email, facts, { url: urls.get(email), language });
    });
    await this.mail.enqueue(manager, organizationId, mails, mailed);
    return rows.map(({ id }) => id);
  }

  /** Whom an invitation names, and the language for readers who have not chosen one: that of the person who invites them. */
  private async inviter(manager: EntityManager, { id, email }: Caller): Promise<Inviter> {
    const { firstName, lastName, language } = await manager.findOneByOrFail(User, { id });
    const name = `${firstName} ${lastName}`.trim();
    return { inviter: name || email, inviterEmail: email, language: language ?? undefined };
  }

  private async views(manager: EntityManager, organizationId: number, ids: number[]): Promise<InvitationView[]> {
    const rows = await invitationsWith(manager, organizationId, ids);
    const now = this.clock.now();
    return rows.map((row) => this.viewOf(row, now));
  }

  private viewOf({ nonce, tokenHash, openedAt, revokedAt, ...view }: InvitationRow, now: Date): InvitationView {
    const state = stateOf({ ...view, openedAt, revokedAt }, now);
    const usable = state === 'pending' || state === 'must-set-password';
    return { ...view, state, link: usable ? this.links.shown(nonce, tokenHash) : null };
  }

  private async lockOpen(manager: EntityManager, organizationId: number, id: number): Promise<Invitation> {
    const invitation = await this.lock(manager, organizationId, id);
    if (invitation.revokedAt) throw new InvitationClosedError('This invitation has been withdrawn.');
    return invitation;
  }

  private async lock(manager: EntityManager, organizationId: number, id: number): Promise<Invitation> {
    const invitation = await manager.findOne(Invitation, {
      where: { id, organizationId },
      lock: { mode: 'pessimistic_write' },
    });
    if (!invitation) throw new NotFoundError('The invitation');
    return invitation;
  }
}
