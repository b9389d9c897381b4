import { type MigrationInterface, type QueryRunner } from 'typeorm';

export class VerifiedAddresses1764100000000 implements MigrationInterface {
  name = 'VerifiedAddresses1764100000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      -- Null: nobody has proved yet that the address is theirs. Until now any organization could make an account for any
      -- address, so only administrators count as verified.
      ALTER TABLE user_account
        ADD verified_at timestamptz,
        -- The organization whose link made an unverified account, which is good for this organization only. Not a
        -- reference: an id is never used again, and deleting an organization must not touch accounts.
        ADD origin_organization_id bigint;
      UPDATE user_account SET verified_at = created_at WHERE root;
      UPDATE user_account u SET origin_organization_id = i.organization_id
        FROM (SELECT DISTINCT ON (user_id) user_id, organization_id FROM invitation
               WHERE user_id IS NOT NULL ORDER BY user_id, accepted_at) AS i
       WHERE i.user_id = u.id AND NOT u.root;

      -- The link in a mail of the server's own mail server proves the address; the link that an administrator copies does
      -- not. So they are different links. The tokens are not here, only their SHA-256.
      ALTER TABLE invitation ADD mailed_token_hash bytea;
      CREATE UNIQUE INDEX invitation_mailed_token ON invitation (mailed_token_hash);

      -- Existing accounts join only signed in: an acceptance by anybody who had the link is pending again.
      UPDATE invitation i SET accepted_at = NULL, user_id = NULL FROM user_account u
       WHERE u.id = i.user_id AND i.joined_at IS NULL AND i.revoked_at IS NULL AND i.accepted_at IS NOT NULL
         AND (u.last_access_at IS NOT NULL OR u.created_at < i.accepted_at - interval '1 minute');

      -- Using a link verifies the address, unless a former version made it.
      ALTER TABLE password_reset ADD verifies boolean NOT NULL DEFAULT false;
      -- They may have traveled through an organization's mail server. They were good for an hour.
      UPDATE password_reset SET expires_at = created_at WHERE used_at IS NULL;

      -- Sent by the server's own mail server only, never by an organization's.
      ALTER TABLE outbox_mail ADD server_wide boolean NOT NULL DEFAULT false;
      UPDATE outbox_mail SET server_wide = true, organization_id = NULL
       WHERE kind IN ('password-reset', 'password-changed') AND state <> 'sent';

      ALTER TABLE installation ALTER organization_creation SET DEFAULT 'root';
      -- Where no administrator has decided, the new default holds.
      UPDATE installation SET organization_creation = 'root'
       WHERE NOT EXISTS (SELECT FROM audit_event WHERE action = 'server-settings.changed');
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE installation ALTER organization_creation SET DEFAULT 'everybody';
      ALTER TABLE outbox_mail DROP server_wide;
      ALTER TABLE password_reset DROP verifies;
      ALTER TABLE invitation DROP mailed_token_hash;
      ALTER TABLE user_account DROP verified_at, DROP origin_organization_id;
    `);
  }
}
