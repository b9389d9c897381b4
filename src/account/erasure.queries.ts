import sql, { type Sql } from 'sql-template-tag';
import { ends, grants, recordedEvents } from '../audit/evidence/event.queries.js';

/** An account that is erased, and what is known of its person. */
export interface Known {
  userId: number;
  /** All that the account has ever had, without case. */
  emails: readonly string[];
  name: string;
}

/** The addresses `{email}` that an account has had, as far as anything says so. */
export function emailsOf(userId: number): Sql {
  return sql`
    SELECT DISTINCT fold_case(email) AS email FROM (
      SELECT email FROM user_account WHERE id = ${userId}
      UNION ALL SELECT actor FROM audit_event WHERE actor_id = ${userId} AND actor LIKE '%@%'
      UNION ALL SELECT email FROM email_change WHERE user_id = ${userId} AND used_at IS NOT NULL) AS e`;
}

/** Host names `{hostname}` of machines that only this account has used. */
export function ownHosts(userId: number): Sql {
  const uses = sql`(SELECT user_id, hostname FROM ended_session UNION ALL SELECT user_id, hostname FROM lease
    UNION ALL SELECT user_id, hostname FROM denial UNION ALL SELECT user_id, hostname FROM machine)`;
  return sql`SELECT hostname FROM ${uses} AS u WHERE hostname <> '' GROUP BY hostname HAVING bool_and(user_id IS NOT DISTINCT FROM ${userId}::bigint)`;
}

/** Network addresses `{address}` that the person has come from. */
export function addressesOf({ userId, emails }: Known): Sql {
  return sql`SELECT address FROM audit_event WHERE address IS NOT NULL AND (actor_id = ${userId} OR fold_case(actor) = ANY (${emails}::text[]))
    UNION SELECT granted_from FROM ended_session WHERE granted_from IS NOT NULL AND user_id = ${userId}`;
}

/** Rows `{name, pseudonym}` of the addresses, as they stand in the audit log. */
export function pseudonymsFor(emails: readonly string[]): Sql {
  return sql`SELECT name, pseudonym FROM audit_name WHERE fold_case(name) = ANY (${emails}::text[])`;
}

/** Some recorded events that may say something of a person, in the order of their ids. */
export function eventsAbout({ userId, emails, name }: Known, after: number, atMost: number): Sql {
  const text = sql`fold_case(e.actor || ' ' || e.action || ' ' || coalesce(e.target_id, '') || ' ' || coalesce(e.address, '') || ' ' || e.details::text)`;
  const parts = [...emails, ...(name ? [name] : [])].map((part) => `%${part.replace(/[\\%_]/g, '\\$&')}%`);
  const isAbout = sql`e.id > ${after}::bigint AND (e.actor_id = ${userId}::bigint OR (e.target_type = 'user' AND e.target_id = ${String(userId)})
      OR ${text} LIKE ANY (SELECT fold_case(part) FROM unnest(${parts}::text[]) AS part))`;
  return sql`${recordedEvents(isAbout)} ORDER BY e.id LIMIT ${atMost}`;
}

/** Some sessions `{id}` that say something of a person: whose they were, or whose they ended. */
export function sessionsAbout({ userId, emails }: Known, atMost: number): Sql {
  return sql`SELECT lease_id AS id FROM ended_session
    WHERE (user_id = ${userId} AND (hostname IS NOT NULL OR granted_from IS NOT NULL OR job_id IS NOT NULL OR fingerprint IS NOT NULL
                                    OR (ended_by IS NULL AND ended_from IS NOT NULL)))
       OR (ended_by IS NOT NULL AND fold_case(ended_by) = ANY (${emails}::text[]))
    ORDER BY lease_id LIMIT ${atMost}`;
}

/** The grants and ends of some sessions, as events. */
export function eventsOfSessions(ids: readonly string[]): Sql {
  return sql`${grants(sql`g.id = ANY (${ids}::uuid[])`)} UNION ALL ${ends(sql`s.lease_id = ANY (${ids}::uuid[])`)}`;
}

