import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** When the rules of a provider change, the roles of the people whom it keeps up to date have to follow. */
export class ScimRules1764133010000 implements MigrationInterface {
  name = 'ScimRules1764133010000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE FUNCTION scim_rules_changed() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        UPDATE scim_user SET grants_due = true
         WHERE NOT grants_due AND provider_id IN (SELECT provider_id FROM changed);
        RETURN NULL;
      END $$;
      CREATE TRIGGER scim_rules_added AFTER INSERT ON identity_group REFERENCING NEW TABLE AS changed
        FOR EACH STATEMENT EXECUTE FUNCTION scim_rules_changed();
      CREATE TRIGGER scim_rules_changed AFTER UPDATE ON identity_group REFERENCING NEW TABLE AS changed
        FOR EACH STATEMENT EXECUTE FUNCTION scim_rules_changed();
      CREATE TRIGGER scim_rules_removed AFTER DELETE ON identity_group REFERENCING OLD TABLE AS changed
        FOR EACH STATEMENT EXECUTE FUNCTION scim_rules_changed();
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP FUNCTION scim_rules_changed CASCADE');
  }
}
