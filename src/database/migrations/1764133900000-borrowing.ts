import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Seats that a laptop takes along until a date, within what license files and policies allow. */
export class Borrowing1764133900000 implements MigrationInterface {
  name = 'Borrowing1764133900000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE lease ADD borrowed_until timestamptz;

      -- The borrowed lease whose token holds the seat: who surrenders that token gives it back.
      ALTER TABLE seat_charge ADD lease_id uuid;
      CREATE INDEX seat_charge_lease ON seat_charge (lease_id) WHERE lease_id IS NOT NULL;

      ALTER TABLE seat_pool
        ADD borrow_max_days integer NOT NULL DEFAULT 0,
        ADD borrow_ends_at timestamptz NOT NULL DEFAULT '-infinity';

      ALTER TABLE organization
        ADD borrow_max_days integer NOT NULL DEFAULT 0
          CONSTRAINT organization_borrow_max_days_check CHECK (borrow_max_days >= 0 AND borrow_max_days <= 3650),
        ADD borrow_keep_seats integer NOT NULL DEFAULT 0
          CONSTRAINT organization_borrow_keep_seats_check CHECK (borrow_keep_seats >= 0 AND borrow_keep_seats <= 100000);

      -- The next check-out computes the bounds.
      UPDATE installation SET quotas_valid_until = '-infinity';
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE organization DROP borrow_max_days, DROP borrow_keep_seats;
      ALTER TABLE seat_pool DROP borrow_max_days, DROP borrow_ends_at;
      ALTER TABLE seat_charge DROP lease_id;
      ALTER TABLE lease DROP borrowed_until;
    `);
  }
}
