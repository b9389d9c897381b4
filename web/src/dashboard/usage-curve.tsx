import { AreaChart } from '@mantine/charts';
import '@mantine/charts/styles.layer.css';
import { Box, Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { UtilizationView } from '../../generated/api';
import { answer, api } from '../api/client';
import { organizationKey } from '../api/queries';
import { locale } from '../language';
import { countAxis } from '../components/count-axis';
import { ChartFrame } from '../components/chart-frame';

const hour = 3_600_000;

/** Seats in use at once and refusals, hour by hour, for the last day. */
export function UsageCurve({ organizationId }: { organizationId: number }): React.ReactNode {
  const { t } = useTranslation();
  const data = useLastDay(organizationId);
  if (!data) return <Skeleton h={220} />;
  const format = new Intl.DateTimeFormat(locale(), { hour: '2-digit', minute: '2-digit' });
  const peak = t('dashboard.curve.peak');
  const denials = t('dashboard.curve.denials');
  const points = data.series.map((point) => ({
    at: format.format(new Date(point.at)),
    [peak]: point.peak,
    [denials]: point.denials,
  }));
  const most = Math.max(0, ...data.series.map((point) => point.peak));
  const refused = data.series.reduce((sum, point) => sum + point.denials, 0);
  return (
    <Box>
      <ChartFrame summary={t('dashboard.curve.summary', { peak: most, denials: refused })}>
        <AreaChart
          h={220}
          data={points}
          dataKey="at"
          series={[
            // The later one covers the earlier one where they are equal: a line at nothing is not to look like refusals.
            { name: denials, color: 'red.6' },
            { name: peak, color: 'pine.5' },
          ]}
          curveType="stepAfter"
          withDots={false}
          withLegend
          legendProps={{ verticalAlign: 'bottom', height: 28 }}
          gridAxis="y"
          tickLine="none"
          yAxisProps={countAxis}
          xAxisProps={{ minTickGap: 48 }}
          areaChartProps={{ accessibilityLayer: false }}
          areaProps={{ isAnimationActive: false }}
        />
      </ChartFrame>
      {most === 0 && refused === 0 && (
        <Text size="sm" c="dimmed">
          {t('dashboard.curve.none')}
        </Text>
      )}
    </Box>
  );
}

function useLastDay(organizationId: number): UtilizationView | undefined {
  const { data } = useQuery({
    // An hour of a day does not change with each seat: once a minute is enough.
    queryKey: organizationKey(organizationId, [], 'last-day'),
    queryFn: () => {
      const from = new Date(Math.floor(Date.now() / hour) * hour - 23 * hour).toISOString();
      return answer(
        api.GET('/api/v1/organizations/{organizationId}/utilization', {
          params: { path: { organizationId }, query: { from, interval: 'hour', size: 1 } },
        }),
      );
    },
    refetchInterval: 60_000,
  });
  return data;
}
