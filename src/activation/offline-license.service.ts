import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { AuditService } from '../audit/audit.service.js';
import { type Caller } from '../auth/caller.js';
import { Clock } from '../clock/clock.js';
import { NotFoundError } from '../errors/domain-error.js';
import { type PageQuery, pageOfRows } from '../http/paging.js';
import { InvalidRequestError } from '../http/validation.js';
import { LicenseService } from '../license/license.service.js';
import { type Model } from '../license/product.js';
import { type NewOfflineLicense, type OfflineLicensePage, type OfflineLicenseView } from './dto/offline-license.js';
import { LeaseTokenService } from './lease-token.service.js';
import { checkMachineId } from './machine-id.js';
import { OutageService } from './outage.service.js';
import { NoOfflineSeatError } from './seat-errors.js';

interface PoolRow {
  id: number;
  model: Model;
  quota: number;
  /** Live leases, or bound machines. */
  taken: number;
  offline: number;
  /** Whether the machine quota has room for this machine. */
  room: boolean;
  /** Whether an offline license of this machine holds a seat of the pool already. */
  held: boolean;
}

/** Licenses for machines without a network (manual, "Offline activation"): files that take a seat until they expire. */
@Injectable()
export class OfflineLicenseService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly licenses: LicenseService,
    private readonly tokens: LeaseTokenService,
    private readonly audit: AuditService,
    private readonly clock: Clock,
    private readonly outage: OutageService,
  ) {}

  async list(organizationId: number, query: PageQuery): Promise<OfflineLicensePage> {
    return pageOfRows<OfflineLicenseView>(
      this.dataSource.manager,
      {
        select: columns,
        from: `${tables} WHERE l.organization_id = $1
                 AND ($3::text IS NULL OR strpos(lower(concat_ws(' ', l.machine_id, u.email, p.product)), lower($3)) > 0)`,
        parameters: [organizationId, this.clock.offsetMillis, query.search ?? null],
        tieBreaker: 'l.id DESC',
        sort: 'createdAt,desc',
      },
      query,
      { createdAt: 'l.created_at', expiresAt: 'l.expires_at', machineId: 'l.machine_id', product: 'p.product' },
    );
  }

  /**
   * Takes a seat for a machine, a node-locked one if there is one, else a floating one. For the same machine once more,
   * the seat is the same.
   *
   * @throws NoOfflineSeatError
   * @throws InvalidRequestError when it would end in the past, or after the license
   * @throws WildcardMachineIdError
   */
  async create(
    caller: Caller,
    organizationId: number,
    { product, machineId, expiresAt }: NewOfflineLicense,
  ): Promise<OfflineLicenseView> {
    checkMachineId(machineId);
    // A lease that ran out while no server was at work still counts.
    await this.outage.beat();
    return this.dataSource.transaction(async (manager) => {
      // The same lock, in the same order, as everybody holds who takes a seat.
      await manager.query('SELECT FROM seat_pool WHERE organization_id = $1 AND product = $2 ORDER BY id FOR UPDATE', [
        organizationId,
        product,
      ]);
      const now = await this.licenses.newestTime();
      const end = new Date(Math.floor(Date.parse(expiresAt) / 1000) * 1000);
      if (end <= now) throw wrongEnd('future', 'expiresAt must be in the future');
      const pools = await manager.query<PoolRow[]>(
        `SELECT p.id, p.model, p.quota,
                p.machine_quota IS NULL OR EXISTS (SELECT FROM machine m WHERE m.pool_id = p.id AND m.machine_id = $4)
                  OR p.machine_quota > (SELECT count(*) FROM machine m WHERE m.pool_id = p.id)
                                       + (SELECT count(DISTINCT machine_id) FROM offline_license o
                                           WHERE o.pool_id = p.id AND o.expires_at > server_now($3)) AS room,
                CASE p.model WHEN 'floating' THEN (SELECT count(*)::int FROM lease l
                                                    WHERE l.pool_id = p.id AND l.expires_at > server_now($3))
                             ELSE (SELECT count(*)::int FROM machine m WHERE m.pool_id = p.id) END AS taken,
                (SELECT count(DISTINCT machine_id)::int FROM offline_license o
                  WHERE o.pool_id = p.id AND o.expires_at > server_now($3)) AS offline,
                EXISTS (SELECT FROM offline_license o
                         WHERE o.pool_id = p.id AND o.machine_id = $4 AND o.expires_at > server_now($3)) AS held
           FROM seat_pool p WHERE p.organization_id = $1 AND p.product = $2 AND p.model IN ('node-locked', 'floating')
          ORDER BY p.model DESC`,
        [organizationId, product, this.clock.offsetMillis, machineId],
      );
      const allowed = pools.flatMap((pool) => {
        const grant = pool.quota > 0 ? this.licenses.grant(product, pool.model, now) : undefined;
        return grant?.offline ? [{ ...pool, grant }] : [];
      });
      const chosen =
        allowed.find((pool) => pool.held) ??
        allowed.find((pool) => pool.room && pool.taken + pool.offline < pool.quota);
      if (!chosen) throw new NoOfflineSeatError(product, allowed.length > 0);
      if (end > chosen.grant.expiresAt) {
        throw wrongEnd(
          'license-end',
          `expiresAt must not be after the license, which expires at ${chosen.grant.expiresAt.toISOString()}`,
        );
      }
      const token = await this.tokens.forOffline(chosen.grant, organizationId, machineId, end);
      const [saved] = await manager.query<[{ id: number }]>(
        `INSERT INTO offline_license (organization_id, pool_id, machine_id, created_at, created_by, expires_at, token)
           VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id`,
        [organizationId, chosen.id, machineId, this.clock.now(), caller.id, end, token],
      );
      await this.audit.record(manager, caller, {
        action: 'offline-license.created',
        organizationId,
        targetType: 'machine',
        targetId: machineId,
        details: { product, model: chosen.model, expiresAt: end },
      });
      const [view] = await manager.query<[OfflineLicenseView]>(
        `SELECT ${columns} FROM ${tables} WHERE l.organization_id = $1 AND l.id = $3`,
        [organizationId, this.clock.offsetMillis, saved.id],
      );
      return view;
    });
  }

  /**
   * The whole text of the `.lic` file.
   *
   * @throws NotFoundError
   */
  async file(organizationId: number, id: number): Promise<string> {
    const [license] = await this.dataSource.query<{ token: string }[]>(
      'SELECT token FROM offline_license WHERE organization_id = $1 AND id = $2',
      [organizationId, id],
    );
    if (!license) throw new NotFoundError('The offline license');
    return license.token;
  }
}

const columns = `l.id, p.product, p.model, l.machine_id AS "machineId", l.created_at AS "createdAt", u.email AS "createdBy",
  l.expires_at AS "expiresAt", l.expires_at > server_now($2) AS active`;
const tables = `offline_license l JOIN seat_pool p ON p.id = l.pool_id LEFT JOIN user_account u ON u.id = l.created_by`;

function wrongEnd(rule: string, message: string): InvalidRequestError {
  return new InvalidRequestError([{ field: 'expiresAt', message, rule }]);
}
