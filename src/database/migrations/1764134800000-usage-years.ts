import { type MigrationInterface, type QueryRunner } from 'typeorm';

/**
 * What the months of a year add up to, so that a report of a year does not read ten times as many sums of months; and how many users
 * each hour had too few seats for. A change of a month deletes the sums of its year, also when a server of the previous release
 * makes it: they are made again from the months.
 */
export class UsageYears1764134800000 implements MigrationInterface {
  name = 'UsageYears1764134800000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE usage_hour ADD COLUMN lacking integer;
      CREATE TABLE rolled_up_year (
        year timestamptz PRIMARY KEY,
        until timestamptz NOT NULL
      );
      CREATE TABLE usage_year (
        organization_id bigint NOT NULL,
        year timestamptz NOT NULL,
        user_id bigint NOT NULL,
        machine_id text NOT NULL,
        product text NOT NULL,
        model text NOT NULL,
        carried integer NOT NULL,
        began integer NOT NULL,
        micros bigint NOT NULL,
        last_started_at timestamptz NOT NULL,
        PRIMARY KEY (organization_id, year, user_id, machine_id, product, model)
      );
      CREATE FUNCTION forget_usage_year() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF NOT EXISTS (SELECT FROM changed) THEN RETURN NULL; END IF;
          -- A server that is adding up a year finishes first, so the DELETE below sees its sums.
          PERFORM FROM usage_roll_up FOR UPDATE;
          WITH gone AS (DELETE FROM rolled_up_year y WHERE EXISTS (SELECT FROM changed c WHERE c.month >= y.year AND c.month < y.until)
                        RETURNING year)
          DELETE FROM usage_year WHERE year IN (SELECT year FROM gone);
          RETURN NULL;
        END $$;
      CREATE TRIGGER usage_month_inserted AFTER INSERT ON usage_month
        REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION forget_usage_year();
      CREATE TRIGGER usage_month_updated AFTER UPDATE ON usage_month
        REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION forget_usage_year();
      CREATE TRIGGER usage_month_deleted AFTER DELETE ON usage_month
        REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION forget_usage_year();
      -- The sums of the month that runs change every hour: with room on their page, no index grows.
      ALTER TABLE usage_month SET (fillfactor = 80);
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP TRIGGER usage_month_inserted ON usage_month;
      DROP TRIGGER usage_month_updated ON usage_month;
      DROP TRIGGER usage_month_deleted ON usage_month;
      DROP FUNCTION forget_usage_year();
      DROP TABLE usage_year, rolled_up_year;
      ALTER TABLE usage_month RESET (fillfactor);
      ALTER TABLE usage_hour DROP COLUMN lacking;
    `);
  }
}
