import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type Logger } from 'pino';
import { DataSource, type EntityManager } from 'typeorm';
import { lockInstallation } from '../database/locks.js';
import { type Actor } from '../access/actor.js';
import { AuditService } from '../audit/audit.service.js';
import { afterCommit } from '../database/after-commit.js';
import { LOG } from '../log/log.module.js';
import { type ServerClockView } from './dto/server-clock.js';
import { openSigned } from './file/license-file.js';
import { TimeStatement } from './file/time-statement.js';
import { Installation } from './installation.entity.js';
import { clockRepairs, installationNow, noteNewestIssue, notifyLicensesChanged } from './installation.queries.js';
import { LicenseKeys } from './license-keys.js';
import { StatementOfTimeUsedError } from './license.errors.js';
import { SeatDivisionService } from './pool/seat-division.service.js';
import { describeClockAhead, isFarBehind, provenTime } from './recorded-time.js';

/** The recorded time, corrected by the word of the vendor. */
export interface TimeCorrection {
  /** When the vendor has signed it. */
  provenTime: Date;
  recordedBefore: Date;
  recordedTime: Date;
}

/** The time by which licenses count: the newest one that was ever seen, unless the vendor proves that it was wrong. */
@Injectable()
export class RecordedTimeService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly keys: LicenseKeys,
    private readonly division: SeatDivisionService,
    private readonly audit: AuditService,
    @Inject(LOG) private readonly log: Logger,
  ) {}

  /** The time by which licenses count, and what has become of it. */
  async clockState(): Promise<ServerClockView> {
    const { manager } = this.dataSource;
    const repairs = await clockRepairs(manager);
    const { now, newestTime } = await installationNow(manager);
    return { now, recordedTime: newestTime, isAhead: describeClockAhead(newestTime, now) !== undefined, ...repairs };
  }

  /** The statement of time in a file; undefined: it is something else. */
  async statementIn(text: string): Promise<TimeStatement | undefined> {
    const { payload } = await openSigned(text, this.keys.vendor);
    if (!TimeStatement.isOne(payload)) return undefined;
    const statement = TimeStatement.of(payload);
    statement.checkServer((await installationNow(this.dataSource.manager)).serverId);
    return statement;
  }

  /** What {@link correctTime} would do. */
  async previewTime({ issuedAt }: TimeStatement): Promise<TimeCorrection> {
    const known = await installationNow(this.dataSource.manager);
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
      await lockInstallation(manager);
      const known = await installationNow(manager);
      const { issuedAt, id } = statement;
      if (!provenTime(issuedAt, known)) throw new StatementOfTimeUsedError(issuedAt, known.newestIssue);
      const recordedTime = await this.noteIssue(manager, { id, issuedAt }, actor);
      await this.division.reallocate(manager, actor);
      return { provenTime: issuedAt, recordedBefore: known.newestTime, recordedTime };
    });
  }

  /**
   * A file that the vendor has issued later than every file before proves what time it is: a recorded time that is later, because
   * a clock was once in the future, falls back.
   *
   * @returns the time that is recorded now
   */
  async noteIssue(
    manager: EntityManager,
    { id, issuedAt }: { id: string; issuedAt: Date },
    actor: Actor,
  ): Promise<Date> {
    const known = await installationNow(manager);
    await noteNewestIssue(manager, issuedAt);
    const proven = provenTime(issuedAt, known);
    if (!proven || !isFarBehind(proven, known.newestTime)) return known.newestTime;
    const correction = { at: known.now, from: known.newestTime, to: proven, proof: id };
    await manager.update(Installation, { id: 1 }, { newestTime: proven, timeProof: correction });
    // Every server has read the files at the time that falls.
    await notifyLicensesChanged(manager);
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
}
