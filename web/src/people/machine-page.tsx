import { Code, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { answer, api } from '../api/client';
import { organizationKey } from '../api/queries';
import { MemberLink } from '../app/subject-link';
import { RequirePermission } from '../app/require-permission';
import { useOrganization } from '../app/use-me';
import { AuditEvents } from '../audit/audit-events';
import { BackLink } from '../components/layout/back-link';
import { PageHeader } from '../components/layout/page-header';
import { Time } from '../components/time/time';
import { Holders } from '../seats/holders';
import { lastDays, sinceDay } from '../utilization/utilization-filter';
import { UtilizationSessions } from '../utilization/sessions';
import { Refusals } from './refusals';
import { SubjectTabs } from './subject-tabs-view';

const route = getRouteApi('/shell/organizations/$organizationId/machines/$machineId');

/** One machine: its seats, who uses it, and what it was refused. */
export function MachinePage(): React.ReactNode {
  return (
    <RequirePermission needs="machine.view">
      <MachineContent />
    </RequirePermission>
  );
}

function MachineContent(): React.ReactNode {
  const { t } = useTranslation();
  const { id: organizationId, may } = useOrganization();
  const { machineId } = route.useParams();
  const { tab = 'now' } = route.useSearch();
  const hostname = useHostname(organizationId, machineId);
  const of = { machineId };
  return (
    <>
      <BackLink to="/organizations/$organizationId/licenses" params={{ organizationId }} search={{ tab: 'machines' }}>
        {t('people.allMachines')}
      </BackLink>
      <PageHeader
        title={hostname ?? machineId}
        text={<Places organizationId={organizationId} machineId={machineId} />}
      />
      <SubjectTabs
        tab={tab}
        tabs={[
          { key: 'now', content: <Holders of={of} /> },
          {
            key: 'sessions',
            content: (
              <UtilizationSessions organizationId={organizationId} query={{ ...sinceDay(lastDays(366)), machineId }} />
            ),
          },
          { key: 'refusals', content: <Refusals of={of} /> },
          ...(may('audit.view')
            ? [
                {
                  key: 'history' as const,
                  content: <AuditEvents organizationId={organizationId} wanted={{ search: machineId }} />,
                },
              ]
            : []),
        ]}
      />
    </>
  );
}

/** The places that the machine has in pools of seats. */
function usePlaces(organizationId: number, machineId: string) {
  return useQuery({
    queryKey: organizationKey(organizationId, ['machines', 'online-licenses'], 'places', machineId),
    queryFn: () =>
      answer(
        api.GET('/api/v1/organizations/{organizationId}/machines', {
          params: { path: { organizationId }, query: { machineId } },
        }),
      ),
  });
}

/** As its newest session, or its place, has it. */
function useHostname(organizationId: number, machineId: string): string | null {
  const { data: places } = usePlaces(organizationId, machineId);
  const { data: newest } = useQuery({
    queryKey: organizationKey(organizationId, 'online-licenses', 'newest-session', machineId),
    queryFn: () =>
      answer(
        api.GET('/api/v1/organizations/{organizationId}/utilization', {
          params: {
            path: { organizationId },
            query: { ...sinceDay(lastDays(366)), interval: 'month', machineId, size: 1, sort: 'startedAt,desc' },
          },
        }),
      ),
  });
  return newest?.sessions.content[0]?.hostname ?? places?.content[0]?.hostname ?? null;
}

function Places({ organizationId, machineId }: { organizationId: number; machineId: string }): React.ReactNode {
  const { t } = useTranslation();
  const { data: places } = usePlaces(organizationId, machineId);
  return (
    <Stack gap={4} align="flex-start">
      <Code className="break">{machineId}</Code>
      {places?.content.map(({ product, model, registeredBy, registeredById, registeredAt }) => (
        <Text key={`${product} ${model}`} size="sm">
          {t(`app.productName.${product}`)} ({t(`app.model.${model}`)}): {t('licenses.machines.since')}{' '}
          <Time value={registeredAt} as="date" />,{' '}
          <MemberLink userId={registeredById}>{registeredBy ?? '–'}</MemberLink>
        </Text>
      ))}
      {places?.content.length === 0 && <Text size="sm">{t('people.noPlace')}</Text>}
    </Stack>
  );
}
