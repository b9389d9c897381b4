import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { SeatService } from '../activation/lease/seat.service.js';
import { Clock } from '../clock/clock.js';
import { rowsOf } from '../database/query.js';
import { ReportDatabase } from '../database/report/report-database.js';
import { SeatPool } from '../license/pool/seat-pool.entity.js';
import {
  type DenialsRow,
  denialsByProduct,
  holders,
  lackByHour,
  type LackRow,
  type PeakRow,
  peaks,
} from './capacity.queries.js';
import { type CapacityQuery, type CapacityView } from './dto/capacity.js';
import { type ExpectedHour, forecast, hoursUntilFull, maxWeeks } from './forecast.js';
import { type DividedTime, invalidTime, partsOf, pastOf, periodOf } from './report-time.js';
import { type Period } from './roll-up/usage-parts.js';

const hourMillis = 3_600_000;
const maxDays = 731;

type Pool = Pick<SeatPool, 'product' | 'model' | 'quota'> & {
  /** Now. */
  inUse: number;
  /** A refusal has no model: it counts for floating seats where there are some. */
  isRefused: boolean;
};

/** What a time has shown of all pools of an organization. */
interface Findings {
  period: Period;
  months: DividedTime['months'];
  peaks: readonly PeakRow[];
  denials: readonly DenialsRow[];
  lack: readonly LackRow[];
  /** Where a forecast begins, and the peaks before it. */
  now: Date;
  past: readonly PeakRow[];
}

/** Whether there are enough seats, and for how long. */
@Injectable()
export class CapacityService {
  constructor(
    private readonly reports: ReportDatabase,
    private readonly seats: SeatService,
    private readonly clock: Clock,
  ) {}

  /**
   * For each product and model of which the organization has seats, or had some in use.
   *
   * @throws InvalidRequestError when the time is turned round, or longer than two years
   */
  async get(organizationId: number, query: CapacityQuery): Promise<CapacityView[]> {
    const now = this.clock.now();
    const period = periodOf(query, now);
    if (period.to.getTime() - period.from.getTime() > maxDays * 24 * hourMillis) {
      throw invalidTime('from', `there are more than ${maxDays} days between from and to`);
    }
    const occupied = await this.seats.occupancies([organizationId]);
    return this.reports.readAtOnce(async (manager) => {
      const findings = await this.find(manager, organizationId, pastOf(period, now));
      const select = { product: true, model: true, quota: true } as const;
      const order = { product: 'ASC', model: 'ASC' } as const;
      const found = await manager.find(SeatPool, { where: { organizationId }, select, order });
      const floats = new Set(
        found.filter(({ model, quota }) => model === 'floating' && quota > 0).map(({ product }) => product),
      );
      const pools = found.map(({ product, model, quota }): Pool => {
        const inUse = occupied.find((each) => each.product === product && each.model === model)?.inUse ?? 0;
        return { product, model, quota, inUse, isRefused: model === 'floating' || !floats.has(product) };
      });
      const views: CapacityView[] = [];
      for (const pool of pools) {
        const isUsed = [findings.peaks, findings.past].some((rows) => rows.some((row) => isOf(pool, row)));
        if (pool.quota > 0 || isUsed) {
          views.push(await this.view(manager, organizationId, pool, findings));
        }
      }
      return views;
    });
  }

  private async find(manager: EntityManager, organizationId: number, period: Period): Promise<Findings> {
    const now = new Date(Math.floor(this.clock.now().getTime() / hourMillis) * hourMillis);
    const learned = { from: new Date(now.getTime() - maxWeeks * 168 * hourMillis), to: now };
    const [{ hours, months }, before] = [
      await partsOf(manager, organizationId, period),
      await partsOf(manager, organizationId, learned),
    ];
    return {
      ...{ period, months, now },
      peaks: await rowsOf<PeakRow>(manager, peaks(organizationId, hours)),
      past: await rowsOf<PeakRow>(manager, peaks(organizationId, before.hours)),
      denials: await rowsOf<DenialsRow>(manager, denialsByProduct(organizationId, period)),
      lack: await rowsOf<LackRow>(manager, lackByHour(organizationId, period, hours)),
    };
  }

  private async view(
    manager: EntityManager,
    organizationId: number,
    pool: Pool,
    findings: Findings,
  ): Promise<CapacityView> {
    const { product, model, quota, inUse, isRefused } = pool;
    const { period, now } = findings;
    const used = findings.peaks.filter((row) => isOf(pool, row));
    const hours = Math.ceil((period.to.getTime() - period.from.getTime()) / hourMillis);
    const enough = enoughIn(
      used.map(({ peak }) => peak),
      hours,
    );
    const past = everyHour(
      findings.past.filter((row) => isOf(pool, row)),
      now,
    );
    const ahead = forecast(past);
    const full = quota > 0 ? hoursUntilFull(past, ahead, quota) : undefined;
    const at = (hour: number): Date => new Date(now.getTime() + hour * hourMillis);
    const refused = findings.denials.find((row) => isRefused && row.product === product);
    return {
      ...{ product, model, subscribed: quota, inUse },
      ...{ peak: enough(1), p95: enough(0.95), p99: enough(0.99) },
      ...{ denials: refused?.denials ?? 0, deniedUsers: refused?.deniedUsers ?? 0 },
      suggestedSeats:
        model === 'floating'
          ? mostNeeded(
              used,
              findings.lack.filter((row) => row.product === product),
              ahead,
            )
          : await this.holders(manager, organizationId, pool, findings),
      forecast: ahead.map((each, hour) => ({ at: at(hour), ...each })),
      fullOn: full === undefined ? null : at(full),
    };
  }

  private async holders(
    manager: EntityManager,
    organizationId: number,
    { product, model, isRefused }: Pool,
    { period, months }: Findings,
  ): Promise<number> {
    const statement = holders({ organizationId, product, model }, months, isRefused ? period : undefined);
    const [row] = await rowsOf<{ count: number }>(manager, statement);
    return row?.count ?? 0;
  }
}

function isOf({ product, model }: Pick<Pool, 'product' | 'model'>, row: PeakRow): boolean {
  return row.product === product && row.model === model;
}

/** Seats that were enough in a share of the hours; most hours of a week have no use. */
function enoughIn(used: readonly number[], hours: number): (share: number) => number {
  const sorted = used.toSorted((a, b) => a - b);
  return (share) => sorted[Math.ceil(share * hours) - 1 - (hours - sorted.length)] ?? 0;
}

/** Peaks hour by hour, from the first use on. */
function everyHour(rows: readonly PeakRow[], end: Date): number[] {
  const first = Math.min(...rows.map(({ hour }) => hour.getTime()));
  if (first === Infinity) return [];
  const hours = new Array<number>((end.getTime() - first) / hourMillis).fill(0);
  for (const { hour, peak } of rows) hours[(hour.getTime() - first) / hourMillis] = peak;
  return hours;
}

/** Seats for everybody who had one or was refused, and for what is likely to come. */
function mostNeeded(used: readonly PeakRow[], lack: readonly LackRow[], ahead: readonly ExpectedHour[]): number {
  const peakAt = new Map(used.map(({ hour, peak }) => [hour.getTime(), peak]));
  const needs = lack.map(({ hour, users }) => users + (peakAt.get(hour.getTime()) ?? 0));
  return Math.max(0, ...peakAt.values(), ...needs, ...ahead.map(({ high }) => Math.ceil(high)));
}
