import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { lockInstallation } from '../database/locks.js';
import { type Actor } from '../access/actor.js';
import { AuditService } from '../audit/audit.service.js';
import { sessionsEnded } from '../audit/sessions-ended.js';
import { Clock } from '../clock/clock.js';
import { inUtc } from '../clock/in-utc.js';
import { trustAnchor } from '../config/trust-anchor.js';
import { NotFoundError } from '../errors/domain-error.js';
import { overlap, takesOver } from './file/grants.js';
import { checkNewLicense, LicenseFile, LicenseFileError, openSigned } from './file/license-file.js';
import { TimeStatement } from './file/time-statement.js';
import { Installation } from './installation.entity.js';
import { installationNow } from './installation.queries.js';
import { InstalledLicense } from './installed-license.entity.js';
import { LicenseKeys } from './license-keys.js';
import { EvaluationNotOfferedError, EvaluationUsedError, NewerLicenseInstalledError } from './license.errors.js';
import { LicenseService } from './license.service.js';
import { SeatDivisionService } from './pool/seat-division.service.js';
import { describeClockAhead, isClockBehind, isFarBehind, provenTime } from './recorded-time.js';
import { RecordedTimeService, type TimeCorrection } from './recorded-time.service.js';

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

/** Installs and removes license files. */
@Injectable()
export class LicenseInstallationService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly keys: LicenseKeys,
    private readonly licenses: LicenseService,
    private readonly division: SeatDivisionService,
    private readonly recordedTime: RecordedTimeService,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  /**
   * Checks a file as {@link install} would, and changes nothing.
   *
   * @throws LicenseFileError
   */
  async check(text: string, manager: EntityManager = this.dataSource.manager): Promise<LicenseFile> {
    const { payload, token, keyId } = await openSigned(text, this.keys.vendor);
    if (TimeStatement.isOne(payload)) {
      throw new LicenseFileError('license-content', 'This is a statement of time, and not a license file.');
    }
    const file = LicenseFile.of(payload, token, keyId);
    checkNewLicense(file.claims);
    const known = await installationNow(manager);
    const issuedAt = new Date(file.claims.iat * 1000);
    if (isClockBehind(issuedAt, known.now)) throw issuedLater(issuedAt, known.now);
    const at = provenTime(issuedAt, known) ?? known.newestTime;
    try {
      file.checkUsable(at, known.serverId);
    } catch (error) {
      if (!(error instanceof LicenseFileError) || error.code !== 'license-expired') throw error;
      const why = describeClockAhead(at, known.now);
      if (why === undefined) {
        const clock = `Or set the clock of this server, if it is not ${inUtc(known.now)}.`;
        throw new LicenseFileError(error.code, `${error.message} ${clock}`, error.kind, { now: known.now });
      }
      // Without this it would not be clear why a license counts as ended that begins today.
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
    const installed = (await this.licenses.states()).flatMap(({ file: each }) => each ?? []);
    const replaces = installed.find(({ claims }) => claims.jti === file.claims.jti);
    if (replaces) checkIssue(file, replaces);
    const others = installed.filter((each) => each !== replaces);
    const known = await installationNow(this.dataSource.manager);
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

  /**
   * Whether a file is installed already, or a newer issue of it: nothing is to be done then, even if it has expired.
   *
   * @throws LicenseFileError when it is not the vendor's license file
   */
  async isInstalled(text: string): Promise<boolean> {
    const { payload, token, keyId } = await openSigned(text, this.keys.vendor);
    const { jti, iat } = LicenseFile.of(payload, token, keyId).claims;
    const states = await this.licenses.states();
    return states.some(
      ({ installed, file }) => installed.token === token || (file?.claims.jti === jti && file.claims.iat >= iat),
    );
  }

  /**
   * Installs a vendor's license file.
   *
   * @param manager of the transaction it belongs to
   * @throws LicenseFileError
   * @throws NewerLicenseInstalledError
   */
  async install(manager: EntityManager, text: string, actor: Actor): Promise<LicenseFile> {
    await lockInstallation(manager);
    const file = await this.check(text, manager);
    await this.recordedTime.noteIssue(
      manager,
      { id: file.claims.jti, issuedAt: new Date(file.claims.iat * 1000) },
      actor,
    );
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
    await lockInstallation(manager);
    const { serverId, newestTime, evaluationIssuedAt } = await installationNow(manager);
    if (evaluationIssuedAt) throw new EvaluationUsedError();
    const file = await this.keys.issueEvaluation(serverId, newestTime);
    await manager.update(Installation, { id: 1 }, { evaluationIssuedAt: newestTime });
    await this.store(manager, file, true, actor);
    return file;
  }

  /**
   * Removes a license file; its seats are gone with it, and so are the sessions that were granted last.
   *
   * @throws NotFoundError
   */
  async uninstall(id: number, actor: Actor): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      await lockInstallation(manager);
      const installed = await manager.findOneBy(InstalledLicense, { id });
      if (!installed) throw new NotFoundError('The license');
      await manager.delete(InstalledLicense, { id });
      const ended = await this.division.reallocate(manager, actor);
      await this.audit.record(manager, actor, {
        action: 'license.removed',
        targetType: 'license',
        targetId: installed.jti,
        ...(ended.length > 0 && { details: sessionsEnded(ended.length) }),
      });
    });
  }

  private async store(manager: EntityManager, file: LicenseFile, selfIssued: boolean, actor: Actor): Promise<void> {
    const { jti } = file.claims;
    const older = await manager.findOneBy(InstalledLicense, { jti });
    if (older) {
      const installed = (await this.licenses.states(manager)).find((state) => state.installed.id === older.id)?.file;
      if (installed) checkIssue(file, installed);
      if (older.token === file.token) return;
    }
    const values = { jti, token: file.token, selfIssued, uploadedAt: this.clock.now(), uploadedBy: actor.id };
    await manager.save(InstalledLicense, older ? { id: older.id, ...values } : values);
    const ended = await this.division.reallocate(manager, actor);
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
}

/** Of two issues of a license, the later one counts; of two of the same second, the one that comes last. */
function checkIssue({ claims }: LicenseFile, { claims: installed }: LicenseFile): void {
  if (installed.iat > claims.iat) throw new NewerLicenseInstalledError(claims.jti);
}

/** A license could be installed then, but its seats would not count before it begins. */
function issuedLater(issuedAt: Date, now: Date): LicenseFileError {
  return new LicenseFileError(
    'license-issued-later',
    `The license was issued at ${inUtc(issuedAt)}, and the clock of this server says ${inUtc(now)}. Set the clock, then install the license.`,
    'invalid',
    { issuedAt, now },
  );
}
