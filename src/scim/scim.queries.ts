import sql, { type Sql } from 'sql-template-tag';
import { type EntityManager } from 'typeorm';
import { changedRows, execute, rowsOf } from '../database/query.js';

/** A person as the database has them. */
export interface PersonRow {
  id: number;
  userId: number;
  userName: string;
  externalId: string | null;
  email: string;
  firstName: string;
  lastName: string;
  active: boolean;
  version: number;
  createdAt: Date;
  updatedAt: Date;
}

/** A group as the database has it. */
export interface GroupRow {
  id: number;
  displayName: string;
  externalId: string | null;
  version: number;
  createdAt: Date;
  updatedAt: Date;
}

/** A part of a list; `from` counts from 0. */
export interface Range {
  from: number;
  count: number;
}

const people = (providerId: number, condition: Sql): Sql =>
  sql`FROM scim_user s JOIN user_account u ON u.id = s.user_id WHERE s.provider_id = ${providerId} AND ${condition}`;

export function peopleFound(
  manager: EntityManager,
  providerId: number,
  condition: Sql,
  { from, count }: Range,
): Promise<PersonRow[]> {
  return rowsOf(
    manager,
    sql`SELECT s.id, s.user_id AS "userId", s.user_name AS "userName", s.external_id AS "externalId", u.email,
               u.first_name AS "firstName", u.last_name AS "lastName", u.disabled_at IS NULL AS active, s.version,
               s.created_at AS "createdAt", s.updated_at AS "updatedAt"
        ${people(providerId, condition)} ORDER BY s.id LIMIT ${count} OFFSET ${from}`,
  );
}

export async function peopleCounted(manager: EntityManager, providerId: number, condition: Sql): Promise<number> {
  const [row] = await rowsOf<{ count: number }>(
    manager,
    sql`SELECT count(*)::int AS count ${people(providerId, condition)}`,
  );
  return row?.count ?? 0;
}

const groups = (providerId: number, condition: Sql): Sql =>
  sql`FROM scim_group g WHERE g.provider_id = ${providerId} AND ${condition}`;

export function groupsFound(
  manager: EntityManager,
  providerId: number,
  condition: Sql,
  { from, count }: Range,
): Promise<GroupRow[]> {
  return rowsOf(
    manager,
    sql`SELECT g.id, g.display_name AS "displayName", g.external_id AS "externalId", g.version,
               g.created_at AS "createdAt", g.updated_at AS "updatedAt"
        ${groups(providerId, condition)} ORDER BY g.id LIMIT ${count} OFFSET ${from}`,
  );
}

export async function groupsCounted(manager: EntityManager, providerId: number, condition: Sql): Promise<number> {
  const [row] = await rowsOf<{ count: number }>(
    manager,
    sql`SELECT count(*)::int AS count ${groups(providerId, condition)}`,
  );
  return row?.count ?? 0;
}

/** Members of some groups. */
export function groupMembersOf(
  manager: EntityManager,
  groupIds: readonly number[],
): Promise<{ groupId: number; userId: number; userName: string }[]> {
  return rowsOf(
    manager,
    sql`SELECT m.group_id AS "groupId", s.id AS "userId", s.user_name AS "userName"
          FROM scim_group_member m JOIN scim_user s ON s.id = m.scim_user_id
         WHERE m.group_id = ANY(${groupIds}::bigint[]) ORDER BY m.group_id, s.id`,
  );
}

/** Groups that some people are in. */
export function groupsOf(
  manager: EntityManager,
  userIds: readonly number[],
): Promise<{ userId: number; groupId: number; displayName: string; externalId: string | null }[]> {
  return rowsOf(
    manager,
    sql`SELECT m.scim_user_id AS "userId", g.id AS "groupId", g.display_name AS "displayName", g.external_id AS "externalId"
          FROM scim_group_member m JOIN scim_group g ON g.id = m.group_id
         WHERE m.scim_user_id = ANY(${userIds}::bigint[]) ORDER BY m.scim_user_id, g.id`,
  );
}

