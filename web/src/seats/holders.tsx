import { Button, Text } from '@mantine/core';
import { MonitorCheck } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OnlineLicenseView } from '../../generated/api';
import { answer, api } from '../api/client';
import { organizationKey } from '../api/queries';
import { MachineLink } from '../app/subject-link';
import { useOrganization } from '../app/use-me';
import { EmptyState } from '../components/empty-state';
import { Member } from '../people/member';
import { Time } from '../components/time';
import type { Column } from '../table/column';
import { ServerTable } from '../table/server-table';
import { Terminate, TerminateSeveral } from './terminate';
import { RowButton } from '../table/row-button';

/** Who holds which seat, on which machine, since when: the question that is asked most. */
/** @param of of one user or one machine only */
export function Holders({ of = {} }: { of?: { userId?: number; machineId?: string } }): React.ReactNode {
  const { t } = useTranslation();
  const { id: organizationId, may } = useOrganization();
  const [ending, setEnding] = useState<OnlineLicenseView>();
  const [endingSeveral, setEndingSeveral] = useState<{ leases: OnlineLicenseView[]; done: () => void }>();
  const terminates = may('online-license.terminate');
  const columns = useHolderColumns(terminates ? setEnding : undefined);
  const actions = (leases: OnlineLicenseView[], done: () => void): React.ReactNode => (
    <Button size="compact-sm" color="red" variant="light" onClick={() => setEndingSeveral({ leases, done })}>
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
        defaultSort="startedAt,desc"
        bulk={terminates ? { nameOf: ({ email }) => email, actions } : undefined}
        empty={
          <EmptyState icon={MonitorCheck} title={t('dashboard.holders.none')} text={t('dashboard.holders.noneText')} />
        }
      />
      {endingSeveral && (
        <TerminateSeveral
          organizationId={organizationId}
          leases={endingSeveral.leases}
          onDone={endingSeveral.done}
          onClose={() => setEndingSeveral(undefined)}
        />
      )}
      {ending && <Terminate organizationId={organizationId} lease={ending} onClose={() => setEnding(undefined)} />}
    </>
  );
}

function useHolderColumns(onTerminate: ((seat: OnlineLicenseView) => void) | undefined): Column<OnlineLicenseView>[] {
  const { t } = useTranslation();
  const columns: Column<OnlineLicenseView>[] = [
    { key: 'email', title: t('dashboard.holders.user'), sortable: true, render: (row) => <Member {...row} /> },
    {
      key: 'product',
      title: t('dashboard.holders.product'),
      sortable: true,
      render: (row) => <Seat {...row} />,
    },
    {
      key: 'hostname',
      title: t('dashboard.holders.machine'),
      render: (row) => <Machine {...row} />,
    },
    timeColumn('startedAt', t('dashboard.holders.since')),
    timeColumn('expiresAt', t('dashboard.holders.until')),
    timeColumn('borrowedUntil', t('dashboard.holders.borrowedUntil')),
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

function timeColumn(key: 'startedAt' | 'expiresAt' | 'borrowedUntil', title: string): Column<OnlineLicenseView> {
  return { key, title, sortable: true, render: (row) => (row[key] === null ? '–' : <Time value={row[key]} />) };
}

function Seat({ product, model }: OnlineLicenseView): React.ReactNode {
  const { t } = useTranslation();
  return (
    <div>
      {t(`app.productName.${product}`)}
      <Text size="sm" c="dimmed">
        {t(`app.model.${model}`)}
      </Text>
    </div>
  );
}

function Machine({ hostname, machineId }: OnlineLicenseView): React.ReactNode {
  return (
    <Text size="sm" className="break" title={machineId}>
      <MachineLink machineId={machineId}>{hostname ?? machineId}</MachineLink>
    </Text>
  );
}
