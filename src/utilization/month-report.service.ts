import { Injectable } from '@nestjs/common';
import { Clock } from '../clock/clock.js';
import { rowsOf } from '../database/query.js';
import { ReportDatabase } from '../database/report/report-database.js';
import { csvText } from '../http/csv/csv.js';
import { type MonthReport, type MonthReportQuery } from './dto/month-report.js';
import { monthAfter, monthRows, monthsOf } from './month-report.js';
import {
  type PeopleRow,
  peopleByMonth,
  type RefusalsRow,
  refusalsByMonth,
  seatsByMonth,
  type SeatsRow,
  useByMonth,
  type UseRow,
} from './month-report.queries.js';
import { invalidTime } from './report-time.js';
import { type RolledUp, rolledUp } from './roll-up/usage-roll-up.queries.js';
import { type Period } from './roll-up/usage-parts.js';

/** The most months that one report has. */
const maxMonths = 60;

/** What an organization had and used, month by month. */
@Injectable()
export class MonthReportService {
  constructor(
    private readonly reports: ReportDatabase,
    private readonly clock: Clock,
  ) {}

  /** @throws InvalidRequestError when the time is turned round, or too long */
  async get(organizationId: number, query: MonthReportQuery): Promise<MonthReport> {
    const now = this.clock.now();
    const months = monthsOf(periodOf(query, now));
    const [first] = months;
    const last = months.at(-1);
    if (!first || !last) throw invalidTime('from', 'from must be before to');
    if (months.length > maxMonths) throw invalidTime('from', `there are more than ${maxMonths} months from from to to`);
    const period = { from: first, to: monthAfter(last, 1) };
    return this.reports.readAtOnce(async (manager) => {
      const [rolled] = await rowsOf<RolledUp>(manager, rolledUp);
      const findings = {
        seats: await rowsOf<SeatsRow>(manager, seatsByMonth(organizationId, period)),
        use: await rowsOf<UseRow>(manager, useByMonth(organizationId, period)),
        people: await rowsOf<PeopleRow>(manager, peopleByMonth(organizationId, period)),
        denials: await rowsOf<RefusalsRow>(manager, refusalsByMonth(organizationId, period)),
      };
      const until = rolled?.until ?? null;
      return { until, rows: monthRows(months, findings, until ?? now) };
    });
  }
}

const columns = ['month', 'product', 'model', 'seats', 'peak', 'averageUse', 'people', 'denials'] as const;

/** A report for spreadsheets. */
export function monthReportAsCsv({ rows }: MonthReport): string {
  return csvText(columns, rows);
}

/** Until now, and a year: unless asked for otherwise. */
function periodOf({ from, to }: MonthReportQuery, now: Date): Period {
  const end = to ? new Date(Math.min(Date.parse(to), now.getTime())) : now;
  return { from: from ? new Date(from) : monthAfter(new Date(end.getTime() - 1), -11), to: end };
}
