import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { type Caller } from '../../access/caller.js';
import { Clock } from '../../clock/clock.js';
import { MembershipService } from '../../organization/membership.service.js';
import { type TrackedSession } from './dto/katalon.js';
import { noteSession } from './tracking.queries.js';

/** Keeps what clients report of their finished sessions. */
@Injectable()
export class TrackingService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly memberships: MembershipService,
    private readonly clock: Clock,
  ) {}

  /** A report that names no session or no organization of the caller says nothing and is passed over. */
  async record(caller: Caller, report: TrackedSession): Promise<void> {
    const { organizationId, machineId, sessionId } = report;
    if (organizationId === undefined || !machineId || !sessionId) return;
    if (!(await this.memberships.roleIn(organizationId, caller.id))) return;
    await noteSession(this.dataSource, {
      organizationId,
      userId: caller.id,
      machineId,
      sessionId,
      startedAt: timeOf(report.startTime),
      endedAt: timeOf(report.endTime),
      version: report.ksVersion ?? null,
      reportedAt: this.clock.now(),
    });
  }
}

/** Beyond four digits of the year there are only mistakes. */
const endOfTime = Date.UTC(10_000, 0);

/** The client writes `2026-01-31T09:12:00.000+0000`. */
function timeOf(text: string | undefined): Date | null {
  const time = Date.parse((text ?? '').replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
  return time >= 0 && time < endOfTime ? new Date(time) : null;
}
