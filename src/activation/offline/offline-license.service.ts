import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { decodeJwt } from 'jose';
import sql from 'sql-template-tag';
import { DataSource, type EntityManager } from 'typeorm';
import { AccessRecord } from '../../audit/access-record.js';
import { server } from '../../access/actor.js';
import { AuditService } from '../../audit/audit.service.js';
import { type Caller } from '../../access/caller.js';
import { Clock } from '../../clock/clock.js';
import { NotFoundError } from '../../errors/domain-error.js';
import { type PageQuery, pageOfRows } from '../../http/paging.js';
import { InvalidRequestError } from '../../http/validation.js';
import { isAcceptedByClient } from '../../license/file/client-features.js';
import { type GrantPart, partOf } from '../../license/file/grants.js';
import { LicenseService } from '../../license/license.service.js';
import { lockPools } from '../../license/pool/lock-pools.js';
import { type Model, type Product } from '../../license/file/product.js';
import { SigningService } from '../../signing/signing.service.js';
import { type NewOfflineLicense, type OfflineLicensePage, type OfflineLicenseView } from './dto/offline-license.js';
import { endLeases } from '../seat/end-leases.js';
import { LeaseTokenService, type StudioClaims } from '../lease/lease-token.service.js';
import { checkMachineId, checkMachineIdBinds } from '../seat/machine-id.js';
import { type OfflineFile, offlineFile, type OfflineFileFormat, studioFormats } from './offline-file.js';
import { HeartbeatService } from '../lease/heartbeat.service.js';
import { isMachineAllowed } from '../seat/seat-decision.js';
import { DeniedMachineError, FileNotForStudioError, NoOfflineSeatError } from '../seat/seat-errors.js';
import { keptFrom, reservationsIn } from '../seat/seat-reservation.js';
import { counted } from '../../errors/counted.js';

const dayMillis = 86_400_000;

/**
 * The pools of an organization and product that offline licenses may come from, as they are for one machine: $1 organization, $2
 * product, $3 the moment, $4 the machine. Those of organizations that are gone came before all others.
 */
const poolsInSql = `
  WITH live AS (SELECT model, pool_id, machine_id, min(id) AS first
                   FROM (SELECT model, pool_id, machine_id, id FROM offline_license
                          WHERE product = $2 AND expires_at > $3
                         UNION ALL
                         SELECT model, pool_id, machine_id, 0 FROM seat_charge
                          WHERE kind = 'offline' AND product = $2 AND expires_at > $3) AS out
                  GROUP BY model, pool_id, machine_id),
        pools AS (SELECT p.*, (SELECT count(DISTINCT seat) FROM charged_seat
                                WHERE pool_id = p.id AND expires_at > $3)::int AS offline,
                         (SELECT first FROM live WHERE pool_id = p.id AND machine_id = $4) AS held,
                         (SELECT count(*) FROM machine m WHERE m.pool_id = p.id)::int AS machines
                    FROM seat_pool p
                   WHERE p.organization_id = $1 AND p.product = $2 AND p.model IN ('node-locked', 'floating'))
   SELECT p.id, p.model, p.quota, p.offline, p.held IS NOT NULL AS held,
          (SELECT count(*) FROM live l WHERE l.model = p.model AND (p.held IS NULL OR l.first < p.held))::int AS before,
          p.machine_quota IS NULL OR p.machine_quota > p.machines + p.offline
            OR EXISTS (SELECT FROM machine m WHERE m.pool_id = p.id AND m.machine_id = $4) AS room,
          CASE p.model WHEN 'floating' THEN (SELECT count(*)::int FROM lease l WHERE l.pool_id = p.id)
                       ELSE p.machines END AS taken
     FROM pools p ORDER BY p.model DESC`;

