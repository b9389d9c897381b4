import { type EntityManager } from 'typeorm';

/**
 * Keeps an organization from being deleted until the commit. Code that locks something of it, and then writes what refers to
 * it, does this first: else each may wait for the other.
 */
export async function holdOrganization(manager: EntityManager, id: number): Promise<void> {
  await manager.query('SELECT FROM organization WHERE id = $1 FOR KEY SHARE', [id]);
}
