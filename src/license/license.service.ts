import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type Logger } from 'pino';
import { DataSource, type EntityManager } from 'typeorm';
import { type Actor, server } from '../access/actor.js';
import { AuditService } from '../audit/audit.service.js';
import { sessionsEnded } from '../audit/sessions-ended.js';
import { Clock } from '../clock/clock.js';
import { PeriodicTask } from '../concurrency/periodic-task.js';
import { SETTINGS } from '../config/config.module.js';
import { type Settings } from '../config/settings.js';
import { trustAnchor } from '../config/trust-anchor.js';
import { afterCommit } from '../database/after-commit.js';
import { Notifications } from '../database/notifications.js';
import { NotFoundError } from '../errors/domain-error.js';
import { InvalidRequestError } from '../http/validation.js';
import { LOG } from '../log/log.module.js';
import { OrganizationService } from '../organization/organization.service.js';
import { SigningService } from '../signing/signing.service.js';
import {
  type Around,
  divideAround,
  divideMachines,
  seatsToKeep,
  type Share,
  type ShareInUse,
} from './pool/division.js';
import { type Allocation, type AllocationView } from './dto/allocation.js';
import { type ServerClockView } from './dto/server-clock.js';
import { checkEvaluation, evaluationClaims } from './file/evaluation.js';
import {
  type Grant,
  grantAt,
  type GrantPart,
  grantsAt,
  isFileFollowedUp,
  lastEndBefore,
  lastExpiry,
  nextChangeAfter,
  overlap,
  partsAt,
  takesOver,
} from './file/grants.js';
import { InstalledLicense } from './license-file.entity.js';
import {
  type LicenseClaims,
  LicenseFile,
  LicenseFileError,
  openSigned,
  trustedKeys,
  type TrustedKeys,
} from './file/license-file.js';
import {
  AllocationExceededError,
  EvaluationNotOfferedError,
  EvaluationUsedError,
  NewerLicenseInstalledError,
  StatementOfTimeUsedError,
} from './license.errors.js';
import { type LicenseBounds } from './file/license-bounds.js';
import { lockDivision } from './pool/lock-pools.js';
import { clockAheadWords, isFarBehind, provenTime } from './recorded-time.js';
import { type Model, models, type Product, products } from './file/product.js';
import { TimeStatement } from './file/time-statement.js';
import { seatsOut, type SeatsOut } from './pool/seats-out.js';
import { checkVersion, versionOf } from '../audit/settings-version.js';

/** What bounds the leases of a pool. */
type PoolBounds = Pick<LicenseBounds, 'maxLeaseMinutes' | 'maxOveragePercent' | 'freeOnReleaseMinutes'>;

/** A pool with the bounds that it has had so far. */
interface PoolRow extends Share, PoolBounds {
  product: Product;
  model: Model;
}

/** What is computed of a pool from the license files. */
interface PoolQuota extends PoolBounds {
  id: number;
  quota: number;
  endsAt: string;
  machineQuota: number | null;
  withheld: number;
  overdrawn: boolean;
}

/** The seats as they are divided at a moment. */
interface SeatDivision {
  quotas: PoolQuota[];
  /** Milliseconds since 1970 at which the first seat that is out beyond a share returns; Infinity: no seat is. */
  firstReturn: number;
  /** How many seats may stay out, by pool id; of pools with more sessions than that. */
  keep: Map<number, number>;
  /** Seats in use beyond {@link keep}. */
  excess: number;
}

/** Ends sessions until only this many seats of each pool are out. */
export type EndExcess = (
  manager: EntityManager,
  actor: Actor,
  keep: ReadonlyMap<number, number>,
) => Promise<ExcessSession[]>;

/** A session that has ended, because its pool had too many. */
export interface ExcessSession {
  poolId: number;
}

/** What a server knows about itself and the time. */
interface Installation {
  serverId: string;
  evaluationIssuedAt: Date | null;
  /** The newest time that was ever seen here, by which licenses count. */
  newestTime: Date;
  /** The database's clock. */
  now: Date;
  /** When the newest of the vendor's files of all times was issued. */
  newestIssue: Date;
}

/** What the installation of a file would change. */
export interface PreviewedLicense {
  file: LicenseFile;
  /** The time by which it counts once it is installed. */
  at: Date;
  /** The issue of the same license that it takes the place of. */
  replaces: LicenseFile | undefined;
  /** Others that are in force for a time together with it: their seats add up. */
  addsTo: LicenseFile[];
  /** Those that it takes over from when they end, without a gap. */
  follows: LicenseFile[];
  correction: TimeCorrection | undefined;
}

