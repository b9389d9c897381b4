import { type MigrationInterface, type QueryRunner } from 'typeorm';

export class SeatReservationIndex1764046800001 implements MigrationInterface {
  name = 'SeatReservationIndex1764046800001';

  async up(queryRunner: QueryRunner): Promise<void> {
    // Each check-out looks for them, with thousands of organizations too.
    await queryRunner.query('CREATE INDEX seat_reservation_pool ON seat_reservation (organization_id, product)');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX seat_reservation_pool');
  }
}
