import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { createHmac, randomBytes } from 'node:crypto';
import { DataSource, type EntityManager } from 'typeorm';
import { type Actor } from '../access/actor.js';
import { AuditService } from '../audit/audit.service.js';
import { LinkExpiredError, LinkUnknownError } from '../auth/auth.errors.js';
import { type Caller } from '../access/caller.js';
import { hashToken } from '../secret/random-token.js';
import { PasswordService } from '../auth/password/password.service.js';
import { SignInService } from '../auth/sign-in/sign-in.service.js';
import { Clock } from '../clock/clock.js';
import { SETTINGS } from '../config/config.module.js';
import { type Settings } from '../config/settings.js';
import { holdUntilCommit } from '../database/locks.js';
import { NotFoundError } from '../errors/domain-error.js';
import { DailyLimitError } from '../errors/limit-errors.js';
import { canonicalEmail, emailProblems, isEmailAddress, problemOfEmail } from '../text/email-address.js';
import { pageOfRows } from '../http/paging.js';
import { InvalidRequestError } from '../http/validation.js';
import { NoSeatToAssignError } from '../license/license.errors.js';
import { LicensedUserService } from '../license/licensed-user.service.js';
import { lockPools } from '../license/pool/lock-pools.js';
import { takeOfToday } from '../mail/daily-limit.js';
import { type Invitation as InvitationFacts } from '../mail/facts.js';
import { MailService } from '../mail/mail.service.js';
import { type TemplatedMail, templatedMail } from '../mail/templated-mail.js';
import { MemberService } from '../member/member.service.js';
import { holdOrganization } from '../organization/hold-organization.js';
import { MembershipService } from '../organization/membership.service.js';
import { Organization } from '../organization/organization.entity.js';
import { SecretKey } from '../secret/secret-key.js';
import { type AcceptedPassword } from '../user/password.js';
import { User } from '../user/user.entity.js';
import { EmailTakenError } from '../user/user.errors.js';
import { UserService } from '../user/user.service.js';
import {
  type Acceptance,
  type AcceptedInvitation,
  type InvitationPage,
  type InvitationQuery,
  type InvitationHint,
  type InvitationResult,
  type InvitationView,
  type NewInvitations,
  type OpenedInvitation,
} from './dto/invitation.js';
import { stateOf } from './invitation-state.js';
import { Invitation } from './invitation.entity.js';
import {
  AccountExistsError,
  InvitationClosedError,
  InvitationRevokedError,
  InvitationUsedError,
  InvitedAccountDisabledError,
  NobodyInvitedError,
  OtherAccountError,
  OwnerUnverifiedError,
} from './invitation.errors.js';
import { counted } from '../errors/counted.js';

type InvitationRow = Omit<InvitationView, 'link' | 'state'> &
  Pick<Invitation, 'openedAt' | 'revokedAt' | 'nonce' | 'tokenHash'>;

/** An invitation whose link was opened. */
interface Opened {
  invitation: Invitation;
  /** The link has traveled by the server's own mail server: who has it reads the mails of the address. */
  mailed: boolean;
}

/** What is known of addresses to invite: $1 the organization, $2 the addresses. */
const candidatesInSql = `
  SELECT w.email, m.user_id IS NOT NULL AS member, i.id AS "openId", i.accepted_at IS NOT NULL AS accepted,
         i.expires_at AS "expiresAt"
    FROM unnest($2::text[]) WITH ORDINALITY AS w(email, place)
    -- Looks at members only, so that it takes as long for an account of a stranger as for none.
    LEFT JOIN (SELECT m.user_id, u.email FROM membership m JOIN user_account u ON u.id = m.user_id
                WHERE m.organization_id = $1) AS m ON m.email = w.email
    LEFT JOIN invitation i ON i.organization_id = $1 AND i.email = w.email
                          AND i.joined_at IS NULL AND i.revoked_at IS NULL
   ORDER BY w.place`;

