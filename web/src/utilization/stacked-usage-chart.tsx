import { AreaChart } from '@mantine/charts';
import '@mantine/charts/styles.layer.css';
import { Skeleton, Text } from '@mantine/core';
import { keepPreviousData, useQueries } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { answer, api } from '../api/client';
import { products, seatModels } from '../api/enums';
import { organizationKey } from '../api/queries';
import { ChartFrame } from '../components/chart-frame';
import { describeError } from '../components/describe-error';
import { chartStyle, stepName } from './axis';
import { utilizationQueryOf, type UtilizationFilter } from './utilization-filter';

interface Props {
  organizationId: number;
  by: 'product' | 'model';
  filter: UtilizationFilter;
}

const colors = ['pine.6', 'indigo.5', 'yellow.6'];

/** The products or models that are shown, with their names and what to ask for. */
function usePartsOf(
  filter: Props['filter'],
  by: Props['by'],
): { name: string; query: ReturnType<typeof utilizationQueryOf> }[] {
  const { t } = useTranslation();
  if (by === 'product') {
    const shown = products.filter((each) => filter.product === null || filter.product === each);
    return shown.map((product) => ({
      name: t(`app.productName.${product}`),
      query: utilizationQueryOf({ ...filter, product }),
    }));
  }
  const shown = seatModels.filter((each) => filter.model === null || filter.model === each);
  return shown.map((model) => ({ name: t(`app.model.${model}`), query: utilizationQueryOf({ ...filter, model }) }));
}

/** Seats in use at once of each product or model, one upon the other. */
export function StackedUsageChart({ organizationId, by, filter }: Props): React.ReactNode {
  const parts = usePartsOf(filter, by);
  const answers = useQueries({
    queries: parts.map(({ query }) => ({
      queryKey: organizationKey(organizationId, ['online-licenses', 'denials'], 'utilization', query),
      queryFn: () =>
        answer(
          api.GET('/api/v1/organizations/{organizationId}/utilization', {
            params: { path: { organizationId }, query: { ...query, size: 1 } },
          }),
        ),
      placeholderData: keepPreviousData,
    })),
  });
  const failed = answers.find(({ error, data }) => error && !data);
  if (failed?.error) return <Text c="var(--mantine-color-error)">{describeError(failed.error)}</Text>;
  if (answers.some(({ data }) => !data)) return <Skeleton h={300} />;
  const series = answers.map(({ data }) => data?.series ?? []);
  const points = (series[0] ?? []).map(({ at }, step) => ({
    at: stepName(at, filter.interval),
    ...Object.fromEntries(parts.map(({ name }, index) => [name, series[index]?.[step]?.peak ?? 0])),
  }));
  return (
    <ChartFrame
      summary={parts
        .map(({ name }, index) => `${name}: ${Math.max(0, ...(series[index] ?? []).map((point) => point.peak))}`)
        .join(', ')}
    >
      <AreaChart
        {...chartStyle}
        areaChartProps={{ accessibilityLayer: false }}
        type="stacked"
        data={points}
        series={parts.map(({ name }, index) => ({ name, color: colors[index] ?? 'gray.6' }))}
        curveType="stepAfter"
        fillOpacity={0.55}
        withDots={false}
        areaProps={{ isAnimationActive: false }}
      />
    </ChartFrame>
  );
}
