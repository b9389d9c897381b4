import { Badge, Code, Group, Stack, Text } from '@mantine/core';
import { Monitor } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MachineView } from '../../generated/api';
import { answer, api } from '../api/client';
import { organizationKey, refreshOrganization } from '../api/queries';
import { MachineLink, MemberLink } from '../app/subject-link';
import { useOrganization } from '../app/use-me';
import { Confirm } from '../components/confirm';
import { EmptyState } from '../components/layout/empty-state';
import { Time } from '../components/time/time';
import type { Column } from '../table/column';
import { ServerTable } from '../table/server-table';
import { TransferMachine } from './transfer-machine';
import { RowButton } from '../table/row-button';
import { MachineBulkButtons, type MachinesBulk, MachinesBulkDialog } from './machines-bulk';

/** Machines that hold a seat for themselves. @param of that one user has activated first, or one machine only */
export function Machines({ of = {} }: { of?: { userId?: number; machineId?: string } }): React.ReactNode {
  const { t } = useTranslation();
  const { id: organizationId, may } = useOrganization();
  const [removing, setRemoving] = useState<MachineView>();
  const [leaving, setLeaving] = useState<MachineView>();
  const [bulk, setBulk] = useState<MachinesBulk>();
  const removes = may('machine.remove');
  const columns = useMachineColumns(removes ? { onTransfer: setLeaving, onRemove: setRemoving } : undefined);
  const actions = (machines: MachineView[], done: () => void): React.ReactNode => (
    <MachineBulkButtons machines={machines} onAct={(act) => setBulk({ act, machines, done })} />
  );
  return (
    <>
      <ServerTable
        label={t('licenses.tab.machines')}
        queryKey={organizationKey(organizationId, ['machines', 'online-licenses'], 'machines', of)}
        fetchPage={(query) =>
          answer(
            api.GET('/api/v1/organizations/{organizationId}/machines', {
              params: { path: { organizationId }, query: { ...query, ...of } },
            }),
          )
        }
        columns={columns}
        rowKey={({ machineId, product }) => `${machineId} ${product}`}
        defaultSort="registeredAt,desc"
        bulk={removes ? { nameOf, actions } : undefined}
        csv={{ path: `/api/v1/organizations/${organizationId}/machines`, query: of }}
        empty={<EmptyState icon={Monitor} title={t('licenses.machines.none')} text={t('licenses.machines.noneText')} />}
      />
      {bulk && <MachinesBulkDialog {...bulk} onClose={() => setBulk(undefined)} />}
      {leaving && (
        <TransferMachine organizationId={organizationId} machine={leaving} onClose={() => setLeaving(undefined)} />
      )}
      {removing && (
        <RemoveMachine organizationId={organizationId} machine={removing} onClose={() => setRemoving(undefined)} />
      )}
    </>
  );
}

interface MachineActions {
  onTransfer: (machine: MachineView) => void;
  onRemove: (machine: MachineView) => void;
}

function useMachineColumns(actions: MachineActions | undefined): Column<MachineView>[] {
  const { t } = useTranslation();
  const columns: Column<MachineView>[] = [
    {
      key: 'hostname',
      title: t('licenses.machines.machine'),
      sortable: true,
      render: (row) => <Machine {...row} />,
    },
    {
      key: 'product',
      title: t('licenses.product'),
      sortable: true,
      render: ({ product }) => t(`app.productName.${product}`),
    },
    {
      key: 'registeredBy',
      title: t('licenses.machines.by'),
      sortable: true,
      render: ({ registeredBy, registeredById }) => (
        <span className="break">
          <MemberLink userId={registeredById}>{registeredBy ?? '–'}</MemberLink>
        </span>
      ),
    },
    {
      key: 'registeredAt',
      title: t('licenses.machines.since'),
      sortable: true,
      render: ({ registeredAt }) => <Time value={registeredAt} as="date" />,
    },
    {
      key: 'online',
      title: t('licenses.machines.state'),
      render: (row) => <MachineState {...row} />,
    },
  ];
  if (actions) {
    columns.push({
      key: 'actions',
      title: '',
      end: true,
      render: (row) => <Actions machine={row} {...actions} />,
    });
  }
  return columns;
}

function MachineState({ online, denied }: MachineView): React.ReactNode {
  const { t } = useTranslation();
  if (denied) return <Badge color="red">{t('licenses.machines.denied')}</Badge>;
  if (online) return <Badge>{t('licenses.machines.online')}</Badge>;
  return <Badge color="gray">{t('licenses.machines.idle')}</Badge>;
}

function Machine({ hostname, machineId }: MachineView): React.ReactNode {
  return (
    <Stack gap={2} align="flex-start">
      <MachineLink machineId={machineId}>
        {hostname ? (
          <Text fw={500} className="break" component="span">
            {hostname}
          </Text>
        ) : (
          <Code className="break">{machineId}</Code>
        )}
      </MachineLink>
      {hostname && <Code className="break">{machineId}</Code>}
    </Stack>
  );
}

function Actions({ machine, onTransfer, onRemove }: MachineActions & { machine: MachineView }): React.ReactNode {
  const { t } = useTranslation();
  return (
    <Group gap={4} justify="flex-end" wrap="nowrap">
      <RowButton
        label={t('licenses.machines.transferName', { name: nameOf(machine) })}
        onClick={() => onTransfer(machine)}
      >
        {t('licenses.transfer')}
      </RowButton>
      <RowButton
        danger
        label={t('licenses.machines.removeName', { name: nameOf(machine) })}
        onClick={() => onRemove(machine)}
      >
        {t('licenses.machines.remove')}
      </RowButton>
    </Group>
  );
}

interface RemoveMachineProps {
  organizationId: number;
  machine: MachineView;
  onClose: () => void;
}

function RemoveMachine({ organizationId, machine, onClose }: RemoveMachineProps): React.ReactNode {
  const { t } = useTranslation();
  return (
    <Confirm
      title={t('licenses.machines.removeTitle', { name: nameOf(machine) })}
      text={machine.online ? t('licenses.machines.removeOnline') : t('licenses.machines.removeText')}
      action={t('licenses.machines.remove')}
      danger
      done={t('licenses.machines.removed')}
      run={async () => {
        await answer(
          api.DELETE('/api/v1/organizations/{organizationId}/machines/{machineId}', {
            params: { path: { organizationId, machineId: machine.machineId } },
          }),
        );
        await refreshOrganization(organizationId, ['machines', 'online-licenses', 'licenses']);
      }}
      onClose={onClose}
    />
  );
}

function nameOf({ hostname, machineId }: MachineView): string {
  return hostname ?? machineId;
}
