import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** What the sessions of each hour and of each month add up to, so that a report of a year does not read a million of them. */
export class UsageRollUps1764132100000 implements MigrationInterface {
  name = 'UsageRollUps1764132100000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE usage_roll_up (
        singleton boolean PRIMARY KEY DEFAULT true CONSTRAINT usage_roll_up_singleton_check CHECK (singleton),
        rolled_until timestamptz NOT NULL DEFAULT '-infinity',
        oldest_start timestamptz NOT NULL DEFAULT '-infinity'
      );
      INSERT INTO usage_roll_up DEFAULT VALUES;
      CREATE TABLE usage_hour (
        organization_id bigint NOT NULL,
        product text NOT NULL,
        model text NOT NULL,
        hour timestamptz NOT NULL,
        carried integer NOT NULL,
        began integer NOT NULL,
        peak integer NOT NULL,
        micros bigint NOT NULL,
        denials integer NOT NULL,
        oldest_start timestamptz,
        PRIMARY KEY (organization_id, product, model, hour)
      );
      CREATE TABLE usage_month (
        organization_id bigint NOT NULL,
        month timestamptz NOT NULL,
        user_id bigint NOT NULL,
        machine_id text NOT NULL,
        product text NOT NULL,
        model text NOT NULL,
        carried integer NOT NULL,
        began integer NOT NULL,
        micros bigint NOT NULL,
        last_started_at timestamptz NOT NULL,
        PRIMARY KEY (organization_id, month, user_id, machine_id, product, model)
      );
      CREATE TABLE known_machine (
        organization_id bigint NOT NULL,
        machine_id text NOT NULL,
        hostname text NOT NULL,
        PRIMARY KEY (organization_id, machine_id, hostname)
      );
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE usage_roll_up, usage_hour, usage_month, known_machine');
  }
}
