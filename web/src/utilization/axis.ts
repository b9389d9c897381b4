import { locale } from '../language';
import { countAxis } from '../components/count-axis';
import type { Interval } from './utilization-filter';

/** The words below a step of the chart: days and months are the server's, in UTC; hours are the reader's. */
export function stepName(at: string, interval: Interval): string {
  const form: Intl.DateTimeFormatOptions =
    interval === 'hour'
      ? { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' }
      : interval === 'day'
        ? { day: 'numeric', month: 'short', timeZone: 'UTC' }
        : { month: 'short', year: 'numeric', timeZone: 'UTC' };
  return new Intl.DateTimeFormat(locale(), form).format(new Date(at));
}

/** What all charts of the page have in common. */
export const chartStyle = {
  h: 300,
  dataKey: 'at',
  withLegend: true,
  legendProps: { verticalAlign: 'bottom', height: 28 },
  gridAxis: 'x',
  tickLine: 'none',
  yAxisProps: countAxis,
  xAxisProps: { minTickGap: 40 },
} as const;
