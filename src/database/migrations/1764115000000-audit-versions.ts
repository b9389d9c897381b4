import { type MigrationInterface, type QueryRunner } from 'typeorm';

export class AuditVersions1764115000000 implements MigrationInterface {
  name = 'AuditVersions1764115000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      -- The last change of settings is their version. Few events are changes of settings; the others are not in here.
      CREATE INDEX audit_event_versions ON audit_event (action, coalesce(organization_id, 0), target_id, id)
        WHERE action IN ('license-policy.changed', 'organization.renamed', 'allocation.changed', 'mail-server.created',
                         'mail-server.changed', 'mail-server.removed', 'server-settings.changed', 'user.disabled',
                         'user.enabled', 'user.administrator-appointed', 'user.administrator-dismissed', 'team.renamed',
                         'member.role-changed');
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX audit_event_versions');
  }
}
