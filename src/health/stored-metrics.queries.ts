import sql from 'sql-template-tag';
import { type DataSource } from 'typeorm';
import { rowsOf } from '../database/query.js';

/** The mails of a state. */
export interface MailCount {
  state: string;
  count: number;
  /** When the oldest of them was written. */
  oldest: Date;
}

/** How many mails have not been sent, by their states. */
export async function unsentMails(database: DataSource): Promise<MailCount[]> {
  return rowsOf(
    database,
    sql`
      SELECT state, count(*)::int AS count, min(created_at) AS oldest FROM outbox_mail
       WHERE state <> 'sent' GROUP BY state`,
  );
}
