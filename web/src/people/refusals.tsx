import { Text } from '@mantine/core';
import { ThumbsUp } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { DenialView } from '../../generated/api';
import { answer, api } from '../api/client';
import { organizationKey } from '../api/queries';
import { MachineLink, MemberLink } from '../app/subject-link';
import { useOrganization } from '../app/use-me';
import { EmptyState } from '../components/layout/empty-state';
import { Time } from '../components/time/time';
import type { Column } from '../table/column';
import { numbered } from '../table/list-request';
import { ServerTable } from '../table/server-table';

/** Who was refused a seat, and why. @param of of one user or one machine only */
export function Refusals({ of }: { of: { userId?: number; machineId?: string } }): React.ReactNode {
  const { t } = useTranslation();
  const { id: organizationId } = useOrganization();
  return (
    <ServerTable
      label={t('people.tab.refusals')}
      queryKey={organizationKey(organizationId, 'denials', 'list', of)}
      fetchPage={async (query) =>
        numbered(
          await answer(
            api.GET('/api/v1/organizations/{organizationId}/denials', {
              params: { path: { organizationId }, query: { ...query, ...of } },
            }),
          ),
        )
      }
      columns={useRefusalColumns(of.userId === undefined)}
      rowKey={({ id }) => id}
      csv={{ path: `/api/v1/organizations/${organizationId}/denials`, query: of }}
      defaultSort="occurredAt,desc"
      searchable={false}
      empty={<EmptyState icon={ThumbsUp} title={t('people.noRefusals')} />}
    />
  );
}

function useRefusalColumns(hasPerson: boolean): Column<DenialView>[] {
  const { t } = useTranslation();
  return [
    {
      key: 'occurredAt',
      title: t('audit.time'),
      sortable: true,
      render: ({ occurredAt }) => <Time value={occurredAt} as="full" />,
    },
    {
      key: 'code',
      title: t('people.reason'),
      sortable: true,
      render: ({ code }) => <Text size="sm">{t(`dashboard.denials.code.${code}`)}</Text>,
    },
    {
      key: 'product',
      title: t('licenses.product'),
      sortable: true,
      render: ({ product }) => t(`app.productName.${product}`),
    },
    hasPerson
      ? {
          key: 'email',
          title: t('dashboard.holders.user'),
          sortable: true,
          render: ({ userId, email }) => (
            <span className="break">
              <MemberLink userId={userId}>{email ?? t('dashboard.denials.unknownUser')}</MemberLink>
            </span>
          ),
        }
      : {
          key: 'machineId',
          title: t('dashboard.holders.machine'),
          sortable: true,
          render: ({ machineId, hostname }) => (
            <span className="break">
              <MachineLink machineId={machineId}>{hostname ?? machineId}</MachineLink>
            </span>
          ),
        },
  ];
}