/** The account's number stays in them, so that sums by user stay the same; no account has that number any more. */
export function eraseFromSessions({ userId, emails }: Known, ids: readonly string[], erased: string): Sql {
  const isEnder = sql`ended_by IS NOT NULL AND fold_case(ended_by) = ANY (${emails}::text[])`;
  return sql`UPDATE ended_session s SET
      hostname = CASE WHEN user_id = ${userId} THEN NULL ELSE hostname END,
      granted_from = CASE WHEN user_id = ${userId} THEN NULL ELSE granted_from END,
      job_id = CASE WHEN user_id = ${userId} THEN NULL ELSE job_id END,
      fingerprint = CASE WHEN user_id = ${userId} THEN NULL ELSE fingerprint END,
      ended_from = CASE WHEN (user_id = ${userId} AND ended_by IS NULL) OR (${isEnder}) THEN NULL ELSE ended_from END,
      ended_by = CASE WHEN ${isEnder} THEN coalesce((SELECT pseudonym FROM audit_name n WHERE n.name = s.ended_by), ${erased}) ELSE ended_by END
    WHERE lease_id = ANY (${ids}::uuid[])`;
}

/** The names of organizations that an account owns, as `{name}`. */
export function organizationsOwned(userId: number): Sql {
  return sql`SELECT o.name FROM membership m JOIN organization o ON o.id = m.organization_id
    WHERE m.user_id = ${userId} AND m.role = 'OWNER' ORDER BY o.id`;
}

/** Machines that only the person has used, and addresses and networks that they came from. */
export interface Whereabouts {
  hosts: readonly string[];
  addresses: readonly string[];
}

/** Takes a person out of everything but the audit log and the sessions; the account goes last, and with it what belongs to it. */
export function eraseStatements({ userId, emails, name }: Known, { hosts, addresses }: Whereabouts): Sql[] {
  const isToPerson = (column: Sql): Sql => sql`fold_case(${column}) = ANY (${emails}::text[])`;
  const mentions = [...emails, ...(name ? [name] : [])];
  return [
    sql`DELETE FROM rate_limit WHERE key LIKE ${`audit:sign-in ${userId} %`}
         OR key LIKE ANY (SELECT ${'audit:api-key '}::text || id || ' %' FROM api_key WHERE user_id = ${userId})
         OR EXISTS (SELECT FROM unnest(${[...emails, ...addresses]}::text[]) AS part WHERE position(part IN fold_case(key)) > 0)`,
    sql`DELETE FROM outbox_mail WHERE ${isToPerson(sql`recipient`)}
         OR EXISTS (SELECT FROM unnest(${mentions}::text[]) AS part WHERE position(fold_case(part) IN fold_case(subject || ' ' || coalesce(last_error, ''))) > 0)`,
    sql`DELETE FROM webhook_delivery d WHERE user_id = ${userId}
         OR EXISTS (SELECT FROM invitation i WHERE i.id = (d.data ->> 'invitationId')::bigint AND ${isToPerson(sql`i.email`)})
         OR EXISTS (SELECT FROM unnest(${mentions}::text[]) AS part WHERE position(fold_case(part) IN fold_case(coalesce(response, ''))) > 0)`,
    sql`DELETE FROM invitation WHERE ${isToPerson(sql`email`)} OR user_id = ${userId}`,
    sql`DELETE FROM email_change WHERE ${isToPerson(sql`email`)}`,
    sql`DELETE FROM client_session WHERE user_id = ${userId}`,
    sql`UPDATE denial SET hostname = NULL WHERE user_id = ${userId} OR hostname = ANY (${hosts}::text[])`,
    sql`UPDATE machine SET hostname = NULL WHERE user_id = ${userId} OR hostname = ANY (${hosts}::text[])`,
    sql`WITH gone AS (DELETE FROM known_machine WHERE hostname = ANY (${hosts}::text[]) RETURNING organization_id, machine_id)
        INSERT INTO known_machine (organization_id, machine_id, hostname)
        SELECT DISTINCT organization_id, machine_id, '' FROM gone ON CONFLICT DO NOTHING`,
    sql`DELETE FROM audit_name WHERE ${isToPerson(sql`name`)}`,
    sql`DELETE FROM user_account WHERE id = ${userId}`,
  ];
}