interface PoolRow {
  id: number;
  model: Model;
  quota: number;
  /** Leases, or bound machines. */
  taken: number;
  offline: number;
  /** Offline licenses of all organizations that came before and take such seats. */
  before: number;
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
    private readonly signing: SigningService,
    private readonly audit: AuditService,
    private readonly access: AccessRecord,
    private readonly clock: Clock,
    private readonly heartbeat: HeartbeatService,
  ) {}

  async list(organizationId: number, query: PageQuery): Promise<OfflineLicensePage> {
    return pageOfRows<OfflineLicenseView>(
      this.dataSource.manager,
      {
        select: columns,
        from: `${tables} WHERE l.organization_id = $1
                 AND ($3::text IS NULL OR strpos(fold_case(concat_ws(' ', l.machine_id, u.email, p.product)), fold_case($3)) > 0)`,
        parameters: [organizationId, this.clock.offsetMillis, query.search ?? null],
        tieBreaker: 'l.id DESC',
        sort: 'createdAt,desc',
      },
      query,
      { createdAt: 'l.created_at', expiresAt: 'l.expires_at', machineId: 'l.machine_id', product: 'p.product' },
    );
  }

  /**
   * Takes a seat for a machine, a node-locked one if there is one, else a floating one that is not reserved. For the
   * same machine once more, the seat is the same.
   *
   * @throws NoOfflineSeatError
   * @throws DeniedMachineError
   * @throws InvalidRequestError when it would end in the past, or after the license
   * @throws WildcardMachineIdError and what else {@link checkMachineId} has against the machine id
   * @throws SharedMachineIdError
   */
  async create(
    caller: Caller,
    organizationId: number,
    { product, machineId, expiresAt }: NewOfflineLicense,
  ): Promise<OfflineLicenseView> {
    checkMachineId(machineId, 'client');
    checkMachineIdBinds(machineId);
    // A lease that ran out while no server was at work still counts.
    await this.heartbeat.touch();
    return this.dataSource.transaction(async (manager) => {
      // An entitlement's seats are shared by all organizations: one offline license at a time.
      await manager.query('SELECT FROM installation FOR UPDATE');
      // The same lock, in the same order, like all code that takes a seat.
      await lockPools(manager, organizationId);
      await this.checkPolicy(manager, organizationId, machineId);
      const now = await this.licenses.newestTime();
      const end = new Date(Math.floor(Date.parse(expiresAt) / 1000) * 1000);
      if (end <= now) throw wrongEnd('future', 'expiresAt must be in the future');
      const chosen = await this.choose(manager, organizationId, product, machineId, now, end);
      checkEnd(end, now, chosen.part);
      await this.tokens.useCurrentKeys(manager);
      const token = await this.tokens.forOffline(chosen.part, organizationId, machineId, end);
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

  /** @throws DeniedMachineError; host names, which may allow a machine, are not known here */
  private async checkPolicy(manager: EntityManager, organizationId: number, machineId: string): Promise<void> {
    const [policy] = await manager.query<{ deniedMachines: string[] }[]>(
      'SELECT denied_machines AS "deniedMachines" FROM organization WHERE id = $1',
      [organizationId],
    );
    const rules = { allowedMachines: [], deniedMachines: policy?.deniedMachines ?? [] };
    if (!isMachineAllowed(rules, { machineId, hostname: null, fingerprint: null })) throw new DeniedMachineError();
  }

  /**
   * The seat that a machine gets: the one it has, else a free one that is not reserved, from an entitlement that allows
   * it and, if possible, lasts long enough.
   *
   * @throws NoOfflineSeatError
   */
  private async choose(
    manager: EntityManager,
    organizationId: number,
    product: Product,
    machineId: string,
    now: Date,
    end: Date,
  ): Promise<PoolRow & { part: GrantPart }> {
    // One moment for all that is counted: what is dead at it takes no seat, and uses no reservation.
    const [{ moment }] = await manager.query<[{ moment: Date }]>('SELECT server_now($1) AS moment', [
      this.clock.offsetMillis,
    ]);
    // What is dead gives its seat back for good: a renewal of it may be under way, and would bring it back to life.
    const dead = sql`l.organization_id = ${organizationId} AND l.product = ${product} AND l.expires_at <= ${moment}`;
    await endLeases(manager, this.audit, { reason: 'expired', ender: server, where: dead });
    const pools = await manager.query<PoolRow[]>(poolsInSql, [organizationId, product, moment, machineId]);
    const allowed = pools.flatMap((pool) => {
      const parts = this.licenses
        .parts(product, pool.model, now)
        .filter(({ offline }) => offline)
        .map((each) => ({ ...each, quantity: each.offlineSeats }));
      const seats = parts.reduce((sum, { quantity }) => sum + quantity, 0);
      const part = partOf(parts, pool.before);
      return part && pool.quota > 0 ? [{ ...pool, part, isLeft: pool.before < seats }] : [];
    });
    const held = allowed.find((pool) => pool.held);
    if (held) return held;
    if (allowed.length === 0) throw new NoOfflineSeatError(product, 'not-allowed');
    const free = allowed.filter((pool) => pool.room && pool.isLeft && pool.taken + pool.offline < pool.quota);
    const reservationsOf = await reservationsIn(
      manager,
      free.map(({ id }) => id),
      moment,
    );
    const open = free.filter(({ id, quota, taken, offline }) => {
      const { reservations, held: seats } = reservationsOf(id);
      return quota - taken - offline > keptFrom(null, reservations, seats);
    });
    const chosen = open.find(({ part }) => end <= part.expiresAt) ?? open[0];
    if (!chosen) {
      const isShareUsed = allowed.every(({ isLeft }) => !isLeft);
      throw new NoOfflineSeatError(product, isShareUsed ? 'share-used' : free.length > 0 ? 'reserved' : 'none-free');
    }
    return chosen;
  }

  /**
   * The license as a file, and the record of its download.
   *
   * @throws NotFoundError
   * @throws FileNotForStudioError
   */
  async download(
    caller: Caller,
    { organizationId, id }: { organizationId: number; id: number },
    format: OfflineFileFormat,
  ): Promise<OfflineFile> {
    const [license] = await this.dataSource.query<StoredLicense[]>(
      `SELECT p.product, l.machine_id AS "machineId", l.expires_at AS "expiresAt", l.token
         FROM offline_license l JOIN seat_pool p ON p.id = l.pool_id WHERE l.organization_id = $1 AND l.id = $2`,
      [organizationId, id],
    );
    if (!license) throw new NotFoundError('The offline license');
    if (studioFormats.includes(format)) this.checkForStudio(license);
    const publicPem = await this.signing.publicPemOf('studio', license.token);
    if (publicPem === undefined && format !== 'lic')
      throw new NotFoundError('The key that this license is signed with');
    const file = offlineFile(format, { ...license, organizationId, publicPem: publicPem ?? '' });
    const details = { format, machineId: license.machineId };
    const what = { organizationId, targetType: 'offline-license', targetId: id, details };
    await this.access.record({ actor: caller, change: { action: 'offline-license.downloaded', ...what } });
    return file;
  }

  /** @throws FileNotForStudioError */
  private checkForStudio({ product, token }: StoredLicense): void {
    if (product !== 'KSE') throw new FileNotForStudioError('runtime-engine');
    const { features = [] } = decodeJwt<Partial<StudioClaims>>(token);
    if (!isAcceptedByClient(product, features)) throw new FileNotForStudioError('features');
  }
}

interface StoredLicense {
  product: Product;
  machineId: string;
  expiresAt: Date;
  token: string;
}

const columns = `l.id, p.product, p.model, l.machine_id AS "machineId", l.created_at AS "createdAt", u.email AS "createdBy",
  l.expires_at AS "expiresAt", l.expires_at > server_now($2) AS active`;
const tables = `offline_license l JOIN seat_pool p ON p.id = l.pool_id LEFT JOIN user_account u ON u.id = l.created_by`;

function wrongEnd(rule: string, message: string, limit?: number): InvalidRequestError {
  return new InvalidRequestError([{ field: 'expiresAt', message, rule, limit }]);
}

/** @throws InvalidRequestError when the license does not allow an offline license for so long */
function checkEnd(end: Date, now: Date, { bounds, expiresAt }: GrantPart): void {
  const { offlineMaxDays } = bounds;
  if (end.getTime() > now.getTime() + offlineMaxDays * dayMillis) {
    throw wrongEnd(
      'offline-max-days',
      `expiresAt must not be more than ${counted(offlineMaxDays, 'day')} from now: the license allows offline licenses no longer`,
      offlineMaxDays,
    );
  }
  if (end > expiresAt) {
    throw wrongEnd(
      'license-end',
      `expiresAt must not be after the license, which expires at ${expiresAt.toISOString()}`,
    );
  }
}
