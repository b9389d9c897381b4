import { type MigrationInterface, type QueryRunner } from 'typeorm';

export class Mail1764039600000 implements MigrationInterface {
  name = 'Mail1764039600000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE mail_server (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        -- NULL: the default of the whole server.
        organization_id bigint REFERENCES organization ON DELETE CASCADE,
        host text NOT NULL,
        port integer NOT NULL CHECK (port BETWEEN 1 AND 65535),
        protocol text NOT NULL CHECK (protocol IN ('SMTP', 'SMTP + STARTTLS', 'SMTPS')),
        username text,
        password_sealed bytea,
        sender text NOT NULL,
        certificate_authority text,
        accept_any_certificate boolean NOT NULL DEFAULT false,
        updated_at timestamptz NOT NULL
      );
      CREATE UNIQUE INDEX mail_server_owner ON mail_server (coalesce(organization_id, 0));

      CREATE TABLE outbox_mail (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        organization_id bigint REFERENCES organization ON DELETE CASCADE,
        kind text NOT NULL,
        recipient text NOT NULL,
        subject text NOT NULL,
        -- Text and HTML, encrypted, for they hold links that work once; gone when the mail is.
        content_sealed bytea,
        -- The same at each attempt, so that a receiver can tell a repetition.
        message_id text NOT NULL UNIQUE,
        created_at timestamptz NOT NULL,
        state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'failed')),
        attempts integer NOT NULL DEFAULT 0,
        next_attempt_at timestamptz NOT NULL,
        -- Some server is sending it; after this time that server is taken to be dead.
        claimed_until timestamptz,
        last_error text,
        sent_at timestamptz
      );
      CREATE INDEX outbox_mail_due ON outbox_mail (next_attempt_at) WHERE state = 'waiting';
      CREATE INDEX outbox_mail_organization ON outbox_mail (organization_id, id);

      CREATE FUNCTION notify_outbox_changed() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        PERFORM pg_notify('outbox_changed', '');
        RETURN NULL;
      END $$;
      CREATE TRIGGER outbox_changed AFTER INSERT ON outbox_mail
        FOR EACH STATEMENT EXECUTE FUNCTION notify_outbox_changed();
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE outbox_mail, mail_server; DROP FUNCTION notify_outbox_changed;');
  }
}
