import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Which versions of Katalon's clients were seen, and which of their calls this server did not understand. */
export class ClientCalls1764112500000 implements MigrationInterface {
  name = 'ClientCalls1764112500000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE client_version (
        client text NOT NULL,
        version text NOT NULL,
        first_at timestamptz NOT NULL,
        last_at timestamptz NOT NULL,
        PRIMARY KEY (client, version)
      );
      CREATE TABLE client_call (
        method text NOT NULL,
        path text NOT NULL,
        parameters text NOT NULL,
        status integer NOT NULL,
        reason text NOT NULL,
        program text NOT NULL,
        count bigint NOT NULL,
        first_at timestamptz NOT NULL,
        last_at timestamptz NOT NULL,
        PRIMARY KEY (method, path, parameters, status, reason, program)
      );
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE client_call, client_version');
  }
}
