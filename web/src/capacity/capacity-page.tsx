import { Alert, Flex, SegmentedControl, SimpleGrid, Skeleton, Stack, Switch, Text } from '@mantine/core';
import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { Gauge } from 'lucide-react';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import type { CapacityView, UtilizationView } from '../../generated/api';
import { answer, api } from '../api/client';
import { organizationKey } from '../api/queries';
import { RequirePermission } from '../app/require-permission';
import { useOrganization } from '../app/use-me';
import { AsyncContent } from '../components/async-content';
import { DownloadButton } from '../components/download-button';
import { EmptyState } from '../components/layout/empty-state';
import { PageHeader } from '../components/layout/page-header';
import { Section } from '../components/layout/section';
import { locale } from '../language';
import { useAddressState } from '../table/use-address-state';
import { Figure } from '../utilization/figure';
import { dailyUse } from './daily-use';
import { useCapacityMails } from './use-capacity-mails';

const CapacityChart = lazy(() => import('./capacity-chart').then(({ CapacityChart }) => ({ default: CapacityChart })));

const day = 86_400_000;
const lengths = ['30', '90', '365'] as const;

/** Whether there are enough seats, and for how long. */
export function CapacityPage(): React.ReactNode {
  return (
    <RequirePermission needs="utilization.view">
      <Capacity />
    </RequirePermission>
  );
}

function Capacity(): React.ReactNode {
  const { t } = useTranslation();
  const [{ days }, set] = useAddressState({ days: '90' });
  const length = lengths.find((each) => each === days) ?? '90';
  const from = daysAgo(Number(length));
  const query = useCapacity(from);
  const { id: organizationId } = useOrganization();
  return (
    <>
      <PageHeader title={t('capacity.title')} text={t('capacity.text')}>
        <MailSwitch />
        <DownloadButton
          path={`/api/v1/organizations/${organizationId}/reports/months`}
          accept="text/csv"
          fileName="months.csv"
        >
          {t('capacity.months')}
        </DownloadButton>
        <SegmentedControl
          aria-label={t('capacity.period')}
          value={length}
          onChange={(value) => set({ days: value })}
          data={lengths.map((value) => ({ value, label: t('capacity.days', { count: Number(value) }) }))}
        />
      </PageHeader>
      <AsyncContent query={query} height={420}>
        {(all) => {
          const pools = all.filter(({ subscribed }) => subscribed > 0);
          return pools.length === 0 ? (
            <EmptyState icon={Gauge} title={t('capacity.none')} text={t('capacity.noneText')} />
          ) : (
            <Stack gap="lg">
              {pools.map((pool) => (
                <Pool key={`${pool.product} ${pool.model}`} pool={pool} from={from} />
              ))}
            </Stack>
          );
        }}
      </AsyncContent>
    </>
  );
}

function MailSwitch(): React.ReactNode {
  const { t } = useTranslation();
  const { id, name } = useOrganization();
  const { mails, choose } = useCapacityMails();
  return (
    <Switch
      label={t('capacity.mailMe')}
      checked={mails?.some(({ organization, subscribed }) => organization.id === id && subscribed) ?? false}
      disabled={!mails}
      onChange={({ currentTarget }) => choose({ organization: { id, name }, subscribed: currentTarget.checked })}
    />
  );
}

function Pool({ pool, from }: { pool: CapacityView; from: string }): React.ReactNode {
  const { t } = useTranslation();
  const use = useDays(pool, from);
  const { product, model, subscribed, inUse, peak, p95, p99, denials, deniedUsers, suggestedSeats } = pool;
  return (
    <Section title={`${t(`app.productName.${product}`)} · ${t(`app.model.${model}`)}`}>
      <Answer pool={pool} />
      {/* On a phone, the chart comes first. */}
      <Flex gap="md" direction={{ base: 'column-reverse', sm: 'column' }}>
        <SimpleGrid cols={{ base: 2, sm: 4, lg: 7 }} component="dl" m={0}>
          <Figure label={t('capacity.subscribed')} value={subscribed} />
          <Figure label={t('capacity.inUse')} value={inUse} alarming={inUse > subscribed} />
          <Figure label={t('capacity.peak')} value={peak} alarming={peak > subscribed} />
          <Figure label={t('capacity.p99')} value={p99} />
          <Figure label={t('capacity.p95')} value={p95} />
          <Figure
            label={t('capacity.deniedUsers', { count: denials })}
            value={deniedUsers}
            alarming={deniedUsers > 0}
          />
          <Figure label={t('capacity.suggested')} value={suggestedSeats} />
        </SimpleGrid>
        <AsyncContent query={use} height={300}>
          {({ series }) => (
            <Suspense fallback={<Skeleton h={300} />}>
              <CapacityChart days={dailyUse(series, pool)} pool={pool} />
            </Suspense>
          )}
        </AsyncContent>
      </Flex>
      <Text size="sm" c="dimmed">
        {t(pool.forecast.length > 0 ? 'capacity.forecast' : 'capacity.noForecast')}
      </Text>
    </Section>
  );
}

const answerStyle = { variant: 'light', p: 'sm' } as const;

/** In a sentence, whether the seats are enough. */
function Answer({ pool: { subscribed, suggestedSeats, fullOn } }: { pool: CapacityView }): React.ReactNode {
  const { t } = useTranslation();
  const missing = suggestedSeats - subscribed;
  if (missing > 0)
    return <Alert color="red" {...answerStyle} title={t('capacity.answer.missing', { count: missing })} />;
  if (!fullOn) return <Alert color="pine" {...answerStyle} title={t('capacity.answer.enough')} />;
  const on = new Intl.DateTimeFormat(locale(), { dateStyle: 'long' }).format(new Date(fullOn));
  return <Alert color="yellow" {...answerStyle} title={t('capacity.answer.until', { on })} />;
}

function daysAgo(count: number): string {
  return `${new Date(Date.now() - (count - 1) * day).toISOString().slice(0, 10)}T00:00:00Z`;
}

function useCapacity(from: string): UseQueryResult<CapacityView[]> {
  const { id: organizationId } = useOrganization();
  return useQuery({
    queryKey: organizationKey(organizationId, ['licenses', 'denials'], 'capacity', from),
    queryFn: () =>
      answer(
        api.GET('/api/v1/organizations/{organizationId}/capacity', {
          params: { path: { organizationId }, query: { from } },
        }),
      ),
    placeholderData: keepPreviousData,
  });
}

/** Of one product and model, day by day. */
function useDays({ product, model }: CapacityView, from: string): UseQueryResult<UtilizationView> {
  const { id: organizationId } = useOrganization();
  return useQuery({
    queryKey: organizationKey(organizationId, ['licenses', 'denials'], 'capacity-days', product, model, from),
    queryFn: () =>
      answer(
        api.GET('/api/v1/organizations/{organizationId}/utilization', {
          params: { path: { organizationId }, query: { from, product, model, interval: 'day', size: 1 } },
        }),
      ),
    placeholderData: keepPreviousData,
  });
}