/** Invites an address with an open invitation again. */
const insertionInSql = `
  INSERT INTO invitation (organization_id, email, role, assign, nonce, token_hash, mailed_token_hash, invited_by, created_at,
                          sent_at, expires_at)
    SELECT $1, w.email, $2, $3::jsonb, w.nonce, w.hash, w.mailed, $4, $5, $5, $6
      FROM unnest($7::text[], $8::bytea[], $9::bytea[], $10::bytea[])
             WITH ORDINALITY AS w(email, nonce, hash, mailed, place) ORDER BY w.place
  ON CONFLICT (organization_id, email) WHERE joined_at IS NULL AND revoked_at IS NULL DO UPDATE
    SET role = excluded.role, assign = excluded.assign, nonce = excluded.nonce, token_hash = excluded.token_hash,
        mailed_token_hash = excluded.mailed_token_hash,
        invited_by = excluded.invited_by, sent_at = excluded.sent_at, expires_at = excluded.expires_at, opened_at = NULL
  RETURNING id, email`;

/** An address and what the database knows about it. */
interface Candidate {
  email: string;
  member: boolean;
  openId: number | null;
  accepted: boolean;
  expiresAt: Date | null;
}

type Inviter = Pick<InvitationFacts, 'inviter' | 'inviterEmail'> & Pick<TemplatedMail, 'language'>;

