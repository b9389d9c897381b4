import { Button, Group } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Laptop, MonitorCheck, Undo2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OnlineLicenseView } from '../../generated/api';
import { answer, api } from '../api/client';
import { organizationKey, refreshOrganization } from '../api/queries';
import { useMe, useOrganization } from '../app/use-me';
import { Confirm } from '../components/confirm';
import { EmptyState } from '../components/layout/empty-state';
import { useLeaseColumns } from '../seats/lease-columns';
import { subscriptionsQuery } from '../seats/subscriptions-query';
import type { Column } from '../table/column';
import { RowButton } from '../table/row-button';
import { ServerTable } from '../table/server-table';
import { ReturnSeat } from './return-seat';
import { TakeAlong } from './take-along';

/** What is done with a seat of one's own; `return` without a seat: with its token alone. */
type Act = { kind: 'take' } | { kind: 'end'; seat: OnlineLicenseView } | { kind: 'return'; seat?: OnlineLicenseView };

/** The seats that the reader holds in this organization, with the ways to take one along and to give it back. */
export function OwnSeats(): React.ReactNode {
  const { t } = useTranslation();
  const userId = Number(useMe().id);
  const { id: organizationId } = useOrganization();
  const [act, setAct] = useState<Act>();
  const columns = useOwnColumns(setAct);
  const buttons = <LoanButtons organizationId={organizationId} onAct={setAct} />;
  const close = (): void => setAct(undefined);
  return (
    <>
      <ServerTable
        label={t('licenses.tab.own')}
        queryKey={organizationKey(organizationId, 'online-licenses', 'own')}
        fetchPage={(query) =>
          answer(
            api.GET('/api/v1/organizations/{organizationId}/online-licenses', {
              params: { path: { organizationId }, query: { ...query, userId } },
            }),
          )
        }
        columns={columns}
        rowKey={({ id }) => id}
        csv={{ path: `/api/v1/organizations/${organizationId}/online-licenses`, query: { userId } }}
        defaultSort="startedAt,desc"
        searchable={false}
        toolbar={buttons}
        empty={
          <EmptyState icon={MonitorCheck} title={t('licenses.own.none')} text={t('licenses.own.noneText')}>
            {buttons}
          </EmptyState>
        }
      />
      {act?.kind === 'take' && <TakeAlong organizationId={organizationId} onClose={close} />}
      {act?.kind === 'return' && <ReturnSeat organizationId={organizationId} seat={act.seat} onClose={close} />}
      {act?.kind === 'end' && <EndSession organizationId={organizationId} seat={act.seat} onClose={close} />}
    </>
  );
}

interface LoanButtonsProps {
  organizationId: number;
  onAct: (act: Act) => void;
}

/** Only where seats are lent, or still out from a time when they were. */
function LoanButtons({ organizationId, onAct }: LoanButtonsProps): React.ReactNode {
  const { t } = useTranslation();
  const { data: subscriptions = [] } = useQuery(subscriptionsQuery(organizationId));
  const lends = subscriptions.some(({ borrowableUntil }) => borrowableUntil !== null);
  return (
    <Group gap="xs">
      {(lends || subscriptions.some(({ borrowed }) => borrowed > 0)) && (
        <Button
          variant="default"
          leftSection={<Undo2 size={16} aria-hidden />}
          onClick={() => onAct({ kind: 'return' })}
        >
          {t('licenses.returning.title')}
        </Button>
      )}
      {lends && (
        <Button leftSection={<Laptop size={16} aria-hidden />} onClick={() => onAct({ kind: 'take' })}>
          {t('licenses.takeAlong.title')}
        </Button>
      )}
    </Group>
  );
}

function useOwnColumns(onAct: (act: Act) => void): Column<OnlineLicenseView>[] {
  const { t } = useTranslation();
  const act = (seat: OnlineLicenseView): React.ReactNode => {
    const machine = machineOf(seat);
    return seat.borrowedUntil === null ? (
      <RowButton danger label={t('licenses.own.endFor', { machine })} onClick={() => onAct({ kind: 'end', seat })}>
        {t('licenses.own.end')}
      </RowButton>
    ) : (
      <RowButton label={t('licenses.own.returnFor', { machine })} onClick={() => onAct({ kind: 'return', seat })}>
        {t('licenses.own.return')}
      </RowButton>
    );
  };
  return [...useLeaseColumns(), { key: 'actions', title: '', end: true, render: act }];
}

interface EndSessionProps {
  organizationId: number;
  seat: OnlineLicenseView;
  onClose: () => void;
}

function EndSession({ organizationId, seat, onClose }: EndSessionProps): React.ReactNode {
  const { t } = useTranslation();
  const machine = machineOf(seat);
  return (
    <Confirm
      title={t('licenses.own.endTitle', { machine })}
      text={t('licenses.own.endText')}
      action={t('licenses.own.end')}
      danger
      done={t('licenses.own.ended', { machine })}
      run={async () => {
        await answer(api.DELETE('/api/v1/users/me/leases/{leaseId}', { params: { path: { leaseId: seat.id } } }));
        await refreshOrganization(organizationId, ['online-licenses', 'licenses']);
      }}
      onClose={onClose}
    />
  );
}

function machineOf({ hostname, machineId }: OnlineLicenseView): string {
  return hostname ?? machineId;
}
