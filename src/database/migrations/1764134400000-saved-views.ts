import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Lists of the console as people have filtered and sorted them, under names of their own. */
export class SavedViews1764134400000 implements MigrationInterface {
  name = 'SavedViews1764134400000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE saved_view (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        user_id bigint NOT NULL CONSTRAINT saved_view_user_id_fkey REFERENCES user_account ON DELETE CASCADE,
        page text NOT NULL,
        name text NOT NULL,
        query text NOT NULL,
        CONSTRAINT saved_view_name_key UNIQUE (user_id, page, name)
      )`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE saved_view');
  }
}
