import { CompositeChart, type CompositeChartSeries } from '@mantine/charts';
import '@mantine/charts/styles.layer.css';
import { useTranslation } from 'react-i18next';
import type { CapacityView } from '../../generated/api';
import { ChartFrame } from '../components/chart-frame';
import { axisTop } from '../components/count-axis';
import { chartStyle, stepName } from '../utilization/axis';
import type { DayOfUse } from './daily-use';

interface Props {
  days: readonly DayOfUse[];
  pool: CapacityView;
}

/** On a phone, the legend takes two lines. */
const tall = { h: 330, legendProps: { verticalAlign: 'bottom', height: 52 } } as const;

const still = { isAnimationActive: false } as const;

/** Most seats in use on each day, refusals, what is expected, and how many seats there are. */
export function CapacityChart({ days, pool }: Props): React.ReactNode {
  const { t, i18n } = useTranslation();
  const number = new Intl.NumberFormat(i18n.language);
  const names = {
    peak: t('capacity.chart.peak'),
    denials: t('capacity.chart.denials'),
    expected: t('capacity.chart.expected'),
    band: t('capacity.chart.band'),
  };
  const forecast: CompositeChartSeries[] = [
    { name: names.band, color: 'pine.3', type: 'area' },
    { name: names.expected, color: 'pine.5', type: 'line', strokeDasharray: '4 4' },
  ];
  return (
    <ChartFrame summary={t('capacity.chart.summary', { peak: pool.peak, subscribed: pool.subscribed })}>
      <CompositeChart
        {...chartStyle}
        {...tall}
        data={pointsOf(days, names)}
        series={[
          { name: names.denials, color: 'red.6', type: 'bar' },
          ...(pool.forecast.length > 0 ? forecast : []),
          { name: names.peak, color: 'pine.5', type: 'line' },
        ]}
        referenceLines={[
          {
            y: pool.subscribed,
            label: t('capacity.chart.subscribed'),
            color: 'gray.6',
            labelPosition: 'insideTopLeft',
          },
        ]}
        yAxisProps={{ ...chartStyle.yAxisProps, domain: [0, axisTop(Math.max(...heights(days), pool.subscribed))] }}
        valueFormatter={(value: number | number[]) =>
          [value]
            .flat()
            .map((each) => number.format(each))
            .join(' – ')
        }
        curveType="linear"
        withDots={false}
        maxBarWidth={12}
        composedChartProps={{ accessibilityLayer: false }}
        lineProps={still}
        areaProps={{ ...still, strokeWidth: 0 }}
        barProps={still}
      />
    </ChartFrame>
  );
}

/** Under the names that the legend shows. */
function pointsOf(
  days: readonly DayOfUse[],
  names: Record<'peak' | 'denials' | 'expected' | 'band', string>,
): Record<string, unknown>[] {
  return days.map(({ day, peak, denials, expected, band }) => ({
    at: stepName(`${day}T00:00:00Z`, 'day'),
    [names.peak]: peak,
    [names.denials]: denials,
    [names.expected]: expected,
    [names.band]: band,
  }));
}

function heights(days: readonly DayOfUse[]): number[] {
  return days.flatMap(({ peak = 0, denials = 0, band }) => [peak, denials, band?.[1] ?? 0]);
}
