import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** The language in which mails to a person are; none: the server's. */
export class Language1764121000000 implements MigrationInterface {
  name = 'Language1764121000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE user_account ADD COLUMN language text');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE user_account DROP COLUMN language');
  }
}
