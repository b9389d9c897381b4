import { type MigrationInterface, type QueryRunner } from 'typeorm';

/**
 * One function that takes the case out of a text, the same on every locale of the database: `lower` alone leaves É as it is on
 * one with `C`, and makes ı of I on a Turkish one. It uses the Unicode rules of ICU, or those that PostgreSQL 17 and later have
 * built in, or at last those of the database.
 */
export class FoldCase1764113200000 implements MigrationInterface {
  name = 'FoldCase1764113200000';

  async up(queryRunner: QueryRunner): Promise<void> {
    const collations = await queryRunner.manager.query<{ name: string }[]>(
      `SELECT collname AS name FROM pg_collation
        WHERE collnamespace = 'pg_catalog'::regnamespace AND collname IN ('und-x-icu', 'pg_unicode_fast', 'pg_c_utf8')
          AND collencoding IN (-1, (SELECT encoding FROM pg_database WHERE datname = current_database()))`,
    );
    const found = ['und-x-icu', 'pg_unicode_fast', 'pg_c_utf8'].find((name) =>
      collations.some((each) => each.name === name),
    );
    const collate = found === undefined ? '' : ` COLLATE pg_catalog."${found}"`;
    const isUnicode = (await queryRunner.manager.query<{ server_encoding: string }[]>('SHOW server_encoding'))[0];
    const text = isUnicode?.server_encoding === 'UTF8' ? 'normalize($1, NFKC)' : '$1';
    // Without full rules in PostgreSQL, ß has no upper case of its own.
    const upper = `upper(replace(replace(${text}, 'ß', 'ss'), 'ẞ', 'ss')${collate})`;
    const lower = `lower(${upper}${collate})`;
    await queryRunner.query(`
      CREATE FUNCTION fold_case(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
        RETURN replace(replace(replace(${lower}, U&'i\\0307', 'i'), 'ı', 'i'), 'ς', 'σ');
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP FUNCTION fold_case(text)');
  }
}
