import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** More that whoever looks at an organization is told of: plugins that come and go, and machines that take over a place. */
export class PluginEvents1764064800000 implements MigrationInterface {
  name = 'PluginEvents1764064800000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      -- A public plugin is in the library of every organization.
      CREATE FUNCTION notify_plugins_changed() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        PERFORM pg_notify('organization_changed', o.id || ' plugins')
           FROM organization o
          WHERE EXISTS (SELECT FROM changed c WHERE c.organization_id IS NULL OR c.organization_id = o.id);
        RETURN NULL;
      END $$;
      CREATE TRIGGER organization_changed_by_insert AFTER INSERT ON plugin
        REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION notify_plugins_changed();
      CREATE TRIGGER organization_changed_by_delete AFTER DELETE ON plugin
        REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION notify_plugins_changed();

      CREATE FUNCTION notify_machine_transferred() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        PERFORM pg_notify('organization_changed', p.organization_id || ' machines')
           FROM seat_pool p WHERE p.id = NEW.pool_id;
        RETURN NULL;
      END $$;
      CREATE TRIGGER organization_changed_by_transfer AFTER UPDATE OF machine_id ON machine
        FOR EACH ROW EXECUTE FUNCTION notify_machine_transferred();
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP FUNCTION notify_plugins_changed, notify_machine_transferred CASCADE');
  }
}
