import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Seats stay taken for as long as a token for them is out, whatever becomes of the organization, pool or session. */
export class SeatCharges1764103000000 implements MigrationInterface {
  name = 'SeatCharges1764103000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      -- A token that has outlived its session, organization or pool. No foreign keys: nothing takes it back before its time.
      CREATE TABLE seat_charge (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        kind text NOT NULL CHECK (kind IN ('session', 'offline')),
        organization_id bigint NOT NULL,
        pool_id bigint NOT NULL,
        product text NOT NULL,
        model text NOT NULL,
        user_id bigint,
        machine_id text NOT NULL,
        fingerprint text,
        expires_at timestamptz NOT NULL
      );
      CREATE INDEX seat_charge_pool ON seat_charge (pool_id, expires_at);

      ALTER TABLE seat_pool
        -- Bounds from the license files, see license-file.
        ADD max_lease_minutes integer NOT NULL DEFAULT 1440,
        ADD max_overage_percent integer NOT NULL DEFAULT 0,
        ADD free_on_release_minutes integer NOT NULL DEFAULT 120,
        -- Seats that the pool lacks because they are out elsewhere.
        ADD withheld integer NOT NULL DEFAULT 0,
        -- More seats are out than the pool has: when one returns, the division is computed again.
        ADD overdrawn boolean NOT NULL DEFAULT false;

      -- A deleted organization takes the pool with it; the charge has to know what it was of.
      ALTER TABLE offline_license ADD product text, ADD model text;
      UPDATE offline_license o SET product = p.product, model = p.model FROM seat_pool p WHERE p.id = o.pool_id;

      CREATE FUNCTION name_offline_license() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        SELECT product, model INTO NEW.product, NEW.model FROM seat_pool WHERE id = NEW.pool_id;
        RETURN NEW;
      END $$;
      CREATE TRIGGER name_offline_license BEFORE INSERT ON offline_license
        FOR EACH ROW EXECUTE FUNCTION name_offline_license();

      -- Also when it goes with its organization, or by hand.
      CREATE FUNCTION keep_offline_license_charged() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO seat_charge (kind, organization_id, pool_id, product, model, machine_id, expires_at)
          SELECT 'offline', organization_id, pool_id, product, model, machine_id, expires_at FROM gone;
        RETURN NULL;
      END $$;
      CREATE TRIGGER keep_offline_license_charged AFTER DELETE ON offline_license
        REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION keep_offline_license_charged();

      -- What is out besides the leases: \`seat\` is the same for tokens that share one. A machine or user that still has its
      -- place in the pool is counted by that.
      CREATE VIEW charged_seat AS
        SELECT pool_id, product, model, 'machine ' || machine_id AS seat, expires_at FROM offline_license
        UNION ALL
        SELECT c.pool_id, c.product, c.model,
               CASE WHEN c.kind = 'offline' THEN 'machine ' || c.machine_id
                    WHEN c.model = 'floating' THEN 'charge ' || c.id
                    WHEN c.model = 'per-user' THEN 'user ' || c.user_id
                    ELSE 'machine ' || coalesce(c.fingerprint, c.machine_id) END,
               c.expires_at
          FROM seat_charge c
         WHERE c.kind = 'offline'
            OR CASE c.model
                 WHEN 'floating' THEN true
                 WHEN 'per-user' THEN NOT EXISTS (SELECT FROM licensed_user l
                                                   WHERE l.pool_id = c.pool_id AND l.user_id = c.user_id)
                 ELSE NOT EXISTS (SELECT FROM machine m WHERE m.pool_id = c.pool_id
                                     AND m.machine_id = coalesce(c.fingerprint, c.machine_id)) END;

      -- The next check-out computes the bounds.
      UPDATE installation SET quotas_valid_until = '-infinity';
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP VIEW charged_seat;
      DROP TRIGGER keep_offline_license_charged ON offline_license;
      DROP FUNCTION keep_offline_license_charged;
      DROP TRIGGER name_offline_license ON offline_license;
      DROP FUNCTION name_offline_license;
      ALTER TABLE offline_license DROP product, DROP model;
      ALTER TABLE seat_pool DROP max_lease_minutes, DROP max_overage_percent, DROP free_on_release_minutes, DROP withheld,
        DROP overdrawn;
      DROP TABLE seat_charge;
    `);
  }
}
