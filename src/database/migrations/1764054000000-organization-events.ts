import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Tables whose rows come and go, each with the topic that a change of it is told as. A renewal of a lease is none. */
const topics: Record<string, { topic: string; events: readonly ('INSERT' | 'UPDATE' | 'DELETE')[] }> = {
  lease: { topic: 'online-licenses', events: ['INSERT', 'DELETE'] },
  denial: { topic: 'denials', events: ['INSERT'] },
  membership: { topic: 'members', events: ['INSERT', 'UPDATE', 'DELETE'] },
  removed_member: { topic: 'members', events: ['INSERT', 'DELETE'] },
  invitation: { topic: 'invitations', events: ['INSERT', 'UPDATE', 'DELETE'] },
  team: { topic: 'teams', events: ['INSERT', 'UPDATE', 'DELETE'] },
  team_member: { topic: 'teams', events: ['INSERT', 'UPDATE', 'DELETE'] },
  offline_license: { topic: 'offline-licenses', events: ['INSERT', 'DELETE'] },
  mail_server: { topic: 'mail', events: ['INSERT', 'UPDATE', 'DELETE'] },
  outbox_mail: { topic: 'mail', events: ['INSERT', 'UPDATE', 'DELETE'] },
};

/** As above, for tables whose rows belong to a pool of seats. */
const poolTopics: Record<string, string> = { licensed_user: 'licensed-users', machine: 'machines' };

export class OrganizationEvents1764054000000 implements MigrationInterface {
  name = 'OrganizationEvents1764054000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      -- Tells whoever looks at an organization that something of a topic has changed there: its id and the topic, no more.
      -- PostgreSQL drops repetitions within a transaction.
      CREATE FUNCTION notify_organization_changed() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        PERFORM pg_notify('organization_changed', c.organization_id || ' ' || TG_ARGV[0])
           FROM (SELECT DISTINCT organization_id FROM changed WHERE organization_id IS NOT NULL) AS c;
        RETURN NULL;
      END $$;

      CREATE FUNCTION notify_pool_changed() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        PERFORM pg_notify('organization_changed', c.organization_id || ' ' || TG_ARGV[0])
           FROM (SELECT DISTINCT p.organization_id FROM changed JOIN seat_pool p ON p.id = changed.pool_id) AS c;
        RETURN NULL;
      END $$;

      -- Seats are counted in seat_pool at every check-out; that is the lease's to tell.
      CREATE FUNCTION notify_row_changed() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE changed jsonb := to_jsonb(CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END);
      BEGIN
        PERFORM pg_notify('organization_changed', coalesce(changed ->> 'organization_id', changed ->> 'id') || ' ' || TG_ARGV[0]);
        RETURN NULL;
      END $$;
      CREATE TRIGGER organization_changed AFTER UPDATE ON organization
        FOR EACH ROW WHEN (OLD IS DISTINCT FROM NEW) EXECUTE FUNCTION notify_row_changed('organization');
      CREATE TRIGGER organization_changed AFTER UPDATE OF quota, ends_at, allocation ON seat_pool
        FOR EACH ROW WHEN ((OLD.quota, OLD.ends_at, OLD.allocation) IS DISTINCT FROM (NEW.quota, NEW.ends_at, NEW.allocation))
        EXECUTE FUNCTION notify_row_changed('licenses');
    `);
    for (const [table, { topic, events }] of Object.entries(topics)) {
      for (const event of events) await queryRunner.query(trigger(table, event, 'notify_organization_changed', topic));
    }
    for (const [table, topic] of Object.entries(poolTopics)) {
      for (const event of ['INSERT', 'DELETE'] as const) {
        await queryRunner.query(trigger(table, event, 'notify_pool_changed', topic));
      }
    }
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      'DROP FUNCTION notify_organization_changed, notify_pool_changed, notify_row_changed CASCADE',
    );
  }
}

function trigger(table: string, event: 'INSERT' | 'UPDATE' | 'DELETE', work: string, topic: string): string {
  const rows = event === 'DELETE' ? 'OLD' : 'NEW';
  return `CREATE TRIGGER organization_changed_by_${event.toLowerCase()} AFTER ${event} ON ${table}
    REFERENCING ${rows} TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION ${work}('${topic}')`;
}
