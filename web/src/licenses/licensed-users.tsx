import { Button, Group, Select, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { UserPlus, Users } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LicensedUserView } from '../../generated/api';
import { answer, api } from '../api/client';
import { organizationKey, refreshOrganization } from '../api/queries';
import { useOrganization } from '../app/use-me';
import { FormDialog } from '../forms/dialog';
import { MemberSelect } from '../forms/member-select';
import { useServerForm } from '../forms/use-server-form';
import { subscriptionsQuery } from '../seats/subscriptions-query';
import { Confirm } from '../components/confirm';
import { EmptyState } from '../components/empty-state';
import { nameOf, Person } from '../components/person';
import { notifyDone } from '../components/notify';
import { Time } from '../components/time';
import type { Column } from '../table/column';
import { ServerTable } from '../table/server-table';
import { TransferSeat } from './transfer-seat';
import { RowButton } from '../table/row-button';

/** Who has a seat of their own. */
export function LicensedUsers(): React.ReactNode {
  const { t } = useTranslation();
  const { id: organizationId, may } = useOrganization();
  const { data: subscriptions = [] } = useQuery(subscriptionsQuery(organizationId));
  const [assigning, setAssigning] = useState(false);
  const [leaving, setLeaving] = useState<LicensedUserView>();
  const [giving, setGiving] = useState<LicensedUserView>();
  const products = subscriptions.filter(({ model }) => model === 'per-user');
  const manages = may('licensed-user.manage');
  const columns: Column<LicensedUserView>[] = [
    { key: 'email', title: t('licenses.users.user'), sortable: true, render: (row) => <Person {...row} /> },
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
  ];
  if (manages) {
    columns.push({
      key: 'actions',
      title: '',
      end: true,
      render: (row) => (
        <Group gap={4} justify="flex-end" wrap="nowrap">
          <RowButton label={t('licenses.users.transferOf', { name: nameOf(row) })} onClick={() => setGiving(row)}>
            {t('licenses.transfer')}
          </RowButton>
          <RowButton
            danger
            label={t('licenses.users.unassignFrom', { name: nameOf(row) })}
            onClick={() => setLeaving(row)}
          >
            {t('licenses.users.unassign')}
          </RowButton>
        </Group>
      ),
    });
  }
  const assign = manages && products.length > 0 && (
    <Button leftSection={<UserPlus size={16} aria-hidden />} onClick={() => setAssigning(true)}>
      {t('licenses.users.assign')}
    </Button>
  );
  return (
    <>
      <ServerTable
        label={t('licenses.tab.users')}
        queryKey={organizationKey(organizationId, ['licensed-users', 'members'], 'licensed-users')}
        fetchPage={(query) =>
          answer(
            api.GET('/api/v1/organizations/{organizationId}/licensed-users', {
              params: { path: { organizationId }, query },
            }),
          )
        }
        columns={columns}
        rowKey={({ userId, product }) => `${userId} ${product}`}
        defaultSort="email"
        toolbar={assign}
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
        <Assign
          organizationId={organizationId}
          products={products.map(({ product, available }) => ({ product, available }))}
          onClose={() => setAssigning(false)}
        />
      )}
      {giving && <TransferSeat organizationId={organizationId} user={giving} onClose={() => setGiving(undefined)} />}
      {leaving && (
        <Confirm
          title={t('licenses.users.unassignTitle', { name: nameOf(leaving) })}
          text={t('licenses.users.unassignText', {
            name: nameOf(leaving),
            product: t(`app.productName.${leaving.product}`),
          })}
          action={t('licenses.users.unassign')}
          danger
          done={t('licenses.users.unassigned', { name: nameOf(leaving) })}
          run={async () => {
            const { userId, product } = leaving;
            await answer(
              api.DELETE('/api/v1/organizations/{organizationId}/licensed-users/{userId}', {
                params: { path: { organizationId, userId }, query: { product, model: 'per-user' } },
              }),
            );
            await refreshOrganization(organizationId, ['licensed-users', 'licenses']);
          }}
          onClose={() => setLeaving(undefined)}
        />
      )}
    </>
  );
}

type Product = LicensedUserView['product'];

interface AssignProps {
  organizationId: number;
  products: readonly { product: Product; available: number }[];
  onClose: () => void;
}

function Assign({ organizationId, products, onClose }: AssignProps): React.ReactNode {
  const { t } = useTranslation();
  const first = products.find(({ available }) => available > 0) ?? products[0];
  const { form, submit, pending, failure, unsaved } = useServerForm(
    {
      initialValues: { userId: null as string | null, product: first?.product ?? 'KSE' },
      validate: { userId: (value) => (value === null ? t('licenses.users.chooseMember') : null) },
    },
    async ({ userId, product }) => {
      await answer(
        api.POST('/api/v1/organizations/{organizationId}/licensed-users', {
          params: { path: { organizationId } },
          body: { userId: Number(userId), product, model: 'per-user' },
        }),
      );
      await refreshOrganization(organizationId, ['licensed-users', 'licenses', 'members']);
      notifyDone(t('licenses.users.assigned', { product: t(`app.productName.${product}`) }));
      onClose();
    },
  );
  const available = products.find(({ product }) => product === form.values.product)?.available ?? 0;
  return (
    <FormDialog
      title={t('licenses.users.assign')}
      action={t('licenses.users.assignAction')}
      submit={submit}
      pending={pending}
      failure={failure}
      unsaved={unsaved}
      onClose={onClose}
    >
      <MemberSelect
        organizationId={organizationId}
        label={t('licenses.users.member')}
        data-autofocus
        {...form.getInputProps('userId')}
        value={form.values.userId}
      />
      <Select
        label={t('licenses.product')}
        data={products.map(({ product }) => ({ value: product, label: t(`app.productName.${product}`) }))}
        allowDeselect={false}
        {...form.getInputProps('product')}
      />
      <Text size="sm" c={available === 0 ? 'var(--mantine-color-error)' : 'dimmed'} role="status">
        {t('licenses.users.left', { count: available })}
      </Text>
    </FormDialog>
  );
}
