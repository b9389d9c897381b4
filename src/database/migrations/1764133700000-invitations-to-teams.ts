import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** An invitation may name a team. No foreign key: joining locks the invitation, then the team; deleting a team would lock them in the other order. */
export class InvitationsToTeams1764133700000 implements MigrationInterface {
  name = 'InvitationsToTeams1764133700000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE invitation ADD COLUMN team_id bigint');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE invitation DROP COLUMN team_id');
  }
}
