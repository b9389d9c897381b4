import { type MigrationInterface, type QueryRunner } from 'typeorm';

/**
 * Sessions and refusals are found by the hash of their session id, whose index is a third as large as one of the ids. Refusals of one
 * machine or person are few enough to be sorted: without the time, equal keys are stored once.
 */
export class SmallerIndexes1764135100000 implements MigrationInterface {
  name = 'SmallerIndexes1764135100000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE INDEX ended_session_session_hash ON ended_session (hashtextextended(session_id, 0));
      DROP INDEX ended_session_session;
      CREATE INDEX denial_session_hash ON denial (hashtextextended(session_id, 0));
      DROP INDEX denial_session, denial_machine, denial_user;
      CREATE INDEX denial_machine ON denial (machine_id);
      CREATE INDEX denial_user ON denial (user_id);
      -- audit_event_all_versions finds what this one found.
      DROP INDEX audit_event_versions;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE INDEX audit_event_versions ON audit_event (action, coalesce(organization_id, 0), target_id, id)
        WHERE action IN ('license-policy.changed', 'organization.renamed', 'allocation.changed', 'mail-server.created',
                         'mail-server.changed', 'mail-server.removed', 'server-settings.changed', 'user.disabled',
                         'user.enabled', 'user.administrator-appointed', 'user.administrator-dismissed', 'team.renamed',
                         'member.role-changed');
      DROP INDEX denial_machine, denial_user;
      CREATE INDEX denial_machine ON denial (machine_id, occurred_at);
      CREATE INDEX denial_user ON denial (user_id, occurred_at);
      CREATE INDEX denial_session ON denial (session_id, user_id);
      DROP INDEX denial_session_hash;
      CREATE INDEX ended_session_session ON ended_session (session_id, user_id);
      DROP INDEX ended_session_session_hash;
    `);
  }
}
