import sql, { raw, type Sql } from 'sql-template-tag';
import { type EntityManager } from 'typeorm';
import { rowsOf } from '../../database/query.js';
import { defaultBounds } from '../../license/file/license-bounds.js';
import { type Product } from '../../license/file/product.js';
import { type LicensePolicy, type SeatCapRule, type SeatReservationRule } from './dto/license-policy.js';
import { SeatCap } from './seat-cap.entity.js';
import { SeatReservation } from './seat-reservation.entity.js';

/** The part of a policy that is written to the organization. */
export type StoredPolicy = Required<Omit<LicensePolicy, 'version' | 'reservations' | 'caps'>>;

/** What is reserved for, or at most given to, a member or a team. */
export type SeatRule = SeatReservationRule | SeatCapRule;
export type RuleKind = 'reservation' | 'cap';

const entityOf = { reservation: SeatReservation, cap: SeatCap };
const tableOf = { reservation: raw('seat_reservation'), cap: raw('seat_cap') };

/** What the licenses of an organization allow its policy. */
export interface PolicyBounds {
  leaseMinutes: number;
  overQuotaPercent: number;
  borrowMaxDays: number;
}

/**
 * The strictest bounds of the seats that an organization has; without seats, those that hold when a file says nothing. Which of its
 * seats may be borrowed is for each kind to say, so the loosest bound counts there.
 */
function boundsIn(organizationId: number): Sql {
  return sql`(SELECT coalesce(min(max_lease_minutes), ${defaultBounds.maxLeaseMinutes}::int),
                     coalesce(min(max_overage_percent) FILTER (WHERE model = 'floating'), ${defaultBounds.maxOveragePercent}::int),
                     coalesce(max(borrow_max_days), ${defaultBounds.borrowMaxDays}::int)
                FROM seat_pool WHERE organization_id = ${organizationId} AND quota + withheld > 0)
               AS b(max_lease_minutes, max_overage_percent, borrow_max_days)`;
}

export async function policyBoundsOf(manager: EntityManager, organizationId: number): Promise<PolicyBounds> {
  const [bounds] = (await rowsOf<PolicyBounds>(
    manager,
    sql`SELECT b.max_lease_minutes AS "leaseMinutes", b.max_overage_percent AS "overQuotaPercent",
               b.borrow_max_days AS "borrowMaxDays"
          FROM ${boundsIn(organizationId)}`,
  )) as [PolicyBounds];
  return bounds;
}

/** What an organization has decided, within what its licenses allow. */
export async function policyOf(manager: EntityManager, organizationId: number): Promise<StoredPolicy | undefined> {
  const [policy] = await rowsOf<StoredPolicy>(
    manager,
    sql`SELECT least(lease_minutes, b.max_lease_minutes) AS "leaseMinutes", renewal_share AS "renewalShare",
               client_renewal_share AS "clientRenewalShare", coalesce(idle_minutes, 0) AS "idleMinutes",
               least(coalesce(engine_lease_minutes, 0), b.max_lease_minutes) AS "engineLeaseMinutes",
               engine_wait_seconds AS "engineWaitSeconds",
               least(over_quota_percent, b.max_overage_percent) AS "overQuotaPercent",
               least(organization.borrow_max_days, b.borrow_max_days) AS "borrowMaxDays", borrow_keep_seats AS "borrowKeepSeats",
               auto_assign AS "autoAssign", coalesce(unassign_after_days, 0) AS "unassignAfterDays",
               allowed_machines AS "allowedMachines",
               denied_machines AS "deniedMachines"
          FROM organization, ${boundsIn(organizationId)} WHERE id = ${organizationId}`,
  );
  return policy;
}

/** The rules of an organization, in their order. Each is for a user or for a team, and says nothing of the other. */
export async function seatRulesOf(manager: EntityManager, organizationId: number, kind: RuleKind): Promise<SeatRule[]> {
  const rows = await manager.find(entityOf[kind], { where: { organizationId }, order: { id: 'ASC' } });
  return rows.map(({ product, seats, userId, teamId }) =>
    userId === null ? { product, seats, teamId: teamId ?? undefined } : { product, seats, userId },
  );
}

/** Until the commit, no other transaction changes the organization. */
export async function lockOrganizationRow(manager: EntityManager, organizationId: number): Promise<void> {
  await rowsOf(manager, sql`SELECT FROM organization WHERE id = ${organizationId} FOR NO KEY UPDATE`);
}

/** The quota of floating seats of each product. */
export async function floatingQuotas(manager: EntityManager, organizationId: number): Promise<Map<Product, number>> {
  const rows = await rowsOf<{ product: Product; quota: number }>(
    manager,
    sql`SELECT product, quota FROM seat_pool WHERE organization_id = ${organizationId} AND model = 'floating'`,
  );
  return new Map(rows.map(({ product, quota }) => [product, quota]));
}

/**
 * Replaces all rules of a kind.
 *
 * @returns how many are there now: those for members and teams of the organization
 */
export async function replaceRules(
  manager: EntityManager,
  organizationId: number,
  kind: RuleKind,
  rules: readonly SeatRule[],
): Promise<number> {
  await manager.delete(entityOf[kind], { organizationId });
  const kept = await rowsOf(
    manager,
    sql`INSERT INTO ${tableOf[kind]} (organization_id, product, seats, user_id, team_id)
          SELECT ${organizationId}::bigint, w.product, w.seats, w.user_id, w.team_id
            FROM unnest(${rules.map(({ product }) => product)}::text[], ${rules.map(({ seats }) => seats)}::int[],
                        ${rules.map(({ userId }) => userId ?? null)}::bigint[],
                        ${rules.map(({ teamId }) => teamId ?? null)}::bigint[])
                   WITH ORDINALITY AS w(product, seats, user_id, team_id, place)
           WHERE EXISTS (SELECT FROM membership m
                          WHERE m.organization_id = ${organizationId} AND m.user_id = w.user_id)
              OR EXISTS (SELECT FROM team t WHERE t.organization_id = ${organizationId} AND t.id = w.team_id)
           ORDER BY w.place
        RETURNING id`,
  );
  return kept.length;
}

/** A lease, as far as rules about machines matter to it. */
interface LeaseOnMachine {
  id: string;
  machineId: string;
  hostname: string | null;
  fingerprint: string | null;
}

export function leasesOnMachines(manager: EntityManager, organizationId: number): Promise<LeaseOnMachine[]> {
  return rowsOf(
    manager,
    sql`SELECT id, machine_id AS "machineId", hostname, fingerprint FROM lease WHERE organization_id = ${organizationId}`,
  );
}

/** The host names under which registered machines of an organization are known, by their ids. */
export async function hostNamesOf(
  manager: EntityManager,
  organizationId: number,
  machineIds: readonly string[],
): Promise<Map<string, string[]>> {
  const rows = await rowsOf<{ machineId: string; hostNames: string[] }>(
    manager,
    sql`SELECT m.machine_id AS "machineId", array_agg(DISTINCT m.hostname) AS "hostNames"
          FROM machine m JOIN seat_pool p ON p.id = m.pool_id
         WHERE p.organization_id = ${organizationId} AND m.machine_id = ANY(${machineIds}) AND m.hostname IS NOT NULL
         GROUP BY m.machine_id`,
  );
  return new Map(rows.map(({ machineId, hostNames }) => [machineId, hostNames]));
}
