import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Finds the newest change of a role in a team, which is the version of that role. */
export class TeamRoleVersions1764131000000 implements MigrationInterface {
  name = 'TeamRoleVersions1764131000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE INDEX audit_event_team_roles ON audit_event (coalesce(organization_id, 0), target_id, id)
        WHERE action IN ('team-member.added', 'team-member.role-changed', 'team-member.removed');
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX audit_event_team_roles');
  }
}
