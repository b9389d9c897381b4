import { type EntityManager } from 'typeorm';
import { rowsOf } from '../database/query.js';
import { InvalidRequestError } from '../http/validation/validation.js';
import { type Edge, type RolledUp, rolledUp, rolledYears } from './roll-up/usage-roll-up.queries.js';
import { hoursIn, monthsIn, type Parts, type Period, type Rest } from './roll-up/usage-parts.js';
import { oldestStarts, type ReportParts } from './utilization.queries.js';

const hourMillis = 3_600_000;
const dayMillis = 86_400_000;

/**
 * The time of a report: 30 days until now, unless asked for otherwise.
 *
 * @throws InvalidRequestError when it is turned round
 */
export function periodOf({ from, to }: { from?: string; to?: string }, now: Date): Period {
  const end = to ? new Date(to) : now;
  const start = from ? new Date(from) : new Date(end.getTime() - 30 * dayMillis);
  if (start >= end) throw invalidTime('from', 'from must be before to');
  return { from: start, to: end };
}

/** What of a time is not to come: a session that runs has not used the rest of its lease yet. */
export function pastOf({ from, to }: Period, now: Date): Period {
  return { from, to: to < now ? to : new Date(Math.max(now.getTime(), from.getTime())) };
}

export function invalidTime(field: string, message: string): InvalidRequestError {
  return new InvalidRequestError([{ field, message }]);
}

/** A time whole, for single sessions, and divided into what is added up and the rest. */
export interface DividedTime {
  whole: Edge;
  hours: ReportParts;
  months: ReportParts;
}

/** @param manager of a transaction that sees one moment of the database: what is added up meanwhile would be counted twice */
export async function partsOf(manager: EntityManager, organizationId: number, period: Period): Promise<DividedTime> {
  const [rolled] = await rowsOf<RolledUp>(manager, rolledUp);
  const until = rolled?.until ?? undefined;
  const whole = { ...period, isFirst: true };
  const [hours, months] = [hoursIn(period, until), monthsIn(period, until)];
  const starts = [whole, ...hours.rest, ...months.rest].map(({ from }) => hourOf(from));
  const known = await rowsOf<{ hour: Date; oldestStart: Date | null }>(manager, oldestStarts(organizationId, starts));
  const oldestAt = (time: Date): Date | null => {
    if (!until || time >= until) return rolled?.oldestStart ?? null;
    return known.find(({ hour }) => hour.getTime() === hourOf(time).getTime())?.oldestStart ?? time;
  };
  const edgeOf = (rest: Rest): Edge => ({ ...rest, oldestStart: oldestAt(rest.from) });
  const edgesOf = ({ rolled, rest }: Parts): ReportParts => ({ rolled, edges: rest.map(edgeOf) });
  const years = months.rolled ? await rowsOf<Period>(manager, rolledYears(months.rolled)) : [];
  return { whole: edgeOf(whole), hours: edgesOf(hours), months: { ...edgesOf(months), years } };
}

function hourOf(time: Date): Date {
  return new Date(Math.floor(time.getTime() / hourMillis) * hourMillis);
}
