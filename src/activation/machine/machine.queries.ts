import sql, { empty, join, raw, type Sql } from 'sql-template-tag';
import { type EntityManager } from 'typeorm';
import { rowsOf } from '../../database/query.js';
import { type CursorRows } from '../../http/cursor.js';
import { isFound, type RowQuery, type Sorting } from '../../http/paging.js';
import { type Product } from '../../license/file/product.js';
import { isNotAddedUp, machinesNamed } from '../../audit/audit-log.queries.js';
import { type DenialQuery } from './dto/denial.js';
import { type MachineQuery } from './dto/machine.js';
import { denialCodes } from '../seat/seat-decision.js';
import { inOrganization } from '../seat/end-leases.queries.js';

/** A machine that a user of Studio deactivates. */
export interface DeactivatedMachine {
  machineId: string;
  product: Product;
  userId: number;
  /** Undefined: in all of the user's. */
  organizationId: number | undefined;
}

/** A condition on `lease l`: the user's leases on the machine. */
export function isOnOwnMachine({ machineId, product, userId, organizationId }: DeactivatedMachine): Sql {
  return sql`l.user_id = ${userId} AND l.product = ${product} AND ${machineId}::text IN (l.machine_id, l.fingerprint)
         ${inOrganization(organizationId)}`;
}

/**
 * Frees the seats that a machine is bound to, of those that the user bound it to or whose organization they administer.
 *
 * @param organizationIds of the user, and those of them that they administer
 * @returns an entry for each seat
 */
export function unbindOwn(
  manager: EntityManager,
  { machineId, product, userId, organizationId }: DeactivatedMachine,
  organizationIds: { all: readonly number[]; administered: readonly number[] },
): Promise<{ organizationId: number }[]> {
  return rowsOf(
    manager,
    sql`DELETE FROM machine m USING seat_pool p
         WHERE p.id = m.pool_id AND p.product = ${product} AND m.machine_id = ${machineId}
           AND (${organizationId ?? null}::bigint IS NULL OR p.organization_id = ${organizationId ?? null})
           AND p.organization_id = ANY(${organizationIds.all}::bigint[])
           AND (m.user_id = ${userId} OR p.organization_id = ANY(${organizationIds.administered}::bigint[]))
     RETURNING p.organization_id AS "organizationId"`,
  );
}

/** A machine that has a place in pools of an organization. */
export interface RegisteredMachine {
  organizationId: number;
  machineId: string;
  /** Undefined: of any product. */
  product?: Product;
}

/** A condition on `lease l`: leases whose seat the machine has. */
export function isOnMachine({ organizationId, machineId, product }: RegisteredMachine): Sql {
  return sql`l.organization_id = ${organizationId} AND coalesce(l.fingerprint, l.machine_id) = ${machineId}
         AND ${isOfProduct('l', product)}
         AND EXISTS (SELECT FROM machine m WHERE m.pool_id = l.pool_id AND m.machine_id = ${machineId})`;
}

/** Removes the places of a machine in all pools of an organization, and returns their products. */
export async function unregister(manager: EntityManager, organizationId: number, machineId: string): Promise<string[]> {
  const rows = await rowsOf<{ product: string }>(
    manager,
    sql`DELETE FROM machine m USING seat_pool p
         WHERE p.id = m.pool_id AND p.organization_id = ${organizationId} AND m.machine_id = ${machineId}
     RETURNING p.product`,
  );
  return rows.map(({ product }) => product);
}

/** Whether another machine has a place of its own where this one has one. */
export async function hasPlaceBeside(
  manager: EntityManager,
  machine: RegisteredMachine,
  other: string,
): Promise<boolean> {
  const rows = await rowsOf(
    manager,
    sql`SELECT FROM machine m, ${poolsOf(machine)} AND m.machine_id = ${other}
           AND EXISTS (SELECT FROM machine o WHERE o.pool_id = p.id AND o.machine_id = ${machine.machineId})`,
  );
  return rows.length > 0;
}

/** Gives the places of a machine to another one. */
export function transferPlaces(
  manager: EntityManager,
  machine: RegisteredMachine,
  { to, hostname, userId }: { to: string; hostname: string | null; userId: number },
): Promise<{ product: string; model: string }[]> {
  return rowsOf(
    manager,
    sql`UPDATE machine m SET machine_id = ${to}, hostname = ${hostname}, user_id = ${userId}
          FROM ${poolsOf(machine)} AND m.machine_id = ${machine.machineId}
     RETURNING p.product, p.model`,
  );
}

