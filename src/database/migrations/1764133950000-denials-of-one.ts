import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** The refusals of one person or one machine are found without reading those of everybody. */
export class DenialsOfOne1764133950000 implements MigrationInterface {
  name = 'DenialsOfOne1764133950000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('CREATE INDEX denial_user ON denial (user_id, occurred_at)');
    await queryRunner.query('CREATE INDEX denial_machine ON denial (machine_id, occurred_at)');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX denial_machine');
    await queryRunner.query('DROP INDEX denial_user');
  }
}
