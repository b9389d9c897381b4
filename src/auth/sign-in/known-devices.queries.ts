import { type EntityManager } from 'typeorm';
import sql from 'sql-template-tag';
import { rowsOf } from '../../database/query.js';
import { type KnownDevice } from './known-device.entity.js';

/** What is known of a device that an account signs in with. */
interface NotedDevice {
  inserted: boolean;
  /** Devices that the account had before. */
  others: number;
  /** Of them, those that were used in the last hour. */
  recent: number;
}

/** Remembers a device, and forgets those that were used the longest ago. */
export async function rememberDevice(
  manager: EntityManager,
  { userId, fingerprint, lastAt }: KnownDevice,
  maxDevices: number,
): Promise<NotedDevice> {
  const [device] = (await rowsOf(
    manager,
    sql`
      WITH noted AS (
        INSERT INTO known_device AS d (user_id, fingerprint, last_at) VALUES (${userId}, ${fingerprint}, ${lastAt})
        ON CONFLICT (user_id, fingerprint) DO UPDATE SET last_at = greatest(d.last_at, excluded.last_at)
        RETURNING xmax = 0 AS inserted),
      forgotten AS (
        DELETE FROM known_device WHERE user_id = ${userId} AND fingerprint IN (
          SELECT fingerprint FROM known_device WHERE user_id = ${userId} AND fingerprint <> ${fingerprint}
           ORDER BY last_at DESC OFFSET ${maxDevices}::int - 1))
      SELECT inserted,
             (SELECT count(*)::int FROM known_device WHERE user_id = ${userId}) AS others,
             (SELECT count(*)::int FROM known_device
               WHERE user_id = ${userId} AND last_at > ${lastAt}::timestamptz - interval '1 hour') AS recent
        FROM noted`,
  )) as [NotedDevice];
  return device;
}
