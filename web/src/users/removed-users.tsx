import { Text } from '@mantine/core';
import { UserX } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { RemovedMemberView } from '../../generated/api';
import { answer, api } from '../api/client';
import { organizationKey } from '../api/queries';
import { useOrganization } from '../app/use-me';
import { EmptyState } from '../components/layout/empty-state';
import { Person } from '../components/person';
import { Time } from '../components/time/time';
import type { Column } from '../table/column';
import { ServerTable } from '../table/server-table';

/** Who was a member. */
export function RemovedUsers(): React.ReactNode {
  const { t } = useTranslation();
  const { id: organizationId } = useOrganization();
  const columns: Column<RemovedMemberView>[] = [
    { key: 'name', title: t('users.columns.name'), sortable: true, render: (row) => <Person {...row} /> },
    { key: 'role', title: t('users.removed.role'), sortable: true, render: ({ role }) => t(`app.role.${role}`) },
    {
      key: 'joinedAt',
      title: t('users.columns.joined'),
      sortable: true,
      render: ({ joinedAt }) => <Time value={joinedAt} as="date" />,
    },
    {
      key: 'removedAt',
      title: t('users.removed.at'),
      sortable: true,
      render: ({ removedAt }) => <Time value={removedAt} />,
    },
    {
      key: 'removedBy',
      title: t('users.removed.by'),
      render: ({ removedBy }) => <Text className="break">{removedBy ?? '–'}</Text>,
    },
  ];
  return (
    <ServerTable
      label={t('users.removed.tab')}
      queryKey={organizationKey(organizationId, 'members', 'removed')}
      fetchPage={(query) =>
        answer(
          api.GET('/api/v1/organizations/{organizationId}/removed-members', {
            params: { path: { organizationId }, query },
          }),
        )
      }
      columns={columns}
      rowKey={({ userId }) => userId}
      csv={{ path: `/api/v1/organizations/${organizationId}/removed-members` }}
      defaultSort="removedAt,desc"
      empty={<EmptyState icon={UserX} title={t('users.removed.none')} text={t('users.removed.noneText')} />}
    />
  );
}
