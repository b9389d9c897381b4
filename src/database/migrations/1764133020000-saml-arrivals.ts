import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** What a SAML provider has said of a person, between the page of the provider and the next request of the browser. */
export class SamlArrivals1764133020000 implements MigrationInterface {
  name = 'SamlArrivals1764133020000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE saml_arrival (
        token_hash bytea NOT NULL,
        provider_id bigint NOT NULL,
        arrival_sealed bytea NOT NULL,
        expires_at timestamptz NOT NULL,
        CONSTRAINT saml_arrival_pkey PRIMARY KEY (token_hash),
        CONSTRAINT saml_arrival_provider_id_fkey FOREIGN KEY (provider_id) REFERENCES identity_provider ON DELETE CASCADE
      )`);
    await queryRunner.query('CREATE INDEX saml_arrival_by_end ON saml_arrival (expires_at)');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE saml_arrival');
  }
}
