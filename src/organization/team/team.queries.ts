import { type EntityManager } from 'typeorm';
import sql, { type Sql } from 'sql-template-tag';
import { versionInSql } from '../../audit/settings-version.js';
import { rowsOf } from '../../database/query.js';
import { isFound, type RowQuery, type Sorting } from '../../http/paging.js';
import { type MyTeamView } from '../dto/me.js';
import { type TeamMemberView, type TeamView, type TeamQuery, type TeamMemberQuery } from '../dto/team.js';
import { type Team } from './team.entity.js';
import { type TeamMember } from './team-member.entity.js';

/** The teams of a user in all organizations. */
export function teamsOfMember(manager: EntityManager, userId: number): Promise<MyTeamView[]> {
  return rowsOf(
    manager,
    sql`SELECT t.id, t.name, m.role, json_build_object('id', o.id, 'name', o.name) AS organization
          FROM team_member m JOIN team t ON t.id = m.team_id JOIN organization o ON o.id = t.organization_id
         WHERE m.user_id = ${userId}
           AND m.organization_id IN (SELECT organization_id FROM membership WHERE user_id = ${userId})
         ORDER BY o.id, t.id`,
  );
}

/** @returns the id; undefined when the organization is gone, or has a team of this name */
export async function insertTeam(
  manager: EntityManager,
  { organizationId, name, createdAt }: Omit<Team, 'id'>,
): Promise<number | undefined> {
  const [team] = await rowsOf<{ id: number }>(
    manager,
    sql`INSERT INTO team (organization_id, name, created_at)
          SELECT id, ${name}, ${createdAt} FROM organization
           WHERE id = ${organizationId}
             AND NOT EXISTS (SELECT FROM team WHERE organization_id = ${organizationId} AND ${isCalled(name)})
        ON CONFLICT DO NOTHING RETURNING id`,
  );
  return team?.id;
}

/** Whether another team of the organization has this name. */
export async function isTeamNameTaken(
  manager: EntityManager,
  { organizationId, id }: Team,
  name: string,
): Promise<boolean> {
  const teams = await rowsOf<unknown>(
    manager,
    sql`SELECT FROM team WHERE organization_id = ${organizationId} AND ${isCalled(name)} AND id <> ${id}`,
  );
  return teams.length > 0;
}

const isCalled = (name: string): Sql => sql`fold_case(name) = fold_case(${name}::text)`;

/** The teams of an organization, with the caller's role in each. */
export function teamsOf(organizationId: number, callerId: number, search: string | null = null): RowQuery {
  return {
    select: teamColumns,
    from: sql`${teamAndRoleOf(callerId)}
               WHERE t.organization_id = ${organizationId}
                 AND ${isFound('t.name', search)}`,
    tieBreaker: 't.id',
  };
}

/** What the list of teams is sorted by. */
export const teamSorting: Sorting<TeamQuery> = {
  name: 'fold_case(t.name)',
  createdAt: 't.created_at',
  members: 'members',
  id: 't.id',
};

/**
 * One team, with the viewer's role in it.
 *
 * @param viewerId null: no account looks at it
 */
export async function teamSeenBy(
  manager: EntityManager,
  viewerId: number | null,
  { organizationId, id }: Pick<Team, 'organizationId' | 'id'>,
): Promise<TeamView | undefined> {
  const [team] = await rowsOf<TeamView>(
    manager,
    sql`SELECT ${teamColumns} FROM ${teamAndRoleOf(viewerId)}
         WHERE t.organization_id = ${organizationId} AND t.id = ${id}`,
  );
  return team;
}

/** The members of a team. */
export function membersOfTeam(teamId: number, search: string | null = null): RowQuery {
  return {
    select: memberColumns,
    from: sql`${memberTables} WHERE m.team_id = ${teamId}
                 AND ${isFound('u.email, u.first_name, u.last_name', search)}`,
    tieBreaker: 'u.id',
  };
}

/** What the list of a team's members is sorted by. */
export const teamMemberSorting: Sorting<TeamMemberQuery> = {
  email: 'u.email',
  name: `fold_case(u.last_name || ' ' || u.first_name)`,
  role: 'm.role',
  joinedAt: 'm.joined_at',
};

/** One member of a team. */
export async function memberOfTeam(
  manager: EntityManager,
  { teamId, userId }: Pick<TeamMember, 'teamId' | 'userId'>,
): Promise<TeamMemberView | undefined> {
  const [member] = await rowsOf<TeamMemberView>(
    manager,
    sql`SELECT ${memberColumns} FROM ${memberTables} WHERE m.team_id = ${teamId} AND m.user_id = ${userId}`,
  );
  return member;
}

function teamAndRoleOf(viewerId: number | null): Sql {
  return sql`team t LEFT JOIN team_member own ON own.team_id = t.id AND own.user_id = ${viewerId}::bigint`;
}

const teamColumns = sql`t.id, t.name, t.created_at AS "createdAt", own.role,
  ${versionInSql('team', { organizationId: sql`t.organization_id`, targetId: sql`t.id::text` })} AS version,
  (SELECT count(*) FROM team_member m WHERE m.team_id = t.id) AS members`;

const memberTables = sql`team_member m JOIN user_account u ON u.id = m.user_id`;

const memberColumns = sql`u.id AS "userId", u.email, u.first_name AS "firstName", u.last_name AS "lastName", m.role,
  m.joined_at AS "joinedAt",
  ${versionInSql('team-role', { organizationId: sql`m.organization_id`, targetId: sql`m.team_id::text`, memberId: sql`m.user_id::text` })} AS version`;
