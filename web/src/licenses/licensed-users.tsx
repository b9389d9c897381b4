import { Button, Group } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { UserPlus, Users } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ItemError, LicensedUserView } from '../../generated/api';
import { answer, api } from '../api/client';
import { organizationKey, refreshOrganization } from '../api/queries';
import { useOrganization } from '../app/use-me';
import { subscriptionsQuery } from '../seats/subscriptions-query';
import { EmptyState } from '../components/layout/empty-state';
import { nameOf } from '../components/person';
import { Member } from '../people/member';
import { Time } from '../components/time/time';
import { BulkConfirm, type BulkConfirmProps } from '../table/bulk-confirm';
import { errorsOf, inParts } from '../table/bulk-results';
import type { Column } from '../table/column';
import { ServerTable } from '../table/server-table';
import type { ListSource } from '../table/use-server-list';
import { AssignSeat } from './assign-seat';
import { TransferSeat } from './transfer-seat';
import { RowButton } from '../table/row-button';

/** Who has a seat of their own. */
export function LicensedUsers(): React.ReactNode {
  const { t } = useTranslation();
  const { id: organizationId, may } = useOrganization();
  const { data: subscriptions = [] } = useQuery(subscriptionsQuery(organizationId));
  const [assigning, setAssigning] = useState(false);
  const [leaving, setLeaving] = useState<Leaving>();
  const [giving, setGiving] = useState<LicensedUserView>();
  const products = subscriptions.filter(({ model }) => model === 'per-user');
  const manages = may('licensed-user.manage');
  const columns = useSeatColumns(
    manages ? { onTransfer: setGiving, onUnassign: (seat) => setLeaving({ seats: [seat] }) } : undefined,
  );
  const assign = manages && products.length > 0 && (
    <Button leftSection={<UserPlus size={16} aria-hidden />} onClick={() => setAssigning(true)}>
      {t('licenses.users.assign')}
    </Button>
  );
  return (
    <>
      <ServerTable
        label={t('licenses.tab.users')}
        {...listOf(organizationId)}
        csv={{ path: `/api/v1/organizations/${organizationId}/licensed-users` }}
        columns={columns}
        rowKey={({ userId, product }) => `${userId} ${product}`}
        defaultSort="email"
        toolbar={assign}
        bulk={
          manages
            ? { nameOf, actions: (seats, done) => <UnassignButton onClick={() => setLeaving({ seats, done })} /> }
            : undefined
        }
        empty={
          <EmptyState
            icon={Users}
            title={t('licenses.users.none')}
            text={products.length > 0 ? t('licenses.users.noneText') : t('licenses.users.noneModel')}
          >
            {assign}
          </EmptyState>
        }
      />
      {assigning && (
        <AssignSeat organizationId={organizationId} products={products} onClose={() => setAssigning(false)} />
      )}
      {giving && <TransferSeat organizationId={organizationId} user={giving} onClose={() => setGiving(undefined)} />}
      {leaving && <Unassign organizationId={organizationId} {...leaving} onClose={() => setLeaving(undefined)} />}
    </>
  );
}

/** Where the list comes from. */
function listOf(organizationId: number): Pick<ListSource<LicensedUserView>, 'queryKey' | 'fetchPage'> {
  return {
    queryKey: organizationKey(organizationId, ['licensed-users', 'members'], 'licensed-users'),
    fetchPage: (query) =>
      answer(
        api.GET('/api/v1/organizations/{organizationId}/licensed-users', {
          params: { path: { organizationId }, query },
        }),
      ),
  };
}

function UnassignButton({ onClick }: { onClick: () => void }): React.ReactNode {
  const { t } = useTranslation();
  return (
    <Button size="compact-sm" color="red" variant="light" onClick={onClick}>
      {t('licenses.users.unassign')}
    </Button>
  );
}

interface SeatActions {
  onTransfer: (seat: LicensedUserView) => void;
  onUnassign: (seat: LicensedUserView) => void;
}

