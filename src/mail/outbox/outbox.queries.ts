import sql from 'sql-template-tag';
import { type DataSource } from 'typeorm';
import { rowsOf } from '../../database/query.js';

/** A mail whose time has come. */
export interface DueMail {
  id: number;
  organizationId: number | null;
  serverWide: boolean;
  kind: string;
  recipient: string;
  subject: string;
  contentSealed: Buffer;
  messageId: string;
  attempts: number;
}

/** The organization whose mail server sends the mails; null: the server's own. */
export type Lane = number | null;

/** Account mails that a former version has written for an organization's mail server: that one is not to read them. */
const accountKinds = ['password-reset', 'password-changed', 'verification'];

/** The organization whose mail server may carry a mail; null: only the server's own may. */
export function senderOf({ organizationId, serverWide, kind }: DueMail): number | null {
  return serverWide || accountKinds.includes(kind) ? null : organizationId;
}

/** Whether a mail `m` is about an account: such mails go first in every lane. */
const isAccountMail = sql`(m.organization_id IS NULL OR m.kind = ANY(${accountKinds}::text[]))`;

/** {@link senderOf}, of a mail `m`. */
const carrier = sql`CASE WHEN NOT (m.server_wide OR ${isAccountMail}) THEN m.organization_id END`;

/** The lanes in which a mail is due, the one that waits the longest first. */
export async function dueLanes(database: DataSource, now: Date): Promise<Lane[]> {
  const rows = await rowsOf<{ lane: Lane }>(
    database,
    sql`
      SELECT s.organization_id AS lane
        FROM outbox_mail m LEFT JOIN mail_server s ON s.organization_id = ${carrier}
       WHERE m.state = 'waiting' AND m.next_attempt_at <= ${now}
         AND (m.claimed_until IS NULL OR m.claimed_until <= ${now})
       GROUP BY s.organization_id ORDER BY min(m.next_attempt_at)`,
  );
  return rows.map(({ lane }) => lane);
}

/** Which mails to claim, and for how long. */
export interface MailClaim {
  lane: Lane;
  now: Date;
  until: Date;
  /** At most this many. */
  limit: number;
}

/** Claims the next mails of a lane for this server. */
export async function claimMails(database: DataSource, { lane, now, until, limit }: MailClaim): Promise<DueMail[]> {
  return rowsOf(
    database,
    sql`
      UPDATE outbox_mail SET claimed_until = ${until}, attempts = attempts + 1
       WHERE id IN (SELECT id FROM outbox_mail m
                     WHERE state = 'waiting' AND next_attempt_at <= ${now}
                       AND (claimed_until IS NULL OR claimed_until <= ${now})
                       AND (SELECT s.organization_id FROM mail_server s WHERE s.organization_id = ${carrier})
                           IS NOT DISTINCT FROM ${lane}::bigint
                     ORDER BY ${isAccountMail} DESC, next_attempt_at, id LIMIT ${limit} FOR UPDATE SKIP LOCKED)
      RETURNING id, organization_id AS "organizationId", server_wide AS "serverWide", kind, recipient, subject,
                content_sealed AS "contentSealed", message_id AS "messageId", attempts`,
  );
}
