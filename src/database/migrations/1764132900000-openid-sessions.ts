import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Sessions that began at an OpenID provider, and what of a provider has been used and works once. */
export class OpenidSessions1764132900000 implements MigrationInterface {
  name = 'OpenidSessions1764132900000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE openid_session (
        session_id uuid NOT NULL,
        provider_id bigint NOT NULL,
        subject text NOT NULL,
        sid text,
        id_token_sealed bytea,
        CONSTRAINT openid_session_pkey PRIMARY KEY (session_id),
        CONSTRAINT openid_session_session_id_fkey FOREIGN KEY (session_id) REFERENCES session ON DELETE CASCADE,
        CONSTRAINT openid_session_provider_id_fkey FOREIGN KEY (provider_id) REFERENCES identity_provider ON DELETE CASCADE
      )`);
    await queryRunner.query('CREATE INDEX openid_session_by_subject ON openid_session (provider_id, subject)');
    await queryRunner.query('CREATE INDEX openid_session_by_sid ON openid_session (provider_id, sid)');
    await queryRunner.query(`
      CREATE TABLE openid_used_token (
        hash bytea NOT NULL,
        expires_at timestamptz NOT NULL,
        CONSTRAINT openid_used_token_pkey PRIMARY KEY (hash)
      )`);
    await queryRunner.query('CREATE INDEX openid_used_token_by_end ON openid_used_token (expires_at)');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE openid_used_token, openid_session');
  }
}