export async function isUserNameTaken(
  manager: EntityManager,
  { providerId, userName, except }: { providerId: number; userName: string; except: number },
): Promise<boolean> {
  const found = await rowsOf(
    manager,
    sql`SELECT FROM scim_user WHERE provider_id = ${providerId} AND fold_case(user_name) = fold_case(${userName}::text)
           AND id <> ${except}`,
  );
  return found.length > 0;
}

export async function isGroupNameTaken(
  manager: EntityManager,
  { providerId, displayName, except }: { providerId: number; displayName: string; except: number },
): Promise<boolean> {
  const found = await rowsOf(
    manager,
    sql`SELECT FROM scim_group WHERE provider_id = ${providerId} AND fold_case(display_name) = fold_case(${displayName}::text)
           AND id <> ${except}`,
  );
  return found.length > 0;
}

/** Of these ids, those of people of the provider. */
export async function existingPeople(
  manager: EntityManager,
  providerId: number,
  ids: readonly string[],
): Promise<number[]> {
  const numbers = ids.filter((id) => /^[1-9]\d{0,15}$/.test(id)).map(Number);
  const rows = await rowsOf<{ id: number }>(
    manager,
    sql`SELECT id FROM scim_user WHERE provider_id = ${providerId} AND id = ANY(${numbers}::bigint[]) ORDER BY id`,
  );
  return rows.map(({ id }) => id);
}

/** Puts people into a group. @returns the ids of those who were not in it */
export async function addMembers(manager: EntityManager, groupId: number, ids: readonly number[]): Promise<number[]> {
  const rows = await rowsOf<{ id: number }>(
    manager,
    sql`INSERT INTO scim_group_member (group_id, scim_user_id) SELECT ${groupId}, unnest(${ids}::bigint[])
        ON CONFLICT DO NOTHING RETURNING scim_user_id AS id`,
  );
  return rows.map(({ id }) => id);
}

/** Takes people out of a group. @returns the ids of those who were in it */
export async function removeMembers(
  manager: EntityManager,
  groupId: number,
  ids: readonly number[],
): Promise<number[]> {
  const rows = await rowsOf<{ id: number }>(
    manager,
    sql`DELETE FROM scim_group_member WHERE group_id = ${groupId} AND scim_user_id = ANY(${ids}::bigint[])
        RETURNING scim_user_id AS id`,
  );
  return rows.map(({ id }) => id);
}

/** Notes that the roles of people have to follow their groups. */
export function markDue(manager: EntityManager, ids: readonly number[]): Promise<void> {
  return execute(manager, sql`UPDATE scim_user SET grants_due = true WHERE id = ANY(${ids}::bigint[])`);
}

export function peopleDue(
  manager: EntityManager,
  providerId: number | null,
): Promise<{ id: number; userId: number; providerId: number }[]> {
  return rowsOf(
    manager,
    sql`SELECT id, user_id AS "userId", provider_id AS "providerId" FROM scim_user
         WHERE grants_due AND (${providerId}::bigint IS NULL OR provider_id = ${providerId}) ORDER BY id LIMIT 1000`,
  );
}

/** Takes on what is due for a person, and locks their row. @returns whether it still was due */
export async function takeDue(manager: EntityManager, id: number): Promise<boolean> {
  return (await changedRows(manager, sql`UPDATE scim_user SET grants_due = false WHERE id = ${id} AND grants_due`)) > 0;
}

/** Notes that a token was used, to the minute. @returns the provider of the token; undefined: there is no such token */
export async function providerOfToken(
  manager: EntityManager,
  tokenHash: Buffer,
  now: Date,
): Promise<number | undefined> {
  const [row] = await rowsOf<{ providerId: number }>(
    manager,
    sql`WITH found AS (SELECT id, provider_id, last_used_at FROM scim_token WHERE token_hash = ${tokenHash}),
             used AS (UPDATE scim_token t SET last_used_at = ${now} FROM found f
                       WHERE t.id = f.id AND coalesce(f.last_used_at < ${now}::timestamptz - interval '1 minute', true))
        SELECT provider_id AS "providerId" FROM found`,
  );
  return row?.providerId;
}
