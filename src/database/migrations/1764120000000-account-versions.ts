import { type MigrationInterface, type QueryRunner } from 'typeorm';

export class AccountVersions1764120000000 implements MigrationInterface {
  name = 'AccountVersions1764120000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      -- As audit_event_versions, which the former release uses, and with the address of an account.
      CREATE INDEX audit_event_all_versions ON audit_event (action, coalesce(organization_id, 0), target_id, id)
        WHERE action IN ('license-policy.changed', 'organization.renamed', 'allocation.changed', 'mail-server.created',
                         'mail-server.changed', 'mail-server.removed', 'server-settings.changed', 'user.disabled',
                         'user.enabled', 'user.administrator-appointed', 'user.administrator-dismissed',
                         'user.email-changed', 'team.renamed', 'member.role-changed');
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX audit_event_all_versions');
  }
}
