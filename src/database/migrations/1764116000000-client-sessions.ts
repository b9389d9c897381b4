import { type MigrationInterface, type QueryRunner } from 'typeorm';

export class ClientSessions1764116000000 implements MigrationInterface {
  name = 'ClientSessions1764116000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      -- Which of Katalon's clients has the lease: Studio runs once for a person and machine. NULL: a native program, or a lease
      -- of a former release.
      ALTER TABLE lease ADD client text CHECK (client IN ('studio', 'engine'));

      ALTER TABLE organization
        -- How long the first activation of a Runtime Engine waits for a seat.
        ADD engine_wait_seconds integer NOT NULL DEFAULT 0 CHECK (engine_wait_seconds BETWEEN 0 AND 55),
        -- How long a lease of Runtime Engine lasts; NULL: as long as any other.
        ADD engine_lease_minutes integer CHECK (engine_lease_minutes BETWEEN 3 AND 43200);

      -- Floating seats that a user, or a team together, may have at most.
      CREATE TABLE seat_cap (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        organization_id bigint NOT NULL REFERENCES organization ON DELETE CASCADE,
        product text NOT NULL CHECK (product IN ('KSE', 'KRE')),
        seats integer NOT NULL CHECK (seats BETWEEN 0 AND 100000),
        user_id bigint,
        team_id bigint,
        CHECK (num_nonnulls(user_id, team_id) = 1),
        FOREIGN KEY (organization_id, user_id) REFERENCES membership (organization_id, user_id) ON DELETE CASCADE,
        FOREIGN KEY (organization_id, team_id) REFERENCES team (organization_id, id) ON DELETE CASCADE
      );
      -- Each check-out looks for them.
      CREATE INDEX seat_cap_pool ON seat_cap (organization_id, product);
      CREATE UNIQUE INDEX seat_cap_user ON seat_cap (organization_id, product, user_id) WHERE user_id IS NOT NULL;
      CREATE UNIQUE INDEX seat_cap_team ON seat_cap (organization_id, product, team_id) WHERE team_id IS NOT NULL;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP TABLE seat_cap;
      ALTER TABLE organization DROP engine_wait_seconds, DROP engine_lease_minutes;
      ALTER TABLE lease DROP client;
    `);
  }
}