function useSeatColumns(actions: SeatActions | undefined): Column<LicensedUserView>[] {
  const { t } = useTranslation();
  const columns: Column<LicensedUserView>[] = [
    { key: 'email', title: t('licenses.users.user'), sortable: true, render: (row) => <Member {...row} /> },
    {
      key: 'product',
      title: t('licenses.product'),
      sortable: true,
      render: ({ product }) => t(`app.productName.${product}`),
    },
    {
      key: 'assignedAt',
      title: t('licenses.users.since'),
      sortable: true,
      render: ({ assignedAt }) => <Time value={assignedAt} as="date" />,
    },
    {
      key: 'lastUsedAt',
      title: t('licenses.users.lastUse'),
      sortable: true,
      render: ({ lastUsedAt }) => (lastUsedAt ? <Time value={lastUsedAt} as="date" /> : t('app.never')),
    },
  ];
  if (actions) {
    columns.push({
      key: 'actions',
      title: '',
      end: true,
      render: (row) => (
        <Group gap={4} justify="flex-end" wrap="nowrap">
          <RowButton
            label={t('licenses.users.transferOf', { name: nameOf(row) })}
            onClick={() => actions.onTransfer(row)}
          >
            {t('licenses.transfer')}
          </RowButton>
          <RowButton
            danger
            label={t('licenses.users.unassignFrom', { name: nameOf(row) })}
            onClick={() => actions.onUnassign(row)}
          >
            {t('licenses.users.unassign')}
          </RowButton>
        </Group>
      ),
    });
  }
  return columns;
}

interface Leaving {
  seats: readonly LicensedUserView[];
  /** Called when they are unassigned. */
  done?: () => void;
}

/** Takes seats back. One that has been taken back meanwhile is taken back all the same. */
function Unassign({
  organizationId,
  seats,
  done,
  onClose,
}: Leaving & { organizationId: number; onClose: () => void }): React.ReactNode {
  const { t } = useTranslation();
  return (
    <BulkConfirm
      {...useUnassignTexts(seats)}
      rows={seats}
      nameOf={nameOf}
      action={t('licenses.users.unassign')}
      danger
      run={() => change(organizationId, seats, false)}
      undo={(changed) => change(organizationId, changed, true)}
      onDone={done}
      onClose={onClose}
    />
  );
}

async function change(
  organizationId: number,
  seats: readonly LicensedUserView[],
  assign: boolean,
): Promise<(ItemError | null)[]> {
  const results: { userId: number; product: string; error: ItemError | null }[] = [];
  for (const product of new Set(seats.map((seat) => seat.product))) {
    const ids = seats.filter((seat) => seat.product === product).map(({ userId }) => userId);
    const answers = await inParts(ids, (userIds) =>
      answer(
        api.POST('/api/v1/organizations/{organizationId}/licensed-users/bulk', {
          params: { path: { organizationId } },
          body: { userIds, product, model: 'per-user', assign },
        }),
      ),
    );
    results.push(...answers.map(({ userId, error }) => ({ userId, product, error })));
  }
  await refreshOrganization(organizationId, ['licensed-users', 'licenses']);
  return errorsOf(seats, seatOf, results, seatOf);
}

function seatOf({ userId, product }: { userId: number; product: string }): string {
  return `${userId} ${product}`;
}

function useUnassignTexts(seats: readonly LicensedUserView[]): Pick<BulkConfirmProps, 'title' | 'text' | 'doneText'> {
  const { t } = useTranslation();
  const [only, another] = seats;
  if (!only || another) {
    const count = seats.length;
    return {
      title: t('licenses.users.unassignTitleOfMany', { count }),
      text: t('licenses.users.unassignTextOfMany'),
      doneText: () => t('licenses.users.unassignedMany', { count }),
    };
  }
  const name = nameOf(only);
  return {
    title: t('licenses.users.unassignTitle', { name }),
    text: t('licenses.users.unassignText', { name, product: t(`app.productName.${only.product}`) }),
    doneText: () => t('licenses.users.unassigned', { name }),
  };
}
