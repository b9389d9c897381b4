import { Group, SegmentedControl, Select, SimpleGrid, Skeleton, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import type { UtilizationView } from '../../generated/api';
import { answer, api } from '../api/client';
import { usageGroupings } from '../api/enums';
import { organizationKey } from '../api/queries';
import { useOrganization } from '../app/use-me';
import { RequirePermission } from '../app/require-permission';
import { DownloadButton } from '../components/download-button';
import { AsyncContent } from '../components/async-content';
import { PageHeader } from '../components/layout/page-header';
import { Section } from '../components/layout/section';
import { useAddressState } from '../table/use-address-state';
import { Figure } from './figure';
import { FilterBar } from './filter-bar';
import { UtilizationSessions } from './sessions';
import { UseByGroup } from './use-by-group';
import {
  filterAddressOf,
  everything,
  faultOf,
  filterIn,
  utilizationQueryOf,
  type UtilizationFilter,
} from './utilization-filter';
import { SavedViews } from '../views/saved-views';

// The charts are the heaviest part of the console; the numbers do not wait for them.
const UsageLineChart = lazy(() =>
  import('./usage-line-chart').then(({ UsageLineChart }) => ({ default: UsageLineChart })),
);
const StackedUsageChart = lazy(() =>
  import('./stacked-usage-chart').then(({ StackedUsageChart }) => ({ default: StackedUsageChart })),
);

const charts = ['line', 'product', 'model'] as const;
type Chart = (typeof charts)[number];

const lists = ['sessions', ...usageGroupings] as const;
type List = (typeof lists)[number];

/** Who used which seats, how many at once, and who was refused (manual, "Utilization"). */
export function UtilizationPage(): React.ReactNode {
  return (
    <RequirePermission needs="utilization.view">
      <Utilization />
    </RequirePermission>
  );
}

function Utilization(): React.ReactNode {
  const { t } = useTranslation();
  const { id: organizationId, name } = useOrganization();
  const [inAddress, setInAddress] = useAddressState({ ...everything(), chart: 'line', list: 'sessions' });
  const filter = filterIn(inAddress);
  const setFilter = (next: UtilizationFilter): void => setInAddress(filterAddressOf(next));
  const chart = charts.find((each) => each === inAddress.chart) ?? 'line';
  const list = lists.find((each) => each === inAddress.list) ?? 'sessions';
  const [settled] = useDebouncedValue(inAddress, 300);
  const asked = filterIn(settled);
  const fault = faultOf(filter);
  const query = useUtilization(organizationId, asked);
  return (
    <>
      <PageHeader title={t('utilization.title')} text={t('utilization.text')}>
        <SavedViews />
        <DownloadButton
          path={`/api/v1/organizations/${organizationId}/utilization.csv`}
          query={{ ...utilizationQueryOf(filter), interval: undefined }}
          fileName={`License Utilization_${name}_${organizationId}.csv`}
          disabled={fault !== undefined}
        >
          {t('utilization.export')}
        </DownloadButton>
      </PageHeader>
      <Stack gap="lg">
        <FilterBar filter={filter} onChange={setFilter} fault={fault} />
        <AsyncContent query={query} height={420}>
          {(data) => (
            <>
              <Totals data={data} />
              <ChartSection
                chart={chart}
                onChart={(value) => setInAddress({ chart: value })}
                filter={asked}
                series={data.series}
              />
            </>
          )}
        </AsyncContent>
        <ListSection list={list} onList={(value) => setInAddress({ list: value })} filter={asked} />
      </Stack>
    </>
  );
}

interface ChartProps {
  chart: Chart;
  onChart: (chart: string) => void;
  filter: UtilizationFilter;
  series: UtilizationView['series'];
}

function ChartSection({ chart, onChart, filter, series }: ChartProps): React.ReactNode {
  const { t } = useTranslation();
  const { id: organizationId } = useOrganization();
  return (
    <Section
      title={t('utilization.chart.title')}
      text={t(`utilization.chart.text.${chart}`)}
      actions={
        <SegmentedControl
          size="xs"
          aria-label={t('utilization.chart.kind')}
          value={chart}
          onChange={onChart}
          data={charts.map((value) => ({
            value,
            label: t(`utilization.chart.${value}`),
          }))}
        />
      }
    >
      <Suspense fallback={<Skeleton h={300} />}>
        {chart === 'line' ? (
          <UsageLineChart series={series} interval={filter.interval} />
        ) : (
          <StackedUsageChart organizationId={organizationId} by={chart} filter={filter} />
        )}
      </Suspense>
    </Section>
  );
}

interface ListProps {
  list: List;
  onList: (list: List) => void;
  filter: UtilizationFilter;
}

/** The sessions, or what they add up to; they share the page and the order in the address. */
function ListSection({ list, onList, filter }: ListProps): React.ReactNode {
  const { t } = useTranslation();
  const { id: organizationId, name } = useOrganization();
  const query = utilizationQueryOf(filter);
  const fault = faultOf(filter);
  const isSessions = list === 'sessions';
  return (
    <Section
      title={t(isSessions ? 'utilization.sessions.title' : 'utilization.group.title')}
      text={t(listText(list))}
      actions={
        <Group gap="sm">
          <Select
            size="xs"
            w={170}
            aria-label={t('utilization.list.label')}
            allowDeselect={false}
            value={list}
            onChange={(value) => onList(lists.find((each) => each === value) ?? 'sessions')}
            data={lists.map((value) => ({ value, label: t(`utilization.list.${value}`) }))}
          />
          {!isSessions && (
            <DownloadButton
              size="xs"
              path={`/api/v1/organizations/${organizationId}/utilization/totals.csv`}
              query={{ ...query, interval: undefined, by: list }}
              fileName={`License Utilization by ${list}_${name}_${organizationId}.csv`}
              disabled={fault !== undefined}
            >
              {t('utilization.export')}
            </DownloadButton>
          )}
        </Group>
      }
    >
      {fault === undefined &&
        (isSessions ? (
          <UtilizationSessions organizationId={organizationId} query={query} />
        ) : (
          <UseByGroup key={list} organizationId={organizationId} by={list} query={query} />
        ))}
    </Section>
  );
}

function listText(list: List): 'utilization.sessions.text' | 'utilization.group.text' | 'utilization.group.textTeam' {
  if (list === 'sessions') return 'utilization.sessions.text';
  return list === 'team' ? 'utilization.group.textTeam' : 'utilization.group.text';
}

function useUtilization(organizationId: number, asked: UtilizationFilter): UseQueryResult<UtilizationView> {
  const wanted = utilizationQueryOf(asked);
  return useQuery({
    queryKey: organizationKey(organizationId, ['online-licenses', 'denials'], 'utilization', wanted),
    queryFn: () =>
      answer(
        api.GET('/api/v1/organizations/{organizationId}/utilization', {
          params: { path: { organizationId }, query: { ...wanted, size: 1 } },
        }),
      ),
    placeholderData: keepPreviousData,
    enabled: faultOf(asked) === undefined,
  });
}

function Totals({ data: { totals, series } }: { data: UtilizationView }): React.ReactNode {
  const { t } = useTranslation();
  const peak = Math.max(0, ...series.map((point) => point.peak));
  const denials = series.reduce((sum, point) => sum + point.denials, 0);
  return (
    <>
      <SimpleGrid cols={3} spacing={{ base: 'xs', xs: 'md' }} component="dl" m={0}>
        <Figure label={t('utilization.totals.sessions')} value={totals.sessions} />
        <Figure label={t('utilization.totals.peak')} value={peak} />
        <Figure label={t('utilization.totals.denials')} value={denials} alarming={denials > 0} />
      </SimpleGrid>
      {totals.sessions === 0 && denials === 0 && (
        <Text c="dimmed" size="sm" role="status">
          {t('utilization.nothing')}
        </Text>
      )}
    </>
  );
}
