import sql from 'sql-template-tag';
import { type EntityManager } from 'typeorm';
import { execute, rowsOf } from '../database/query.js';

/** What mails of an organization, or of the whole server, have in common. */
export interface MailOwner {
  organizationId: number | null;
  /** Sent by the default mail server only. */
  serverWide: boolean;
  createdAt: Date;
}

/** A mail as it waits. */
export interface WaitingMail {
  kind: string;
  recipient: string;
  subject: string;
  contentSealed: Buffer;
  messageId: string;
}

/** Writes mails into the outbox, without those that their recipients have muted, or that would go to a service account. */
export async function insertMails(
  manager: EntityManager,
  { organizationId, serverWide, createdAt }: MailOwner,
  mails: readonly WaitingMail[],
): Promise<void> {
  await execute(
    manager,
    sql`
      INSERT INTO outbox_mail (organization_id, server_wide, kind, recipient, subject, content_sealed, message_id, created_at,
                               next_attempt_at)
        SELECT ${organizationId}::bigint, ${serverWide}::boolean, w.kind, w.recipient, w.subject, w.content, w.message_id,
               ${createdAt}::timestamptz, ${createdAt}::timestamptz
          FROM unnest(${mails.map(({ kind }) => kind)}::text[], ${mails.map(({ recipient }) => recipient)}::text[],
                      ${mails.map(({ subject }) => subject)}::text[],
                      ${mails.map(({ contentSealed }) => contentSealed)}::bytea[],
                      ${mails.map(({ messageId }) => messageId)}::text[])
            AS w(kind, recipient, subject, content, message_id)
         WHERE strpos(w.recipient, '@') > 0 -- A service account has no mailbox.
           AND NOT EXISTS (SELECT FROM user_account u WHERE u.email = w.recipient AND w.kind = ANY(u.muted_mail))`,
  );
}

/** The languages that users have chosen, by their addresses. */
export async function chosenLanguages(
  manager: EntityManager,
  emails: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const chosen = await rowsOf<{ email: string; language: string }>(
    manager,
    sql`SELECT email, language FROM user_account WHERE email = ANY(${emails}::text[]) AND language IS NOT NULL`,
  );
  return new Map(chosen.map(({ email, language }) => [email, language]));
}