/** Bringing people into an organization (manual, "Invitations"). */
@Injectable()
export class InvitationService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly users: UserService,
    private readonly memberships: MembershipService,
    private readonly licensedUsers: LicensedUserService,
    private readonly members: MemberService,
    private readonly passwords: PasswordService,
    private readonly audit: AuditService,
    private readonly mail: MailService,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly secretKey: SecretKey,
    signIns: SignInService,
  ) {
    signIns.whenSignedIn((user, address) => this.joinAtSignIn(user, address));
  }

  /**
   * Invites many addresses; each has its own result. An address whose invitation has expired is invited again.
   *
   * @throws NobodyInvitedError when not one could be invited
   * @throws NoSeatToAssignError when the organization has no such seats at all
   * @throws DailyLimitError
   */
  async invite(
    caller: Caller,
    organizationId: number,
    { emails, role, assign = [] }: NewInvitations,
  ): Promise<InvitationResult[]> {
    const { addresses, invalid } = separated(emails);
    const refused: InvitationResult[] = invalid.map((email) =>
      refusal(email.slice(0, 300), 'invalid-email', invalidAddress(email)),
    );
    return this.dataSource.transaction(async (manager) => {
      // Of two who invite the same address at the same moment one waits and finds it invited.
      const organization = await manager.findOne(Organization, {
        where: { id: organizationId },
        lock: { mode: 'for_no_key_update' },
      });
      if (!organization) throw new NotFoundError('The organization');
      await this.checkSeats(manager, organizationId, assign);
      const now = this.clock.now();
      const candidates = await manager.query<Candidate[]>(candidatesInSql, [organizationId, addresses]);
      const wanted: { email: string; openId: number | null }[] = [];
      for (const { email, member, openId, accepted, expiresAt } of candidates) {
        if (member) refused.push(refusal(email, 'already-a-member', 'is a member already.'));
        else if (accepted) {
          refused.push(refusal(email, 'already-invited', 'has accepted, and is a member from the next sign-in on.'));
        } else if (openId !== null && expiresAt && expiresAt > now) {
          refused.push(refusal(email, 'already-invited', 'is invited already. Send that invitation again instead.'));
        } else wanted.push({ email, openId });
      }
      if (wanted.length === 0) throw new NobodyInvitedError(refused);
      await this.countToday(manager, organizationId, 'invitation', wanted.length);
      const ids = await this.write(manager, caller, organizationId, wanted, { role, assign });
      const invited = (await this.views(manager, organizationId, ids)).map((invitation) => ({
        email: invitation.email,
        invitation,
        state: invitation.state,
        link: invitation.link,
        error: null,
        hint: studioHint(invitation.email),
      }));
      return [...invited, ...refused];
    });
  }

  async list(organizationId: number, query: InvitationQuery): Promise<InvitationPage> {
    const now = this.clock.now();
    const { content, ...paging } = await pageOfRows<InvitationRow>(
      this.dataSource.manager,
      {
        select: invitationColumns,
        from: `${invitationTables} WHERE i.organization_id = $1
                 AND ($2::text IS NULL OR strpos(fold_case(concat_ws(' ', i.email, i.role)), fold_case($2)) > 0)
                 AND ($3::text IS NULL OR $3 = ${stateInSql('$4')})`,
        parameters: [organizationId, query.search ?? null, query.state ?? null, now],
        tieBreaker: 'i.id DESC',
        sort: 'createdAt,desc',
      },
      query,
      {
        createdAt: 'i.created_at',
        sentAt: 'i.sent_at',
        expiresAt: 'i.expires_at',
        acceptedAt: 'i.accepted_at',
        email: 'i.email',
        role: 'i.role',
        state: stateInSql('$4'),
      },
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
      const { email, role, assign } = invitation;
      await this.write(manager, caller, organizationId, [{ email, openId: id }], { role, assign }, 'invitation.resent');
      const [view] = await this.views(manager, organizationId, [id]);
      if (!view) throw new NotFoundError('The invitation');
      return view;
    });
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
      await this.record(manager, caller, 'invitation.revoked', invitation);
    });
  }

  /**
   * What the link's page shows.
   *
   * @throws LinkUnknownError, InvitationUsedError, LinkExpiredError, InvitationRevokedError
   * @throws OtherAccountError when another account is signed in
   */
  async open(token: string, caller: Caller | undefined): Promise<OpenedInvitation> {
    return this.dataSource.transaction(async (manager) => {
      const { invitation, mailed } = await this.lockUsable(manager, token, caller);
      const user = await this.users.findByEmail(invitation.email, manager);
      if (!invitation.openedAt) {
        invitation.openedAt = this.clock.now();
        await manager.update(Invitation, { id: invitation.id }, { openedAt: invitation.openedAt });
      }
      return {
        organization: await organizationOf(manager, invitation),
        email: invitation.email,
        role: invitation.role,
        state: stateOf(invitation, this.clock.now()),
        expiresAt: invitation.expiresAt,
        hasAccount: user !== null,
        setsPassword: user === null || isRenewed(user, invitation, mailed),
        signedIn: caller !== undefined,
      };
    });
  }

  /**
   * Accepts. A new account is created, and is a member from its first sign-in on. A verified account accepts signed in, and
   * not otherwise. An unverified one gets a new password, and all that was set for it before is void.
   *
   * @throws LinkUnknownError, InvitationUsedError, LinkExpiredError, InvitationRevokedError, OtherAccountError
   * @throws InvalidRequestError when a password is needed, or breaks the rules; the link still works
   * @throws AccountExistsError when the account has to sign in first, or a password comes for it
   * @throws InvitedAccountDisabledError
   * @throws OwnerUnverifiedError
   */
  async accept(
    token: string,
    acceptance: Acceptance,
    caller: Caller | undefined,
    address: string,
  ): Promise<AcceptedInvitation> {
    const { firstName, lastName } = acceptance;
    const password = await this.acceptPassword(token, acceptance, caller, address);
    return this.dataSource.transaction(async (manager) => {
      // Seats before invitations, and these before accounts, like all code that grants or frees a seat.
      await this.lockSeatsBehind(manager, token);
      const opened = await this.lockUsable(manager, token, caller);
      const { invitation } = opened;
      const actor = { id: caller?.id ?? null, name: invitation.email, address };
      const userId = await this.accountFor(manager, opened, { firstName, lastName, password }, caller, actor);
      invitation.acceptedAt = this.clock.now();
      invitation.userId = userId;
      await manager.update(Invitation, { id: invitation.id }, { acceptedAt: invitation.acceptedAt, userId });
      await this.record(manager, actor, 'invitation.accepted', invitation);
      if (caller) await this.begin(manager, invitation, userId, actor);
      else await manager.query('UPDATE user_account SET joins_at_sign_in = true WHERE id = $1', [userId]);
      const organization = await organizationOf(manager, invitation);
      return { organization, email: invitation.email, joined: caller !== undefined };
    });
  }

  /** Checks the password before the transaction, if the account gets one. Whether it does is decided again within it. */
  private async acceptPassword(
    token: string,
    { password, firstName, lastName }: Acceptance,
    caller: Caller | undefined,
    address: string,
  ): Promise<AcceptedPassword | undefined> {
    if (password === undefined) return undefined;
    const { invitation, mailed } = await this.dataSource.transaction((manager) =>
      this.lockUsable(manager, token, caller),
    );
    const { email, organizationId } = invitation;
    const user = await this.users.findByEmail(email);
    if (user?.disabledAt) throw new InvitedAccountDisabledError();
    if (user && !isRenewed(user, invitation, mailed)) throw new AccountExistsError(email);
    return this.users.acceptPassword(password, { email, names: [firstName, lastName], organizationId, address });
  }

  /** The account that an invitation is accepted with: a new one, the caller's, or an unverified one with a new password. */
  private async accountFor(
    manager: EntityManager,
    { invitation, mailed }: Opened,
    { password, firstName = '', lastName = '' }: Omit<Acceptance, 'password'> & { password?: AcceptedPassword },
    caller: Caller | undefined,
    actor: Actor,
  ): Promise<number> {
    const { email, organizationId } = invitation;
    // Each of several links to one address changes the invitations that were accepted before: one after the other.
    await holdUntilCommit(manager, 'acceptances of', email);
    await manager.query(
      `SELECT FROM invitation i JOIN user_account u ON u.id = i.user_id
        WHERE u.email = $1 AND u.verified_at IS NULL ORDER BY i.id FOR UPDATE OF i`,
      [email],
    );
    const user = await manager.findOne(User, { where: { email }, lock: { mode: 'for_no_key_update' } });
    if (user?.disabledAt) throw new InvitedAccountDisabledError();
    const sets = !user || isRenewed(user, invitation, mailed);
    if (!sets && (!caller || password !== undefined)) throw new AccountExistsError(email);
    if (!sets) return user.id;
    if (password === undefined)
      throw wrong('password', 'password-length', 'set a new password for the account: 8 to 128 characters');
    if (user) {
      // Who is signed in has what the first organization gave, too. Who has the link alone gets what it gives, no more.
      if (!caller && !mailed) await this.leaveOthers(manager, user.id, organizationId, actor);
      await manager.query(
        `UPDATE invitation SET accepted_at = NULL, user_id = NULL WHERE user_id = $1 AND ${isAccepted}`,
        [user.id],
      );
      await manager.update(User, { id: user.id }, { originOrganizationId: organizationId });
      await this.passwords.renew(manager, user.id, password, actor, mailed);
      return user.id;
    }
    const newUser = { email, password, firstName, lastName, root: false, verified: mailed };
    const created = await this.users
      .create(manager, { ...newUser, originOrganizationId: organizationId }, actor)
      .catch((error: unknown) => {
        // The invitee has just accepted the invitation of another organization to the same address.
        throw error instanceof EmailTakenError ? new AccountExistsError(email) : error;
      });
    return created.id;
  }

  /**
   * Ends the memberships elsewhere of an unverified account.
   *
   * @throws OwnerUnverifiedError
   */
  private async leaveOthers(manager: EntityManager, userId: number, kept: number, actor: Actor): Promise<void> {
    const others = await manager.query<{ id: number; owner: boolean }[]>(
      `SELECT organization_id AS id, role = 'OWNER' AS owner FROM membership
        WHERE user_id = $1 AND organization_id <> $2 ORDER BY organization_id`,
      [userId, kept],
    );
    if (others.some(({ owner }) => owner)) throw new OwnerUnverifiedError();
    for (const { id } of others) await this.members.removeIn(manager, actor, id, userId);
  }

  /** Makes the user a member wherever an invitation was accepted. */
  private async joinAtSignIn(user: User, address: string): Promise<void> {
    const actor = { id: user.id, name: user.email, address };
    await this.dataSource.transaction(async (manager) => {
      const organizations = await this.lockPoolsOf(manager, `user_id = $1 AND ${isAccepted}`, user.id);
      const accepted = await manager
        .createQueryBuilder(Invitation, 'invitation')
        .where('invitation.userId = :id AND invitation.joinedAt IS NULL AND invitation.revokedAt IS NULL', {
          id: user.id,
        })
        .andWhere('invitation.organizationId = ANY(:organizations)', { organizations })
        .orderBy('invitation.id')
        .setLock('pessimistic_write')
        .getMany();
      for (const invitation of accepted) {
        // A full organization does not prevent a sign-in: the invitation waits for a later one.
        if (await this.memberships.isFull(manager, invitation.organizationId)) continue;
        await this.begin(manager, invitation, user.id, actor);
      }
      // With the account locked, one that is accepted at this moment is seen here, or says so itself afterwards.
      await manager.query('SELECT FROM user_account WHERE id = $1 FOR NO KEY UPDATE', [user.id]);
      await manager.query(
        `UPDATE user_account SET joins_at_sign_in = EXISTS (SELECT FROM invitation WHERE user_id = $1 AND ${isAccepted})
          WHERE id = $1`,
        [user.id],
      );
    });
  }

  /** The membership begins, with the seats that the invitation promised as far as there are any. */
  private async begin(manager: EntityManager, invitation: Invitation, userId: number, actor: Actor): Promise<void> {
    const { organizationId, assign, role } = invitation;
    await this.memberships.join(manager, actor, organizationId, userId, role);
    await manager.update(Invitation, { id: invitation.id }, { joinedAt: this.clock.now() });
    for (const { product, model } of assign) {
      try {
        await this.licensedUsers.assignIn(manager, actor, organizationId, userId, product, model);
      } catch (error) {
        // All are taken by now: no reason to keep the new member out. The audit log tells the administrators.
        if (!(error instanceof NoSeatToAssignError)) throw error;
        await this.record(manager, actor, 'invitation.seat-missing', invitation, { product, model });
      }
    }
  }

  /** Locks the seats that an acceptance may give, or take from an unverified account. */
  private async lockSeatsBehind(manager: EntityManager, token: string): Promise<void> {
    const rows = await manager.query<{ id: number }[]>(
      `WITH opened AS (SELECT organization_id, email FROM invitation WHERE token_hash = $1 OR mailed_token_hash = $1)
       SELECT organization_id AS id FROM opened
       UNION SELECT m.organization_id FROM opened o JOIN user_account u ON u.email = o.email AND u.verified_at IS NULL
               JOIN membership m ON m.user_id = u.id`,
      [hashToken(token)],
    );
    await lockPools(manager, ...rows.map(({ id }) => id));
  }

  /**
   * Locks the seats of the organizations of some invitations.
   *
   * @returns the organizations
   */
  private async lockPoolsOf(manager: EntityManager, where: string, parameter: unknown): Promise<number[]> {
    const rows = await manager.query<{ id: number }[]>(
      `SELECT DISTINCT organization_id AS id FROM invitation WHERE ${where}`,
      [parameter],
    );
    const organizationIds = rows.map(({ id }) => id);
    await lockPools(manager, ...organizationIds);
    return organizationIds;
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

  private async checkSeats(
    manager: EntityManager,
    organizationId: number,
    assign: NonNullable<NewInvitations['assign']>,
  ): Promise<void> {
    for (const { product, model } of assign) {
      const [pool] = await manager.query<{ quota: number }[]>(
        'SELECT quota FROM seat_pool WHERE organization_id = $1 AND product = $2 AND model = $3',
        [organizationId, product, model],
      );
      if (!pool?.quota) throw new NoSeatToAssignError(product, model, 0);
    }
  }

  private async write(
    manager: EntityManager,
    caller: Caller,
    organizationId: number,
    wanted: readonly { email: string; openId: number | null }[],
    { role, assign }: Pick<Invitation, 'role' | 'assign'>,
    action = 'invitation.created',
  ): Promise<number[]> {
    const now = this.clock.now();
    const expiresAt = new Date(now.getTime() + this.settings.invitationHours * 3_600_000);
    const nonces = wanted.map(() => randomBytes(32));
    const [key, mailKey] = [this.secretKey.derive(linkPurpose), this.secretKey.derive('mailed invitation links')];
    // What an organization's own mail server carries can be read there, and proves nothing.
    const mailed = await this.mail.sendsServerWide(organizationId, manager);
    const rows = await manager.query<{ id: number; email: string }[]>(insertionInSql, [
      organizationId,
      role,
      JSON.stringify(assign.map(({ product, model }) => ({ product, model }))),
      caller.id,
      now,
      expiresAt,
      wanted.map(({ email }) => email),
      nonces,
      nonces.map((nonce) => hashToken(tokenOf(nonce, key))),
      nonces.map((nonce) => (mailed ? hashToken(tokenOf(nonce, mailKey)) : null)),
    ]);
    const events = rows.map(({ id, email }) => {
      const target = { organizationId, targetType: 'invitation', targetId: id };
      return { action, ...target, details: { email, role, assign, expiresAt } };
    });
    await this.audit.record(manager, caller, ...events);
    const { name } = await manager.findOneByOrFail(Organization, { id: organizationId });
    const { language, ...inviter } = await this.inviter(manager, caller);
    const linkOf = new Map(
      wanted.map(({ email }, index) => {
        const token = tokenOf(nonces[index] ?? Buffer.alloc(0), mailed ? mailKey : key);
        return [email, this.linkOf(token)];
      }),
    );
    const mails = rows.map(({ email }) => {
      const facts = { ...{ to: email, organization: name, hours: this.settings.invitationHours }, ...inviter };
      return templatedMail('invitation', email, facts, { url: linkOf.get(email), language });
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
    const rows = await manager.query<InvitationRow[]>(
      `SELECT ${invitationColumns} FROM ${invitationTables} WHERE i.organization_id = $1 AND i.id = ANY($2) ORDER BY i.id`,
      [organizationId, ids],
    );
    const now = this.clock.now();
    return rows.map((row) => this.viewOf(row, now));
  }

  private viewOf({ nonce, tokenHash, openedAt, revokedAt, ...view }: InvitationRow, now: Date): InvitationView {
    const state = stateOf({ ...view, openedAt, revokedAt }, now);
    const usable = state === 'pending' || state === 'must-set-password';
    const token = usable ? this.tokenFor(nonce, tokenHash) : undefined;
    return { ...view, state, link: token === undefined ? null : this.linkOf(token) };
  }

  private linkOf(token: string): string {
    return `${this.settings.serverUrl}/invitations/${token}`;
  }

  /** @returns undefined when the secret key that it was made with is forgotten: the link works, and cannot be shown again */
  private tokenFor(nonce: Buffer, hash: Buffer): string | undefined {
    const find = (): string | undefined =>
      this.secretKey
        .derived(linkPurpose)
        .map(({ bytes }) => tokenOf(nonce, bytes))
        .find((token) => hashToken(token).equals(hash));
    return find() ?? (this.secretKey.refresh() ? find() : undefined);
  }

  private async lockUsable(manager: EntityManager, token: string, caller: Caller | undefined): Promise<Opened> {
    const hash = hashToken(token);
    const invitation = await manager.findOne(Invitation, {
      where: [{ tokenHash: hash }, { mailedTokenHash: hash }],
      lock: { mode: 'pessimistic_write' },
    });
    if (!invitation) throw new LinkUnknownError();
    if (invitation.revokedAt) throw new InvitationRevokedError();
    if (invitation.acceptedAt) throw new InvitationUsedError();
    if (invitation.expiresAt <= this.clock.now()) {
      throw new LinkExpiredError('This invitation has expired. Ask for a new one.');
    }
    if (caller && caller.email !== invitation.email) throw new OtherAccountError(caller.email, invitation.email);
    return { invitation, mailed: invitation.mailedTokenHash?.equals(hash) ?? false };
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

  private async record(
    manager: EntityManager,
    actor: Actor,
    action: string,
    { id, organizationId, email, role }: Invitation,
    details: Record<string, unknown> = {},
  ): Promise<void> {
    await this.audit.record(manager, actor, {
      action,
      organizationId,
      targetType: 'invitation',
      targetId: id,
      details: { email, role, ...details },
    });
  }
}

/** Whether an account gets a new password with a link: it is unverified, and the link proves more than it was made with. */
function isRenewed(user: User, { organizationId }: Invitation, mailed: boolean): boolean {
  return !user.verifiedAt && (mailed || user.originOrganizationId !== organizationId);
}

/** The database has the nonce and the token's hash; only with the secret key does the token follow. */
function tokenOf(nonce: Buffer, key: Buffer): string {
  return createHmac('sha256', key).update(nonce).digest('base64url');
}

/** What the key is for that links derive from which an administrator may copy. */
const linkPurpose = 'invitation links';

/** So many addresses in one request. */
const maxAddresses = 1000;

/** Whose membership begins at the next sign-in. */
const isAccepted = 'accepted_at IS NOT NULL AND joined_at IS NULL AND revoked_at IS NULL';

const invitationTables = `invitation i LEFT JOIN user_account b ON b.id = i.invited_by`;

const invitationColumns = `i.id, i.email, i.role, i.assign, i.nonce, i.token_hash AS "tokenHash", b.email AS "invitedBy", i.created_at AS "createdAt",
  i.sent_at AS "sentAt", i.expires_at AS "expiresAt", i.opened_at AS "openedAt", i.accepted_at AS "acceptedAt",
  i.joined_at AS "joinedAt", i.revoked_at AS "revokedAt"`;

/** {@link stateOf}, where the database has to search or sort by it. */
function stateInSql(now: string): string {
  return `CASE WHEN i.revoked_at IS NOT NULL THEN 'revoked' WHEN i.accepted_at IS NOT NULL THEN 'accepted'
    WHEN i.expires_at <= ${now}::timestamptz THEN 'expired'
    WHEN i.opened_at IS NOT NULL THEN 'must-set-password' ELSE 'pending' END`;
}

function wrong(field: string, rule: string, message: string, limit?: number): InvalidRequestError {
  return new InvalidRequestError([{ field, message, rule, limit }]);
}

function invalidAddress(typed: string): string {
  const problem = problemOfEmail(canonicalEmail(typed)) ?? 'isEmail';
  return problem === 'isEmail' ? 'this is not an e-mail address.' : `this address ${emailProblems[problem]}.`;
}

function refusal(email: string, code: string, message: string): InvitationResult {
  return { email, invitation: null, state: null, link: null, error: { code, message }, hint: null };
}

/** What the dialog of Katalon Studio takes for an e-mail address; with any other its button stays disabled. */
const studioAddress = /^[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}$/;

function studioHint(email: string): InvitationHint | null {
  if (studioAddress.test(email)) return null;
  return {
    code: 'address-not-for-studio',
    message:
      "Katalon Studio's dialog does not accept this e-mail address. Its owner can create an API key in the console, then activate Studio with any other well-formed e-mail address and the key as the password. Or invite another address.",
  };
}

async function organizationOf(
  manager: EntityManager,
  { organizationId }: Invitation,
): Promise<{ id: number; name: string }> {
  const { id, name } = await manager.findOneByOrFail(Organization, { id: organizationId });
  return { id, name };
}

/** The addresses in a text as people paste it, also `Grace Hopper <grace@example.com>`. */
function addressesIn(text: string): string[] {
  const pieces = text.replace(/"[^"]*"\s*(?=<)/g, '').split(/[,;\r\n]+/);
  return pieces.flatMap((piece) => {
    const words = piece.split(/\s+/).filter((word) => word !== '');
    // What stands before an address in brackets is a name.
    const lastNamed = words.findLastIndex((word) => /<[^<>]*@[^<>]*>$/.test(word));
    return words
      .filter((word, index) => index > lastNamed || word.includes('@'))
      .map((word) => word.replace(/^[^<>]*<([^<>]+)>$/, '$1'));
  });
}

/**
 * The typed addresses, separate from invalid ones.
 *
 * @throws InvalidRequestError when there are none, or too many
 */
function separated(emails: readonly string[]): { addresses: string[]; invalid: string[] } {
  const typed = [...new Set(emails.flatMap(addressesIn))];
  if (typed.length === 0) throw wrong('emails', 'isMissing', 'emails must hold at least one address');
  if (typed.length > maxAddresses) {
    const message = `emails must hold at most ${counted(maxAddresses, 'address', 'addresses')}`;
    throw wrong('emails', 'max', message, maxAddresses);
  }
  return {
    addresses: [...new Set(typed.map(canonicalEmail))].filter(isEmailAddress),
    invalid: typed.filter((email) => !isEmailAddress(canonicalEmail(email))),
  };
}
