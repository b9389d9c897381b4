import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type Logger } from 'pino';
import { DataSource, type EntityManager, LessThan, MoreThan } from 'typeorm';
import { afterCommit } from '../database/after-commit.js';
import { Notifications } from '../database/notifications.js';
import { LOG } from '../log/log.module.js';
import { MeService } from '../organization/me.service.js';
import { checkEvaluation } from './file/evaluation.js';
import { type Grant, grantAt, type GrantPart, isFileFollowedUp, lastExpiry, partsAt } from './file/grants.js';
import { type LicenseClaims, LicenseFile, LicenseFileError } from './file/license-file.js';
import { type Model, type Product } from './file/product.js';
import { Installation } from './installation.entity.js';
import { type InstallationNow, installationNow } from './installation.queries.js';
import { InstalledLicense } from './installed-license.entity.js';
import { LicenseKeys } from './license-keys.js';
import { type Licensed } from './pool/seat-division.js';
import { SeatPool } from './pool/seat-pool.entity.js';

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

/** What this server may grant, by the license files that are installed and in force. */
@Injectable()
export class LicenseService implements OnModuleInit {
  private readonly verified = new Map<string, LicenseFile>();
  private files: LicenseFile[] = [];
  /** Numbers of the latest reading of the files that was begun, and of the latest whose result is in use. */
  private begun = 0;
  private applied = 0;
  /** The newest time when the files were read: at least as new as the beginning of each that has begun. */
  private seenTime = new Date(0);

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly keys: LicenseKeys,
    notifications: Notifications,
    accounts: MeService,
    @Inject(LOG) private readonly log: Logger,
  ) {
    accounts.whenTrialEnds(() => lastExpiry(this.claims.filter(({ licenseType }) => licenseType === 'TRIAL')) ?? null);
    const reload = (): void => {
      // The start reads the files itself, once the keys are loaded.
      if (!this.canVerify) return;
      this.load(this.dataSource.manager).catch((error: unknown) => {
        this.log.error({ err: error }, 'The license files could not be read again');
      });
    };
    notifications.on('license_changed', reload);
    notifications.onResume(reload);
  }

  async onModuleInit(): Promise<void> {
    await this.noteInstalledIssues();
  }

  /** Of the files in force, as they were last read. */
  get claims(): LicenseClaims[] {
    return this.files.map((file) => file.claims);
  }

  /** False while the server starts: before the keys are loaded, every license would look untrusted. */
  get canVerify(): boolean {
    return this.keys.areLoaded;
  }

  get hasVendorKeys(): boolean {
    return this.keys.vendor.size > 0;
  }

  /** Seats of a product and model at a time, from the files in memory. */
  grant(product: Product, model: Model, at: Date): Grant | undefined {
    return grantAt(this.claims, product, model, at);
  }

  /** When the last license of a product ends or ended, grace days not counted; undefined: no license is installed. */
  lastExpiry(product: Product): Date | undefined {
    return lastExpiry(this.claims, product);
  }

  /** Whether a feature comes with seats that the organization has at present. */
  async hasFeature(organizationId: number, key: string): Promise<boolean> {
    const at = await this.newestTime();
    const pools = await this.dataSource.manager.find(SeatPool, {
      select: { product: true, model: true },
      where: { organizationId, quota: MoreThan(0) },
    });
    return pools.some(({ product, model }) =>
      this.grant(product, model, at)?.features.some((feature) => feature.key === key),
    );
  }

  /**
   * The same entitlement by entitlement, in the order in which their seats are taken. By a clock that was set back, a license that
   * has begun goes on: seats are granted by the newest time that was seen.
   */
  parts(product: Product, model: Model, at: Date): GrantPart[] {
    return partsAt(this.claims, product, model, at < this.seenTime ? this.seenTime : at);
  }

  /** The newest time that was ever seen here: a clock set back does not bring licenses back. */
  async newestTime(): Promise<Date> {
    return (await installationNow(this.dataSource.manager)).newestTime;
  }

  /** All installed files; one that is not trusted (any more) comes with the reason. */
  async states(manager: EntityManager = this.dataSource.manager): Promise<LicenseState[]> {
    return this.statesBy(await installationNow(manager), manager);
  }

  private async statesBy({ serverId, newestTime }: InstallationNow, manager: EntityManager): Promise<LicenseState[]> {
    const installed = await manager.find(InstalledLicense, { order: { id: 'ASC' } });
    const states = await Promise.all(
      installed.map(async (each): Promise<Pick<LicenseState, 'installed' | 'file' | 'problem' | 'problemCode'>> => {
        try {
          const file =
            this.verified.get(each.token) ??
            (await LicenseFile.read(each.token, each.selfIssued ? this.keys.selfIssued : this.keys.vendor));
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
   * Reads the files, also for the memory of this server: once the transaction is committed, and unless something newer has been
   * read meanwhile.
   *
   * @returns what they say, and the time at which it counts
   */
  async load(manager: EntityManager): Promise<Licensed> {
    const reading = ++this.begun;
    const known = await installationNow(manager);
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

  /** Those of an installation that is older than the record of them: an old file proves no new time. */
  private async noteInstalledIssues(): Promise<void> {
    const issues = (await this.states()).flatMap(({ installed, file }) =>
      file && !installed.selfIssued ? [file.claims.iat] : [],
    );
    if (issues.length === 0) return;
    const newestIssue = new Date(Math.max(...issues) * 1000);
    await this.dataSource.manager.update(Installation, { newestIssue: LessThan(newestIssue) }, { newestIssue });
  }
}
