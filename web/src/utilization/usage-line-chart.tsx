import { LineChart } from '@mantine/charts';
import '@mantine/charts/styles.layer.css';
import { useTranslation } from 'react-i18next';
import type { UtilizationPoint } from '../../generated/api';
import { ChartFrame } from '../components/chart-frame';
import { chartStyle, stepName } from './axis';
import type { Interval } from './utilization-filter';

interface Props {
  series: readonly UtilizationPoint[];
  interval: Interval;
}

/** Seats in use at once, sessions and refusals, step by step. */
export function UsageLineChart({ series, interval }: Props): React.ReactNode {
  const { t } = useTranslation();
  const peak = t('utilization.chart.peak');
  const sessions = t('utilization.chart.sessions');
  const denials = t('utilization.chart.denials');
  const points = series.map((point) => ({
    at: stepName(point.at, interval),
    [peak]: point.peak,
    [sessions]: point.sessions,
    [denials]: point.denials,
  }));
  return (
    <ChartFrame
      summary={t('utilization.chart.summary', {
        peak: Math.max(0, ...series.map((point) => point.peak)),
        denials: series.reduce((sum, point) => sum + point.denials, 0),
      })}
    >
      <LineChart
        {...chartStyle}
        lineChartProps={{ accessibilityLayer: false }}
        data={points}
        series={[
          // The later one covers the earlier one where they are equal: a line at nothing is not to look like refusals.
          { name: denials, color: 'red.6' },
          { name: sessions, color: 'indigo.5', strokeDasharray: '5 4' },
          { name: peak, color: 'pine.5' },
        ]}
        curveType="linear"
        withDots={series.length < 40}
        dotProps={{ r: 2.5 }}
        lineProps={{ isAnimationActive: false }}
      />
    </ChartFrame>
  );
}
