import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Tells tokens of sessions that lost their seat to a smaller quota from those of sessions that ended otherwise. */
export class WithdrawnCharges1764117000000 implements MigrationInterface {
  name = 'WithdrawnCharges1764117000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE seat_charge ADD withdrawn boolean NOT NULL DEFAULT false;

      CREATE OR REPLACE VIEW charged_seat AS
        SELECT pool_id, product, model, 'machine ' || machine_id AS seat, expires_at, false AS withdrawn FROM offline_license
        UNION ALL
        SELECT c.pool_id, c.product, c.model,
               CASE WHEN c.kind = 'offline' THEN 'machine ' || c.machine_id
                    WHEN c.model = 'floating' THEN 'charge ' || c.id
                    WHEN c.model = 'per-user' THEN 'user ' || c.user_id
                    ELSE 'machine ' || coalesce(c.fingerprint, c.machine_id) END,
               c.expires_at, c.withdrawn
          FROM seat_charge c
         WHERE c.kind = 'offline'
            OR CASE c.model
                 WHEN 'floating' THEN true
                 WHEN 'per-user' THEN NOT EXISTS (SELECT FROM licensed_user l
                                                   WHERE l.pool_id = c.pool_id AND l.user_id = c.user_id)
                 ELSE NOT EXISTS (SELECT FROM machine m WHERE m.pool_id = c.pool_id
                                     AND m.machine_id = coalesce(c.fingerprint, c.machine_id)) END;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP VIEW charged_seat;
      ALTER TABLE seat_charge DROP withdrawn;
      CREATE VIEW charged_seat AS
        SELECT pool_id, product, model, 'machine ' || machine_id AS seat, expires_at FROM offline_license
        UNION ALL
        SELECT c.pool_id, c.product, c.model,
               CASE WHEN c.kind = 'offline' THEN 'machine ' || c.machine_id
                    WHEN c.model = 'floating' THEN 'charge ' || c.id
                    WHEN c.model = 'per-user' THEN 'user ' || c.user_id
                    ELSE 'machine ' || coalesce(c.fingerprint, c.machine_id) END,
               c.expires_at
          FROM seat_charge c
         WHERE c.kind = 'offline'
            OR CASE c.model
                 WHEN 'floating' THEN true
                 WHEN 'per-user' THEN NOT EXISTS (SELECT FROM licensed_user l
                                                   WHERE l.pool_id = c.pool_id AND l.user_id = c.user_id)
                 ELSE NOT EXISTS (SELECT FROM machine m WHERE m.pool_id = c.pool_id
                                     AND m.machine_id = coalesce(c.fingerprint, c.machine_id)) END;
    `);
  }
}
