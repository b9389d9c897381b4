import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Webhooks, and what waits to be sent to them. */
export class Webhooks1764133600000 implements MigrationInterface {
  name = 'Webhooks1764133600000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE webhook (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        -- Null: of the whole server.
        organization_id bigint CONSTRAINT webhook_organization_id_fkey REFERENCES organization ON DELETE CASCADE,
        -- Those of Slack and Teams are secrets.
        url_sealed bytea NOT NULL,
        host text NOT NULL,
        events text[] NOT NULL,
        format text NOT NULL CONSTRAINT webhook_format_check CHECK (format IN ('standard', 'slack', 'teams')),
        enabled boolean NOT NULL DEFAULT true,
        secret_sealed bytea NOT NULL,
        previous_secret_sealed bytea,
        previous_secret_until timestamptz,
        ca_certificate text,
        -- Since the last delivery that was taken.
        failures integer NOT NULL DEFAULT 0,
        failing_since timestamptz,
        retry_at timestamptz,
        disabled_at timestamptz,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL
      );
      CREATE INDEX webhook_by_organization ON webhook (organization_id);

      CREATE TABLE webhook_delivery (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        webhook_id bigint NOT NULL CONSTRAINT webhook_delivery_webhook_id_fkey REFERENCES webhook ON DELETE CASCADE,
        message_id text NOT NULL CONSTRAINT webhook_delivery_message_id_key UNIQUE,
        event text NOT NULL,
        -- References to what may be gone by the time it is sent.
        organization_id bigint,
        user_id bigint,
        data jsonb NOT NULL,
        occurred_at timestamptz NOT NULL,
        state text NOT NULL DEFAULT 'waiting'
          CONSTRAINT webhook_delivery_state_check CHECK (state IN ('waiting', 'delivered', 'failed')),
        attempts integer NOT NULL DEFAULT 0,
        next_attempt_at timestamptz NOT NULL,
        claimed_until timestamptz,
        attempted_at timestamptz,
        duration_millis integer,
        status integer,
        response text,
        error text
      );
      CREATE INDEX webhook_delivery_due ON webhook_delivery (webhook_id, attempts, id) WHERE state = 'waiting';
      CREATE INDEX webhook_delivery_by_webhook ON webhook_delivery (webhook_id, id);
      CREATE INDEX webhook_delivery_occurred ON webhook_delivery (occurred_at);

      CREATE FUNCTION notify_webhook_changed() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        PERFORM pg_notify('webhook_changed', '');
        RETURN NULL;
      END $$;
      CREATE TRIGGER webhook_changed AFTER INSERT OR UPDATE OF events, enabled OR DELETE ON webhook
        FOR EACH STATEMENT EXECUTE FUNCTION notify_webhook_changed();

      CREATE FUNCTION notify_webhook_due() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        PERFORM pg_notify('webhook_due', '');
        RETURN NULL;
      END $$;
      CREATE TRIGGER webhook_due AFTER INSERT ON webhook_delivery
        FOR EACH STATEMENT EXECUTE FUNCTION notify_webhook_due();
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP TABLE webhook_delivery, webhook;
      DROP FUNCTION notify_webhook_changed, notify_webhook_due;
    `);
  }
}
