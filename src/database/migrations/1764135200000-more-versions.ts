import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Finds the last change of a webhook or a service account, whose number is its version. */
export class MoreVersions1764135200000 implements MigrationInterface {
  name = 'MoreVersions1764135200000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE INDEX audit_event_more_versions ON audit_event (action, coalesce(organization_id, 0), target_id, id)
        WHERE action IN ('webhook.created', 'webhook.changed', 'service-account.renamed', 'service-account.role-changed');
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX audit_event_more_versions');
  }
}