/** The recorded time, corrected by the word of the vendor. */
export interface TimeCorrection {
  /** When the vendor has signed it. */
  provenTime: Date;
  recordedBefore: Date;
  recordedTime: Date;
}

/** What the files say, and the time at which it counts. */
interface Licensed {
  claims: readonly LicenseClaims[];
  at: Date;
}

/** A license in force, or one that is installed and not trusted, and why. */
export interface LicenseState {
  installed: InstalledLicense;
  file?: LicenseFile;
  problem?: string;
  problemCode?: string;
  /** Its seats do not count yet. */
  beginsLater: boolean;
  /** Another one goes on without a gap when it ends, with as many seats of each kind. */
  followedUp: boolean;
}

/**
 * What this server may grant: the license files, and their division among the organizations. The quotas are computed from
 * the signed files and written to the seat pools, with the time until which they are right.
 */
@Injectable()
export class LicenseService implements OnModuleInit, OnApplicationShutdown {
  private readonly verified = new Map<string, LicenseFile>();
  private files: LicenseFile[] = [];
  private vendorKeys: TrustedKeys = new Map();
  /** False until the keys are loaded: before that, every license would look untrusted. */
  private canVerify = false;
  /** Numbers of the latest reading of the files that was begun, and of the latest whose result is in use. */
  private begun = 0;
  private applied = 0;
  private readonly onExcess: EndExcess[] = [];
  /** The newest time when the files were read: at least as new as the beginning of each that has begun. */
  private seenTime = new Date(0);
  private readonly ticking = new PeriodicTask(
    () => this.tick(),
    60_000,
    (error) => this.log.warn({ err: error }, 'The licenses could not be checked; next try in a minute'),
  );

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly signing: SigningService,
    private readonly audit: AuditService,
    private readonly clock: Clock,
    notifications: Notifications,
    organizations: OrganizationService,
    @Inject(LOG) private readonly log: Logger,
  ) {
    organizations.whenCreated((manager, organizationId) => this.addPools(manager, organizationId));
    organizations.whenDeleted(async (manager) => {
      await this.reallocate(manager);
    });
    organizations.whenTrialEnds(
      () => lastExpiry(this.claims.filter(({ licenseType }) => licenseType === 'TRIAL')) ?? null,
    );
    const reload = (): void => {
      // The start reads the files itself, once the keys are loaded.
      if (!this.canVerify) return;
      this.load(this.dataSource.manager).catch((error: unknown) => {
        this.log.error({ err: error }, 'The license files could not be read again');
      });
    };
    notifications.on('license_changed', reload);
    notifications.onResume(reload);
    // A seat that was out beyond its organization's share has returned.
    notifications.on('seats_returned', () => {
      this.dataSource
        .transaction((manager) => this.reallocate(manager))
        .catch((error: unknown) => {
          this.log.warn({ err: error }, 'The seats could not be divided again; next try when one expires');
        });
    });
  }

  async onModuleInit(): Promise<void> {
    this.vendorKeys = await trustedKeys(this.settings.vendorKeys);
    this.canVerify = true;
    await this.noteInstalledIssues();
    // Whatever was written into the pools by hand, the signed files decide.
    await this.dataSource.transaction((manager) => this.reallocate(manager));
    this.ticking.start();
  }

  onApplicationShutdown(): void {
    // A database that is away does not keep the server from stopping.
    void this.ticking.stop();
  }

  /** Registers what ends the sessions for which there are no seats any more, in the transaction that takes the seats away. */
  whenSeatsAreTooFew(action: EndExcess): void {
    this.onExcess.push(action);
  }

  /** Of all times: an evaluation may be older than the key of today. None in a release without the evaluation. */
  private get selfIssuedKeys(): TrustedKeys {
    return trustAnchor.evaluation ? this.signing.publicKeys('native') : new Map<string, never>();
  }

  private get claims(): LicenseClaims[] {
    return this.files.map((file) => file.claims);
  }

  get hasVendorKeys(): boolean {
    return this.vendorKeys.size > 0;
  }

  /** Seats of a product and model at a time, from the files in memory. */
  grant(product: Product, model: Model, at: Date): Grant | undefined {
    return grantAt(
      this.files.map((file) => file.claims),
      product,
      model,
      at,
    );
  }

  /** When the last license of a product ends or ended, grace days not counted; undefined: no license is installed. */
  lastExpiry(product: Product): Date | undefined {
    return lastExpiry(this.claims, product);
  }

  /** Whether a feature comes with seats that the organization has at present. */
  async hasFeature(organizationId: number, key: string): Promise<boolean> {
    const at = await this.newestTime();
    const pools = await this.dataSource.query<{ product: Product; model: Model }[]>(
      'SELECT product, model FROM seat_pool WHERE organization_id = $1 AND quota > 0',
      [organizationId],
    );
    return pools.some(({ product, model }) =>
      this.grant(product, model, at)?.features.some((feature) => feature.key === key),
    );
  }

  /**
   * The same entitlement by entitlement, in the order in which their seats are taken. By a clock that was set back, a license that
   * has begun goes on: seats are granted by the newest time that was seen.
   */
  parts(product: Product, model: Model, at: Date): GrantPart[] {
    return partsAt(
      this.files.map((file) => file.claims),
      product,
      model,
      at < this.seenTime ? this.seenTime : at,
    );
  }

  grants(at: Date): Grant[] {
    return grantsAt(
      this.files.map((file) => file.claims),
      at,
    );
  }

  /**
   * Checks a file as {@link install} would, and changes nothing.
   *
   * @throws LicenseFileError
   */
  async check(text: string, manager: EntityManager = this.dataSource.manager): Promise<LicenseFile> {
    const { payload, token, keyId } = await openSigned(text, this.vendorKeys);
    if (TimeStatement.isOne(payload)) {
      throw new LicenseFileError('license-content', 'This is a statement of time, and not a license file.');
    }
    const file = LicenseFile.of(payload, token, keyId);
    const known = await this.installation(manager);
    const at = provenTime(new Date(file.claims.iat * 1000), known) ?? known.newestTime;
    try {
      file.checkUsable(at, known.serverId);
    } catch (error) {
      // Without this it would not be clear why a license counts as ended that begins today.
      const why = clockAheadWords(at, known.now);
      if (!(error instanceof LicenseFileError) || error.code !== 'license-expired' || why === undefined) throw error;
      const times = { recordedTime: at, now: known.now };
      throw new LicenseFileError(error.code, `${error.message} ${why}`, error.kind, {
        reason: 'clock-ahead',
        ...times,
      });
    }
    return file;
  }

  /**
   * Checks a file as {@link install} would, and tells what it would change.
   *
   * @throws LicenseFileError
   * @throws NewerLicenseInstalledError
   */
  async preview(text: string): Promise<PreviewedLicense> {
    const file = await this.check(text);
    const installed = (await this.states()).flatMap(({ file: each }) => each ?? []);
    const replaces = installed.find(({ claims }) => claims.jti === file.claims.jti);
    if (replaces && replaces.claims.iat > file.claims.iat) throw new NewerLicenseInstalledError(file.claims.jti);
    const others = installed.filter((each) => each !== replaces);
    const known = await this.installation(this.dataSource.manager);
    const provenAt = new Date(file.claims.iat * 1000);
    const recordedTime = provenTime(provenAt, known);
    const isCorrected = recordedTime !== undefined && isFarBehind(recordedTime, known.newestTime);
    return {
      file,
      at: isCorrected ? recordedTime : known.newestTime,
      replaces,
      addsTo: others.filter((each) => overlap(each.claims, file.claims)),
      follows: others.filter((each) => takesOver(file.claims, each.claims)),
      correction: isCorrected ? { provenTime: provenAt, recordedBefore: known.newestTime, recordedTime } : undefined,
    };
  }

  /** Those of an installation that is older than the record of them: an old file proves no new time. */
  private async noteInstalledIssues(): Promise<void> {
    const issues = (await this.states()).flatMap(({ installed, file }) =>
      file && !installed.selfIssued ? [file.claims.iat] : [],
    );
    if (issues.length === 0) return;
    await this.dataSource.query('UPDATE installation SET newest_issue = $1 WHERE newest_issue < $1', [
      new Date(Math.max(...issues) * 1000),
    ]);
  }

  /** The statement of time in a file; undefined: it is something else. */
  async statementIn(text: string): Promise<TimeStatement | undefined> {
    const { payload } = await openSigned(text, this.vendorKeys);
    if (!TimeStatement.isOne(payload)) return undefined;
    const statement = TimeStatement.of(payload);
    statement.checkServer((await this.installation(this.dataSource.manager)).serverId);
    return statement;
  }

  /** What {@link correctTime} would do. */
  async previewTime({ issuedAt }: TimeStatement): Promise<TimeCorrection> {
    const known = await this.installation(this.dataSource.manager);
    const recordedTime = provenTime(issuedAt, known);
    if (!recordedTime) throw new StatementOfTimeUsedError(issuedAt, known.newestIssue);
    return { provenTime: issuedAt, recordedBefore: known.newestTime, recordedTime };
  }

  /**
   * Takes the vendor's word for the time.
   *
   * @throws StatementOfTimeUsedError when it is not newer than every file before
   */
  async correctTime(statement: TimeStatement, actor: Actor): Promise<TimeCorrection> {
    return this.dataSource.transaction(async (manager) => {
      await this.lock(manager);
      const known = await this.installation(manager);
      const { issuedAt, id } = statement;
      if (!provenTime(issuedAt, known)) throw new StatementOfTimeUsedError(issuedAt, known.newestIssue);
      const recordedTime = await this.noteIssue(manager, { id, issuedAt }, actor);
      await this.reallocate(manager, actor);
      return { provenTime: issuedAt, recordedBefore: known.newestTime, recordedTime };
    });
  }

  /**
   * A file that the vendor has issued later than every file before proves what time it is: a recorded time that is later, because
   * a clock was once in the future, falls back.
   *
   * @returns the time that is recorded now
   */
  private async noteIssue(
    manager: EntityManager,
    { id, issuedAt }: { id: string; issuedAt: Date },
    actor: Actor,
  ): Promise<Date> {
    const known = await this.installation(manager);
    await manager.query('UPDATE installation SET newest_issue = greatest(newest_issue, $1)', [issuedAt]);
    const proven = provenTime(issuedAt, known);
    if (!proven || !isFarBehind(proven, known.newestTime)) return known.newestTime;
    const correction = { at: known.now, from: known.newestTime, to: proven, proof: id };
    await manager.query('UPDATE installation SET newest_time = $1, time_proof = $2', [
      proven,
      JSON.stringify(correction),
    ]);
    // Every server has read the files at the time that falls.
    await manager.query(`SELECT pg_notify('license_changed', '')`);
    await this.audit.record(manager, actor, {
      action: 'clock.corrected',
      targetType: 'server',
      details: { from: known.newestTime.toISOString(), to: proven.toISOString(), proof: id },
    });
    afterCommit(manager, () => {
      this.log.warn(
        correction,
        'The vendor has proved what time it is: the recorded time falls back, and licenses count by it',
      );
    });
    return proven;
  }

  /**
   * Installs a vendor's license file.
   *
   * @param manager of the transaction it belongs to
   * @throws LicenseFileError
   * @throws NewerLicenseInstalledError
   */
  async install(manager: EntityManager, text: string, actor: Actor): Promise<LicenseFile> {
    await this.lock(manager);
    const file = await this.check(text, manager);
    await this.noteIssue(manager, { id: file.claims.jti, issuedAt: new Date(file.claims.iat * 1000) }, actor);
    await this.store(manager, file, false, actor);
    return file;
  }

  /**
   * Issues the evaluation license to this server: 30 days, 5 seats each, with a feature that no vendor's product knows.
   *
   * @throws EvaluationNotOfferedError when the vendor built the release without it
   * @throws EvaluationUsedError the second time
   */
  async installEvaluation(manager: EntityManager, actor: Actor): Promise<LicenseFile> {
    if (!trustAnchor.evaluation) throw new EvaluationNotOfferedError();
    await this.lock(manager);
    const { serverId, newestTime, evaluationIssuedAt } = await this.installation(manager);
    if (evaluationIssuedAt) throw new EvaluationUsedError();
    const token = await this.signing.sign('native', evaluationClaims(serverId, newestTime));
    const file = await LicenseFile.read(token, this.selfIssuedKeys);
    await manager.query('UPDATE installation SET evaluation_issued_at = $1', [newestTime]);
    await this.store(manager, file, true, actor);
    return file;
  }

  /** All installed files; one that is not trusted (any more) comes with the reason. */
  async states(manager: EntityManager = this.dataSource.manager): Promise<LicenseState[]> {
    return this.statesBy(await this.installation(manager), manager);
  }

  private async statesBy({ serverId, newestTime }: Installation, manager: EntityManager): Promise<LicenseState[]> {
    const installed = await manager.find(InstalledLicense, { order: { id: 'ASC' } });
    const states = await Promise.all(
      installed.map(async (each): Promise<Pick<LicenseState, 'installed' | 'file' | 'problem' | 'problemCode'>> => {
        try {
          const file =
            this.verified.get(each.token) ??
            (await LicenseFile.read(each.token, each.selfIssued ? this.selfIssuedKeys : this.vendorKeys));
          file.checkServer(serverId);
          if (each.selfIssued) checkEvaluation(file.claims, serverId);
          this.verified.set(each.token, file);
          return { installed: each, file };
        } catch (error) {
          if (!(error instanceof LicenseFileError)) throw error;
          return { installed: each, problem: error.message, problemCode: error.code };
        }
      }),
    );
    const all = states.flatMap(({ file }) => file?.claims ?? []);
    return states.map((state) => ({
      ...state,
      beginsLater: state.file !== undefined && state.file.startsAt > newestTime,
      followedUp: state.file !== undefined && isFileFollowedUp(all, state.file.claims, newestTime),
    }));
  }

  /**
   * Recomputes every pool's quota from the signed files and the allocations: after each change of either, and when
   * the time has come that a license begins or ends. Sessions for which there are no seats any more end.
   *
   * @param actor by whose hand sessions end
   * @returns those that ended
   */
  async reallocate(manager: EntityManager, actor: Actor = server): Promise<ExcessSession[]> {
    await this.lock(manager);
    await lockDivision(manager);
    const licensed = await this.load(manager);
    const { claims, at } = licensed;
    let division = await this.divideAll(manager, licensed);
    await this.writeQuotas(manager, division.quotas);
    const ended: ExcessSession[] = [];
    if (division.keep.size > 0) {
      for (const action of this.onExcess) ended.push(...(await action(manager, actor, division.keep)));
      division = await this.divideAll(manager, licensed);
      await this.writeQuotas(manager, division.quotas);
    }
    const next = Math.min(
      nextChangeAfter(claims, at)?.getTime() ?? Infinity,
      // Not more often than every few seconds.
      Math.max(division.firstReturn, at.getTime() + 5000),
    );
    await manager.query('UPDATE installation SET newest_time = $1, quotas_valid_until = $2', [
      at,
      Number.isFinite(next) ? new Date(next).toISOString() : 'infinity',
    ]);
    return ended;
  }

  /** How many seats in use would be too many if the file were installed. */
  async excessWith({ file, at }: Pick<PreviewedLicense, 'file' | 'at'>): Promise<number> {
    const { manager } = this.dataSource;
    const others = this.files.filter(({ claims }) => claims.jti !== file.claims.jti);
    const claims = [...others, file].map((each) => each.claims);
    return (await this.divideAll(manager, { claims, at })).excess;
  }

  private async divideAll(manager: EntityManager, licensed: Licensed): Promise<SeatDivision> {
    const out = await seatsOut(manager, this.clock.offsetMillis);
    const pools = await manager.query<PoolRow[]>(
      `SELECT id AS "poolId", organization_id AS "organizationId", product, model, allocation,
              max_lease_minutes AS "maxLeaseMinutes", max_overage_percent AS "maxOveragePercent",
              free_on_release_minutes AS "freeOnReleaseMinutes"
         FROM seat_pool ORDER BY organization_id`,
    );
    const all: SeatDivision = { quotas: [], firstReturn: Infinity, keep: new Map(), excess: 0 };
    for (const product of products) {
      for (const model of models) {
        const isOfThese = (row: PoolRow | SeatsOut): boolean => row.product === product && row.model === model;
        const { quotas, firstReturn, keep, excess } = this.divideModel(product, model, licensed, {
          pools: pools.filter(isOfThese),
          out: out.filter(isOfThese),
        });
        all.quotas.push(...quotas);
        all.firstReturn = Math.min(all.firstReturn, firstReturn);
        for (const [poolId, seats] of keep) all.keep.set(poolId, seats);
        all.excess += excess;
      }
    }
    return all;
  }

  private divideModel(
    product: Product,
    model: Model,
    { claims, at }: Licensed,
    { pools, out }: { pools: readonly PoolRow[]; out: readonly SeatsOut[] },
  ): SeatDivision {
    const grant = grantAt(claims, product, model, at);
    const end = grant?.lastsUntil ?? lastEndBefore(claims, product, model, at);
    const granted = grant?.quantity ?? 0;
    const outOf = new Map(out.map((row) => [row.poolId, row]));
    const known = new Set(pools.map(({ poolId }) => poolId));
    const lost = out.filter(({ poolId }) => !known.has(poolId));
    const around = (count: 'seats' | 'rightful'): { shares: (PoolRow & ShareInUse)[]; beside: Around } => ({
      shares: pools.map((pool) => {
        const { [count]: seats = 0, fixed = 0 } = outOf.get(pool.poolId) ?? {};
        return { ...pool, out: seats, fixed };
      }),
      beside: {
        lost: lost.reduce((sum, row) => sum + row[count], 0),
        // Only floating seats are granted beyond a quota.
        overagePercent: model === 'floating' ? (grant?.bounds.maxOveragePercent ?? 0) : 0,
      },
    });
    const { shares, beside } = around('seats');
    const { quotas, withheld, overdrawn } = divideAround(granted, shares, beside);
    const rightful = around('rightful');
    const keep = seatsToKeep(granted, rightful.shares, rightful.beside);
    const machines = divideMachines(grant?.machineQuota, granted, quotas);
    return {
      quotas: shares.map(({ poolId: id, ...pool }) => ({
        id,
        quota: quotas.get(id) ?? 0,
        endsAt: end?.toISOString() ?? '-infinity',
        machineQuota: machines.get(id) ?? null,
        withheld: withheld.get(id) ?? 0,
        overdrawn: overdrawn.has(id),
        // When a license has ended, its bounds outlive it: they decide about the seats of the tokens that are still out.
        ...boundsOfPool(grant?.bounds ?? pool),
      })),
      firstReturn: Math.min(
        ...out
          .filter(({ poolId }) => overdrawn.has(poolId) || !known.has(poolId))
          .map(({ firstEnd }) => firstEnd.getTime()),
      ),
      keep,
      excess: rightful.shares.reduce((sum, { poolId, out: seats }) => sum + seats - (keep.get(poolId) ?? seats), 0),
    };
  }

  private async writeQuotas(manager: EntityManager, quotas: readonly PoolQuota[]): Promise<void> {
    await manager.query(
      `UPDATE seat_pool p
          SET quota = w.quota, ends_at = w."endsAt", machine_quota = w."machineQuota", withheld = w.withheld,
              overdrawn = w.overdrawn, max_lease_minutes = w."maxLeaseMinutes", max_overage_percent = w."maxOveragePercent",
              free_on_release_minutes = w."freeOnReleaseMinutes"
         FROM json_to_recordset($1) AS w(id bigint, quota int, "endsAt" timestamptz, "machineQuota" int, withheld int,
                                         overdrawn boolean, "maxLeaseMinutes" int, "maxOveragePercent" int,
                                         "freeOnReleaseMinutes" int)
        WHERE p.id = w.id
          AND (p.quota, p.ends_at, p.machine_quota, p.withheld, p.overdrawn, p.max_lease_minutes, p.max_overage_percent,
               p.free_on_release_minutes)
              IS DISTINCT FROM (w.quota, w."endsAt", w."machineQuota", w.withheld, w.overdrawn, w."maxLeaseMinutes",
                                w."maxOveragePercent", w."freeOnReleaseMinutes")`,
      [JSON.stringify(quotas)],
    );
    // Long after: a clock that was in the future for a while brings no seat back.
    await manager.query(`DELETE FROM seat_charge WHERE expires_at < server_now($1) - interval '400 days'`, [
      this.clock.offsetMillis,
    ]);
  }

  /**
   * Removes a license file; its seats are gone with it, and so are the sessions that were granted last.
   *
   * @throws NotFoundError
   */
  async uninstall(id: number, actor: Actor): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      await this.lock(manager);
      const installed = await manager.findOneBy(InstalledLicense, { id });
      if (!installed) throw new NotFoundError('The license');
      await manager.delete(InstalledLicense, { id });
      const ended = await this.reallocate(manager, actor);
      await this.audit.record(manager, actor, {
        action: 'license.removed',
        targetType: 'license',
        targetId: installed.jti,
        ...(ended.length > 0 && { details: sessionsEnded(ended.length) }),
      });
    });
  }

  /** What each product and model grants in total, and what of it an organization has. */
  async allocations(organizationId: number): Promise<AllocationView[]> {
    const at = await this.newestTime();
    const version = await versionOf(this.dataSource.manager, { kind: 'allocations', organizationId });
    const rows = await this.dataSource.query<Omit<AllocationView, 'granted'>[]>(
      `SELECT p.product, p.model, p.allocation AS quantity, p.quota, p.withheld,
              (SELECT coalesce(sum(o.allocation), 0)::int FROM seat_pool o
                WHERE o.product = p.product AND o.model = p.model AND o.organization_id <> p.organization_id) AS "allocatedElsewhere"
         FROM seat_pool p WHERE p.organization_id = $1 ORDER BY p.product DESC, p.model DESC`,
      [organizationId],
    );
    if (rows.length === 0) throw new NotFoundError('The organization');
    return rows.map(({ product, model, quantity, quota, withheld, allocatedElsewhere }) => ({
      product,
      model,
      quantity,
      quota,
      withheld,
      granted: this.grant(product, model, at)?.quantity ?? 0,
      allocatedElsewhere,
      version,
    }));
  }

  /**
   * Gives an organization its share of the seats; what is not named stays. Sessions beyond a smaller share end, those that
   * were granted last first.
   *
   * @throws InvalidRequestError when a share is named twice
   * @throws StaleVersionError
   * @throws AllocationExceededError
   * @throws NotFoundError
   */
  async allocate(actor: Actor, organizationId: number, wanted: readonly Allocation[]): Promise<AllocationView[]> {
    if (new Set(wanted.map(({ product, model }) => `${product} ${model}`)).size < wanted.length) {
      throw new InvalidRequestError([{ field: 'body', message: 'each product and model can be named once' }]);
    }
    await this.dataSource.transaction(async (manager) => {
      // Two administrators at the same moment: the second one sees what the first one has given away.
      await this.lock(manager);
      // In the order of check-outs, whatever the order of the wishes.
      await lockDivision(manager, organizationId);
      for (const { version } of wanted) await checkVersion(manager, { kind: 'allocations', organizationId }, version);
      const { claims, at } = await this.load(manager);
      const changed: (Allocation & { from: number | null })[] = [];
      for (const { product, model, quantity } of wanted) {
        const [pool] = await manager.query<{ id: number; before: number | null; others: number }[]>(
          `SELECT p.id, p.allocation AS before,
                  (SELECT coalesce(sum(o.allocation), 0)::int FROM seat_pool o
                    WHERE o.product = $2 AND o.model = $3 AND o.id <> p.id) AS others
             FROM seat_pool p WHERE p.organization_id = $1 AND p.product = $2 AND p.model = $3`,
          [organizationId, product, model],
        );
        if (!pool) throw new NotFoundError('The organization');
        const granted = grantAt(claims, product, model, at)?.quantity ?? 0;
        if ((quantity ?? 0) > Math.max(0, granted - pool.others)) {
          throw new AllocationExceededError(product, model, granted, pool.others);
        }
        await manager.query('UPDATE seat_pool SET allocation = $2 WHERE id = $1', [pool.id, quantity]);
        changed.push({ product, model, quantity, from: pool.before });
      }
      const ended = await this.reallocate(manager, actor);
      await this.recordAllocations(manager, actor, organizationId, changed, ended);
    });
    return this.allocations(organizationId);
  }

  private async recordAllocations(
    manager: EntityManager,
    actor: Actor,
    organizationId: number,
    changed: readonly (Allocation & { from: number | null })[],
    ended: readonly ExcessSession[],
  ): Promise<void> {
    const pools = await manager.query<{ id: number; product: Product; model: Model }[]>(
      'SELECT id, product, model FROM seat_pool WHERE id = ANY($1)',
      [ended.map(({ poolId }) => poolId)],
    );
    for (const { product, model, from, quantity } of changed) {
      // Also those of other organizations that have made room.
      const ids = pools.filter((pool) => pool.product === product && pool.model === model).map(({ id }) => id);
      const sessions = ended.filter(({ poolId }) => ids.includes(poolId)).length;
      await this.audit.record(manager, actor, {
        action: 'allocation.changed',
        organizationId,
        targetType: 'organization',
        targetId: organizationId,
        details: { product, model, from, to: quantity, ...sessionsEnded(sessions) },
      });
    }
  }

  /** The time by which licenses count, and what has become of it. */
  async clockState(): Promise<ServerClockView> {
    const [rows] = await this.dataSource.query<[Pick<ServerClockView, 'setBack' | 'corrected'>]>(
      'SELECT clock_step AS "setBack", time_proof AS corrected FROM installation',
    );
    const { now, newestTime } = await this.installation(this.dataSource.manager);
    return { now, recordedTime: newestTime, isAhead: clockAheadWords(newestTime, now) !== undefined, ...rows };
  }

  /** The newest time that was ever seen here: a clock set back does not bring licenses back. */
  async newestTime(): Promise<Date> {
    return (await this.installation(this.dataSource.manager)).newestTime;
  }

  private async store(manager: EntityManager, file: LicenseFile, selfIssued: boolean, actor: Actor): Promise<void> {
    const { jti, iat } = file.claims;
    const older = await manager.findOneBy(InstalledLicense, { jti });
    if (older) {
      const installed = (await this.states(manager)).find((state) => state.installed.id === older.id)?.file;
      if (installed && installed.claims.iat > iat) throw new NewerLicenseInstalledError(jti);
      if (older.token === file.token) return;
    }
    const values = { jti, token: file.token, selfIssued, uploadedAt: this.clock.now(), uploadedBy: actor.id };
    await manager.save(InstalledLicense, older ? { id: older.id, ...values } : values);
    const ended = await this.reallocate(manager, actor);
    await this.audit.record(manager, actor, {
      action: older ? 'license.replaced' : 'license.installed',
      targetType: 'license',
      targetId: jti,
      details: {
        customer: file.claims.customer.name,
        expiresAt: new Date(file.claims.exp * 1000).toISOString(),
        ...sessionsEnded(ended.length),
      },
    });
  }

  /**
   * Reads the files, also for the memory of this server: once the transaction is committed, and unless something newer has been
   * read meanwhile.
   *
   * @returns what they say, and the time at which it counts
   */
  private async load(manager: EntityManager): Promise<Licensed> {
    const reading = ++this.begun;
    const known = await this.installation(manager);
    const states = await this.statesBy(known, manager);
    for (const { installed, problem } of states) {
      if (problem) this.log.error({ jti: installed.jti }, `An installed license is not in force: ${problem}`);
    }
    const files = states.flatMap(({ file }) => file ?? []);
    afterCommit(manager, () => {
      if (reading < this.applied) return;
      this.applied = reading;
      this.files = files;
      this.seenTime = known.newestTime;
    });
    return { claims: files.map((file) => file.claims), at: known.newestTime };
  }

  private async addPools(manager: EntityManager, organizationId: number): Promise<void> {
    await manager.query(
      `INSERT INTO seat_pool (organization_id, product, model)
         SELECT $1, product, model FROM unnest($2::text[]) AS product, unnest($3::text[]) AS model
       ON CONFLICT DO NOTHING`,
      [organizationId, products, models],
    );
    await this.reallocate(manager);
  }

  /** Every minute: remembers the time, and follows it when a license begins or ends. */
  private async tick(): Promise<void> {
    const [due] = await this.dataSource.query<{ due: boolean }[]>(
      `WITH seen AS (UPDATE installation SET newest_time = greatest(newest_time, server_now($1))
                     RETURNING newest_time, quotas_valid_until)
       SELECT quotas_valid_until <= newest_time AS due FROM seen`,
      [this.clock.offsetMillis],
    );
    if (due?.due) await this.dataSource.transaction((manager) => this.reallocate(manager));
  }

  private async lock(manager: EntityManager): Promise<void> {
    await manager.query('SELECT FROM installation FOR UPDATE');
  }

  private async installation(manager: EntityManager): Promise<Installation> {
    const rows = await manager.query<[Installation]>(
      `SELECT server_id AS "serverId", evaluation_issued_at AS "evaluationIssuedAt", now,
              greatest(newest_time, now) AS "newestTime",
              to_timestamp(greatest(extract(epoch FROM newest_issue), 0)) AS "newestIssue"
         FROM installation, server_now($1) AS now`,
      [this.clock.offsetMillis],
    );
    return rows[0];
  }
}

function boundsOfPool({ maxLeaseMinutes, maxOveragePercent, freeOnReleaseMinutes }: PoolBounds): PoolBounds {
  return { maxLeaseMinutes, maxOveragePercent, freeOnReleaseMinutes };
}
