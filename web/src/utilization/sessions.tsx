import { Badge, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { UtilizationSessionView } from '../../generated/api';
import { answer, api } from '../api/client';
import { organizationKey } from '../api/queries';
import { MachineLink, MemberLink } from '../app/subject-link';
import { Time } from '../components/time/time';
import { duration } from '../components/time/time-texts';
import { locale } from '../language';
import type { Column } from '../table/column';
import { numbered } from '../table/list-request';
import { ServerTable } from '../table/server-table';
import { NoUse } from './no-use';
import type { utilizationQueryOf } from './utilization-filter';

interface Props {
  organizationId: number;
  /** With times, and what else the sessions must be of. */
  query: Partial<ReturnType<typeof utilizationQueryOf>> & { machineId?: string };
}

/** Each session of a time. */
export function UtilizationSessions({ organizationId, query: filter }: Props): React.ReactNode {
  const { t } = useTranslation();
  const columns = useSessionColumns();
  return (
    <ServerTable
      label={t('utilization.sessions.title')}
      queryKey={organizationKey(organizationId, 'online-licenses', 'sessions', filter)}
      fetchPage={async ({ page, size, sort }) => {
        const { sessions } = await answer(
          api.GET('/api/v1/organizations/{organizationId}/utilization', {
            params: { path: { organizationId }, query: { ...filter, page, size, sort } },
          }),
        );
        return numbered(sessions);
      }}
      columns={columns}
      rowKey={({ id }) => id}
      defaultSort="startedAt,desc"
      searchable={false}
      empty={<NoUse />}
    />
  );
}

function useSessionColumns(): Column<UtilizationSessionView>[] {
  const { t } = useTranslation();
  return [
    {
      key: 'email',
      title: t('utilization.sessions.user'),
      sortable: true,
      render: (row) => <User {...row} />,
    },
    {
      key: 'machineId',
      title: t('utilization.sessions.machine'),
      sortable: true,
      render: ({ hostname, machineId, sessionId }) => (
        <Text className="break" size="sm" title={`${machineId}\n${sessionId}`}>
          <MachineLink machineId={machineId}>{hostname ?? machineId}</MachineLink>
        </Text>
      ),
    },
    {
      key: 'product',
      title: t('utilization.product'),
      sortable: true,
      render: ({ product }) => t(`app.productName.${product}`),
    },
    {
      key: 'model',
      title: t('utilization.model'),
      sortable: true,
      render: ({ model }) => <Badge color="gray">{t(`app.model.${model}`)}</Badge>,
    },
    {
      key: 'startedAt',
      title: t('utilization.sessions.start'),
      sortable: true,
      render: ({ startedAt }) => <Time value={startedAt} as="full" />,
    },
    {
      key: 'duration',
      title: t('utilization.sessions.duration'),
      sortable: true,
      end: true,
      render: (row) => <Duration {...row} />,
    },
  ];
}

function User({ userId, user, email }: UtilizationSessionView): React.ReactNode {
  const { t } = useTranslation();
  return (
    <Stack gap={0}>
      <Text className="break" fw={500} lh={1.35}>
        <MemberLink userId={userId}>{user ?? email ?? t('utilization.sessions.gone')}</MemberLink>
      </Text>
      {user && (
        <Text size="sm" c="dimmed" className="break" lh={1.35}>
          {email}
        </Text>
      )}
    </Stack>
  );
}

function Duration({ duration: seconds, endedAt }: UtilizationSessionView): React.ReactNode {
  const { t } = useTranslation();
  return (
    <Stack gap={0} align="flex-end">
      <span className="numbers">{duration(seconds * 1000, locale())}</span>
      {endedAt === null && (
        <Text size="xs" c="dimmed">
          {t('utilization.sessions.running')}
        </Text>
      )}
    </Stack>
  );
}
