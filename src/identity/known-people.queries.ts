import { type Pool } from 'pg';
import { type EntityManager } from 'typeorm';
import { holding } from '../database/locks.js';
import { keepPlans, pipeline, runHotTogether } from '../database/pool/pipeline.js';
import { type Statement } from '../database/pool/preparing-client.js';
import { User } from '../user/user.entity.js';
import { type ArrivalAt } from './arrival.js';
import { type Standing } from './group/group-grants.js';
import { type UserIdentity } from './user-identity.entity.js';

/** What this server has of a person who arrives: the account that is linked with the person, or else the one with the address. */
export interface KnownPerson {
  user: User;
  /** The account's link with the provider, which may be another person's; null: no link. */
  link: { subject: string; email: string; endedAt: Date | null } | null;
  standing: Standing;
}

type KnownRow = User &
  Omit<Standing, 'root'> & { index: number; subject: string | null; linkedEmail: string; endedAt: Date | null };

/**
 * Reads what is known of people, and notes that those who are linked have been seen. Each is found by an index, also by a plan from the
 * time of few accounts: with a join in the place of LATERAL and OFFSET 0, such a plan reads all of them.
 *
 * @param columns of an account `u`, as {@link User} has them
 */
function meeting(arrivals: readonly ArrivalAt[], columns: string): Statement {
  const text = `
    WITH arrival AS (
      SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[]) WITH ORDINALITY AS a(provider_id, subject, email, index)),
    seen AS (
      -- By ctid, whatever the plan: a row that changes at this moment is left to the next arrival.
      UPDATE user_identity SET last_seen_at = server_now()
       WHERE ctid = ANY(ARRAY(SELECT i.ctid
                                FROM arrival a, LATERAL (SELECT ctid FROM user_identity
                                                          WHERE provider_id = a.provider_id AND subject = a.subject
                                                            AND last_seen_at < server_now() - interval '1 hour' OFFSET 0) AS i)))
    SELECT ${columns}, a.index::int - 1 AS index, i.subject, i.email AS "linkedEmail", i.ended_at AS "endedAt",
           coalesce(i.gives_root, false) AS "givesRoot",
           (SELECT coalesce(json_agg(json_build_object('organizationId', m.organization_id, 'role', m.role, 'managedBy', m.managed_by)), '[]')
              FROM membership m WHERE m.user_id = u.id) AS memberships,
           (SELECT coalesce(json_agg(json_build_object('organizationId', t.organization_id, 'teamId', t.team_id, 'managedBy', t.managed_by)), '[]')
              -- By the organizations: they are members of these, and no index begins with the user.
              FROM membership m, LATERAL (SELECT * FROM team_member
                                           WHERE organization_id = m.organization_id AND user_id = m.user_id OFFSET 0) AS t
             WHERE m.user_id = u.id) AS teams
      FROM arrival a
     CROSS JOIN LATERAL (
       SELECT coalesce((SELECT l.user_id FROM user_identity l WHERE l.provider_id = a.provider_id AND l.subject = a.subject),
                       (SELECT e.id FROM user_account e WHERE e.email = a.email AND NOT e.service)) AS id OFFSET 0) AS person
     CROSS JOIN LATERAL (SELECT * FROM user_account WHERE id = person.id OFFSET 0) AS u
      LEFT JOIN LATERAL (SELECT * FROM user_identity WHERE user_id = u.id AND provider_id = a.provider_id OFFSET 0) AS i ON true`;
  return [
    text,
    [
      arrivals.map(({ provider }) => provider.id),
      arrivals.map(({ subject }) => subject),
      arrivals.map(({ email }) => email),
    ],
  ];
}

function knownPerson({ index: _index, subject, linkedEmail, endedAt, ...row }: KnownRow): KnownPerson {
  const { givesRoot, memberships, teams, ...account } = row;
  return {
    user: Object.assign(new User(), account),
    link: subject === null ? null : { subject, email: linkedEmail, endedAt },
    standing: { root: account.root, givesRoot, memberships, teams },
  };
}

/** Meets many who arrive at the same moment, in one round trip. @returns what is known of each, in their order */
export async function meet(
  pool: Pool,
  arrivals: readonly ArrivalAt[],
  columns: string,
): Promise<(KnownPerson | undefined)[]> {
  const [rows] = await runHotTogether(pool, [meeting(arrivals, columns)], 'unflushed');
  const people = new Map((rows as KnownRow[]).map((row) => [row.index, knownPerson(row)]));
  return arrivals.map((_, index) => people.get(index));
}

/** Meets one again, in the transaction in which what is known of the person may change: until the commit, the person arrives nowhere else. */
export async function meetAlone(
  manager: EntityManager,
  arrival: ArrivalAt,
  columns: string,
): Promise<KnownPerson | undefined> {
  const { provider, subject } = arrival;
  const statements = [keepPlans, holding('arrival of', `${provider.id} ${subject}`), meeting([arrival], columns)];
  const [, , rows] = await pipeline(manager, statements);
  const [row] = (rows ?? []) as KnownRow[];
  return row && knownPerson(row);
}

/** Links a new account with its person. */
export function linking(link: Omit<UserIdentity, 'lastSeenAt' | 'endedAt'>): Statement {
  const { providerId, subject, userId, email, givesRoot, createdAt } = link;
  const text = `INSERT INTO user_identity (provider_id, subject, user_id, email, gives_root, created_at, last_seen_at)
                VALUES ($1, $2, $3, $4, $5, $6, $6)`;
  return [text, [providerId, subject, userId, email, givesRoot, createdAt]];
}
