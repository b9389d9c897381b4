import { type MigrationInterface, type QueryRunner } from 'typeorm';

/**
 * Throttling of sign-ins keeps the time of the next attempt with its counters. Where an account has signed in from survives a
 * crash of the database, unlike the counters; what is known of it is taken over.
 */
export class SignInProtection1764101000000 implements MigrationInterface {
  name = 'SignInProtection1764101000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE rate_limit ADD free integer, ADD next_at timestamptz;

      CREATE TABLE sign_in_place (
        user_id bigint NOT NULL REFERENCES user_account ON DELETE CASCADE,
        site text NOT NULL,
        last_at timestamptz NOT NULL,
        PRIMARY KEY (user_id, site)
      );

      -- Only IPv4 addresses: an unknown place is the safe side.
      INSERT INTO sign_in_place (user_id, site, last_at)
        SELECT u.id, split_part(r.key, ' ', 3), now()
          FROM rate_limit r
          JOIN user_account u
            ON split_part(r.key, ' ', 2)
             = rtrim(translate(encode(sha256(convert_to(u.email, 'UTF8')), 'base64'), '+/', '-_'), '=')
         WHERE r.key LIKE 'known:pair %' AND split_part(r.key, ' ', 3) ~ '^[0-9]+([.][0-9]+){3}$'
        ON CONFLICT DO NOTHING;

      CREATE TABLE known_device (
        user_id bigint NOT NULL REFERENCES user_account ON DELETE CASCADE,
        fingerprint bytea NOT NULL,
        last_at timestamptz NOT NULL,
        PRIMARY KEY (user_id, fingerprint)
      );`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE known_device, sign_in_place');
    await queryRunner.query('ALTER TABLE rate_limit DROP next_at, DROP free');
  }
}
