import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { type Caller } from '../../access/caller.js';
import { AccessRecord } from '../../audit/access-record.js';
import { Clock } from '../../clock/clock.js';
import { asOneTransaction } from '../../database/joined-transaction.js';
import { DomainError, NotFoundError } from '../../errors/domain-error.js';
import { itemError, type ItemError } from '../../errors/item-error.js';
import { NobodyInvitedError } from '../../invitation/invitation.errors.js';
import { candidatesAmong } from '../../invitation/invitation.queries.js';
import { InvitationService } from '../../invitation/invitation.service.js';
import { reasonAgainst } from '../../invitation/invitees.js';
import { TeamService } from '../../organization/team/team.service.js';
import { canonicalEmail } from '../../text/email-address.js';
import { foldCase } from '../../text/fold-case.js';
import { type PeopleFile, type PeopleImport, type PeopleImportResult, type PersonResult } from './dto/people.js';
import { MemberChanges, type PlannedMember } from './member-changes.js';
import { entriesOf, type ListedEntry } from './people-file.js';
import { type PeoplePlan, type PersonPlan, planPeople } from './people-plan.js';
import { assignableSeats, peopleOf, teamNames } from './people.queries.js';

/** The people of an organization as a file: with their roles, teams and per-user seats. */
@Injectable()
export class PeopleService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly teams: TeamService,
    private readonly changes: MemberChanges,
    private readonly invitations: InvitationService,
    private readonly access: AccessRecord,
    private readonly clock: Clock,
  ) {}

  /** What an import takes again, and finds unchanged. */
  async export(caller: Caller, organizationId: number): Promise<PeopleFile> {
    const { manager } = this.dataSource;
    const [people, teams] = await Promise.all([peopleOf(manager, organizationId), teamNames(manager, organizationId)]);
    const change = { action: 'people.exported', organizationId, details: { people: people.length } };
    await this.access.record({ actor: caller, change });
    return {
      teams: [...teams.keys()],
      people: people.map(({ email, firstName, lastName, role, teams, licenses }) => ({
        ...{ email, firstName, lastName, role, teams, licenses },
      })),
    };
  }

  /**
   * What {@link import} would do.
   *
   * @throws InvalidRequestError
   */
  async preview(
    caller: Caller,
    organizationId: number,
    request: PeopleImport,
    limit?: number,
  ): Promise<PeopleImportResult> {
    const { teams, people } = await this.plan(caller, organizationId, request, limit);
    return { teams, people: people.map((plan) => resultOf(plan)) };
  }

  /**
   * Brings members to what the file says of them, and invites everyone else in it. Each person is a transaction: no client waits for
   * the seats until the whole file is done. What is refused by then is told, and the file can be imported again.
   *
   * @param limit the most people that there may be
   * @throws InvalidRequestError
   * @throws DomainError when a team cannot be created; then nothing has changed
   */
  async import(
    caller: Caller,
    organizationId: number,
    request: PeopleImport,
    limit?: number,
  ): Promise<PeopleImportResult> {
    const { teams, people } = await this.plan(caller, organizationId, request, limit);
    await asOneTransaction(this.dataSource, async () => {
      // The file says who is in them: with another member, the same file again would find something to change.
      for (const name of teams) await this.teams.create(caller, organizationId, name, false);
    });
    const ids = await teamNames(this.dataSource.manager, organizationId);
    const folded = new Map([...ids].map(([name, id]) => [foldCase(name), id]));
    const results = new Map<PersonPlan, PersonResult>();
    // A seat that one person returns is for another one to get.
    for (const plan of people.toSorted((one, other) => other.unassign.length - one.unassign.length)) {
      results.set(plan, await this.apply(caller, organizationId, plan, folded));
    }
    const told = people.map((plan) => results.get(plan) ?? resultOf(plan));
    await this.record(caller, organizationId, { teams, people: told });
    return { teams, people: told };
  }

  private async apply(
    caller: Caller,
    organizationId: number,
    plan: PersonPlan,
    teams: ReadonlyMap<string, number>,
  ): Promise<PersonResult> {
    const teamOf = (name: string): number => {
      const id = teams.get(foldCase(name));
      if (id === undefined) throw new NotFoundError('The team');
      return id;
    };
    try {
      if (plan.outcome === 'changed') {
        await this.changes.apply(caller, organizationId, plan as PlannedMember, teamOf);
      } else if (plan.outcome === 'invited') {
        return resultOf(plan, { link: await this.invite(caller, organizationId, plan, teamOf) });
      }
      return resultOf(plan);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      return resultOf(plan, { outcome: 'refused', error: whyNot(error), hint: null });
    }
  }

  private async invite(
    caller: Caller,
    organizationId: number,
    { email, role = 'USER', joins: [team], assign }: PersonPlan,
    teamOf: (name: string) => number,
  ): Promise<string | null> {
    const [result] = await this.invitations.invite(caller, organizationId, {
      emails: [email],
      role,
      ...(team && { teamId: teamOf(team.name) }),
      assign: assign.map((product) => ({ product, model: 'per-user' })),
    });
    return result?.link ?? null;
  }

  private async plan(
    { id: callerId }: Caller,
    organizationId: number,
    request: PeopleImport,
    limit?: number,
  ): Promise<PeoplePlan> {
    const entries = entriesOf(request, limit);
    const { manager } = this.dataSource;
    const [members, teams, seats, uninvitable] = await Promise.all([
      peopleOf(manager, organizationId),
      teamNames(manager, organizationId),
      assignableSeats(manager, organizationId),
      this.uninvitable(organizationId, entries),
    ]);
    return planPeople(entries, request.teams ?? [], {
      callerId,
      members,
      teams: [...teams.keys()],
      seats,
      uninvitable,
    });
  }

  /** Of people who are no members, and are invited by now. */
  private async uninvitable(organizationId: number, entries: readonly ListedEntry[]): Promise<Map<string, string>> {
    const emails = entries.map(({ email }) => canonicalEmail(email));
    const candidates = await candidatesAmong(this.dataSource.manager, organizationId, emails);
    return new Map(
      candidates.flatMap((candidate): [string, string][] => {
        const [code, reason] = reasonAgainst(candidate, this.clock.now()) ?? [];
        return reason === undefined || code === 'already-a-member' ? [] : [[candidate.email, `This person ${reason}`]];
      }),
    );
  }

  /** What the import of a file has done, if anything. */
  private async record(caller: Caller, organizationId: number, { teams, people }: PeopleImportResult): Promise<void> {
    const count = (wanted: PersonResult['outcome']): number =>
      people.filter(({ outcome }) => outcome === wanted).length;
    const details = {
      teams: teams.length,
      changed: count('changed'),
      invited: count('invited'),
      refused: count('refused'),
    };
    if (details.teams + details.changed + details.invited === 0) return;
    await this.access.record({ actor: caller, change: { action: 'people.imported', organizationId, details } });
  }
}

function resultOf(plan: PersonPlan, more: Partial<PersonResult> = {}): PersonResult {
  const { line, email, outcome, changes, error, hint } = plan;
  return { line, email, outcome, changes, error, hint, link: null, ...more };
}

function whyNot(error: DomainError): ItemError {
  const [first] = error instanceof NobodyInvitedError ? error.details.results : [];
  return first?.error ?? itemError(error);
}