/** The pools of `machine m`, for a FROM clause whose condition goes on. */
function poolsOf({ organizationId, product }: RegisteredMachine): Sql {
  return sql`seat_pool p WHERE p.id = m.pool_id AND p.organization_id = ${organizationId} AND ${isOfProduct('p', product)}`;
}

function isOfProduct(table: 'l' | 'p', product: Product | undefined): Sql {
  return product === undefined ? sql`true` : sql`${raw(table)}.product = ${product}`;
}

export const sortableMachines: Sorting<MachineQuery> = {
  registeredAt: 'm.registered_at',
  machineId: 'm.machine_id',
  hostname: 'm.hostname',
  registeredBy: 'u.email',
  product: 'p.product',
};

/** The machines with a place in pools of an organization. */
export function machinesOf(organizationId: number, { search, userId, machineId }: MachineQuery): RowQuery {
  return {
    select: sql`m.machine_id AS "machineId", p.product, p.model, m.hostname, u.email AS "registeredBy", u.id AS "registeredById",
                m.registered_at AS "registeredAt",
                EXISTS (SELECT FROM lease l
                         WHERE l.pool_id = p.id AND coalesce(l.fingerprint, l.machine_id) = m.machine_id
                           AND l.expires_at > server_now()) AS online`,
    from: sql`machine m JOIN seat_pool p ON p.id = m.pool_id LEFT JOIN user_account u ON u.id = m.user_id
              WHERE p.organization_id = ${organizationId} AND ${isOf('m', { userId, machineId })}
                AND ${isFound('m.machine_id, m.hostname, u.email', search)}`,
    tieBreaker: 'm.machine_id, p.id',
  };
}

export const sortableDenials: Sorting<DenialQuery> = {
  occurredAt: 'd.occurred_at',
  email: 'u.email',
  code: 'd.code',
  product: 'd.product',
  machineId: 'd.machine_id',
};

/** The refusals of an organization, the newest first. */
export function denialsOf(organizationId: number, { search, userId, machineId }: DenialQuery): CursorRows {
  return {
    select: sql`d.id, d.occurred_at AS "occurredAt", d.product, d.code, u.id AS "userId", u.email, d.machine_id AS "machineId", d.hostname,
                d.session_id AS "sessionId"`,
    from: sql`denial d LEFT JOIN user_account u ON u.id = d.user_id
              WHERE d.organization_id = ${organizationId} AND ${isOf('d', { userId, machineId })}
                AND ${search === undefined ? sql`true` : isAbout(organizationId, search)}`,
    tie: { column: 'd.id', direction: 'DESC' },
    neverNull: ['d.occurred_at'],
    sort: 'occurredAt,desc',
  };
}

/** A condition on a row with a user and a machine; absent: any. */
function isOf(
  row: string,
  { userId, machineId }: { userId?: number | undefined; machineId?: string | undefined },
): Sql {
  const conditions = [
    ...(userId === undefined ? [] : [sql`${raw(row)}.user_id = ${userId}`]),
    ...(machineId === undefined ? [] : [sql`${raw(row)}.machine_id = ${machineId}`]),
  ];
  return conditions.length === 0 ? sql`true` : join(conditions, ' AND ');
}

/** People and machines first, by their names: years of refusals have no index of texts. */
function isAbout(organizationId: number, text: string): Sql {
  const codes = denialCodes.filter((code) => code.includes(text.toLowerCase()));
  // As arrays, each is found by its index; a code that nothing is refused with would have all refusals read.
  return sql`(d.user_id = ANY (ARRAY(SELECT id FROM user_account WHERE ${isFound('email', text)}))
    OR d.machine_id = ANY (ARRAY(${refusedMachinesNamed(text, organizationId)}))
    ${codes.length === 0 ? empty : sql`OR d.code = ANY (${codes})`})`;
}

/** Machines with this text in their id or host name, as `{id}`: with a session that is over, or refused. */
export function refusedMachinesNamed(text: string, organizationId: number): Sql {
  return sql`${machinesNamed(text, organizationId)}
    UNION SELECT machine_id FROM denial
     WHERE organization_id = ${organizationId}::bigint AND ${isNotAddedUp('occurred_at')}
       AND ${isFound('machine_id, hostname', text)}`;
}
