import { Button } from '@mantine/core';
import { MonitorCheck } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OnlineLicenseView } from '../../generated/api';
import { answer, api } from '../api/client';
import { organizationKey } from '../api/queries';
import { useOrganization } from '../app/use-me';
import { EmptyState } from '../components/layout/empty-state';
import { Member } from '../people/member';
import type { Column } from '../table/column';
import { ServerTable } from '../table/server-table';
import { useLeaseColumns } from './lease-columns';
import { Terminate } from './terminate';
import { RowButton } from '../table/row-button';

/** Who holds which seat, on which machine, since when: the question that is asked most. */
/** @param of of one user or one machine only */
export function Holders({ of = {} }: { of?: { userId?: number; machineId?: string } }): React.ReactNode {
  const { t } = useTranslation();
  const { id: organizationId, may } = useOrganization();
  const [ending, setEnding] = useState<{ leases: OnlineLicenseView[]; done?: () => void }>();
  const terminates = may('online-license.terminate');
  const columns = useHolderColumns(terminates ? (lease) => setEnding({ leases: [lease] }) : undefined);
  const actions = (leases: OnlineLicenseView[], done: () => void): React.ReactNode => (
    <Button size="compact-sm" color="red" variant="light" onClick={() => setEnding({ leases, done })}>
      {t('dashboard.holders.terminate')}
    </Button>
  );
  return (
    <>
      <ServerTable
        label={t('dashboard.holders.title')}
        queryKey={organizationKey(organizationId, 'online-licenses', 'list', of)}
        fetchPage={(query) =>
          answer(
            api.GET('/api/v1/organizations/{organizationId}/online-licenses', {
              params: { path: { organizationId }, query: { ...query, ...of } },
            }),
          )
        }
        columns={columns}
        rowKey={({ id }) => id}
        csv={{ path: `/api/v1/organizations/${organizationId}/online-licenses`, query: of }}
        defaultSort="startedAt,desc"
        bulk={terminates ? { nameOf: ({ email }) => email, actions } : undefined}
        empty={
          <EmptyState icon={MonitorCheck} title={t('dashboard.holders.none')} text={t('dashboard.holders.noneText')} />
        }
      />
      {ending && (
        <Terminate
          organizationId={organizationId}
          leases={ending.leases}
          onDone={ending.done}
          onClose={() => setEnding(undefined)}
        />
      )}
    </>
  );
}

function useHolderColumns(onTerminate: ((seat: OnlineLicenseView) => void) | undefined): Column<OnlineLicenseView>[] {
  const { t } = useTranslation();
  const columns: Column<OnlineLicenseView>[] = [
    { key: 'email', title: t('dashboard.holders.user'), sortable: true, render: (row) => <Member {...row} /> },
    ...useLeaseColumns(),
  ];
  if (onTerminate) {
    columns.push({
      key: 'actions',
      title: '',
      end: true,
      render: (row) => (
        <RowButton
          danger
          label={t('dashboard.holders.terminateFor', { email: row.email })}
          onClick={() => onTerminate(row)}
        >
          {t('dashboard.holders.terminate')}
        </RowButton>
      ),
    });
  }
  return columns;
}
