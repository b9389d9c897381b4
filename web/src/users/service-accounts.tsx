import { Badge, Button, Group, Text } from '@mantine/core';
import { Bot, KeyRound, Pencil, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ServiceAccountView } from '../../generated/api';
import { answer, api } from '../api/client';
import { organizationKey, refreshOrganization } from '../api/queries';
import { useOrganization } from '../app/use-me';
import { Confirm } from '../components/confirm';
import { EmptyState } from '../components/layout/empty-state';
import { Time } from '../components/time/time';
import type { Column } from '../table/column';
import { RowMenu } from '../table/row-menu';
import { ServerTable } from '../table/server-table';
import { ServiceAccountDialog } from './service-account-dialog';
import { ServiceAccountKeys } from './service-account-keys';

/** What is open over the list. */
type Open = { act: 'create' } | { act: 'change' | 'keys' | 'delete'; account: ServiceAccountView };

/** The organization's accounts for programs. */
export function ServiceAccounts(): React.ReactNode {
  const { t } = useTranslation();
  const { id: organizationId } = useOrganization();
  const [open, setOpen] = useState<Open>();
  const columns = useColumns(setOpen);
  return (
    <>
      <Group justify="space-between" mb="md" wrap="wrap">
        <Text c="dimmed" maw={680}>
          {t('users.service.text')}
        </Text>
        <Button
          leftSection={<Plus size={16} aria-hidden />}
          variant="default"
          onClick={() => setOpen({ act: 'create' })}
        >
          {t('users.service.create')}
        </Button>
      </Group>
      <ServerTable
        label={t('users.service.tab')}
        queryKey={organizationKey(organizationId, ['members'], 'service-accounts')}
        fetchPage={(query) =>
          answer(
            api.GET('/api/v1/organizations/{organizationId}/service-accounts', {
              params: { path: { organizationId }, query },
            }),
          )
        }
        columns={columns}
        rowKey={({ id }) => id}
        csv={{ path: `/api/v1/organizations/${organizationId}/service-accounts` }}
        defaultSort="name"
        empty={<EmptyState icon={Bot} title={t('users.service.none')} text={t('users.service.noneText')} />}
      />
      {open && <Dialogs open={open} onOpen={setOpen} />}
    </>
  );
}

interface DialogsProps {
  open: Open;
  onOpen: (open: Open | undefined) => void;
}

/** A new service account has its keys made right away. */
function Dialogs({ open, onOpen }: DialogsProps): React.ReactNode {
  const { id: organizationId } = useOrganization();
  const onClose = (): void => onOpen(undefined);
  switch (open.act) {
    case 'create':
      return (
        <ServiceAccountDialog
          organizationId={organizationId}
          onDone={(account) => onOpen({ act: 'keys', account })}
          onClose={onClose}
        />
      );
    case 'change':
      return (
        <ServiceAccountDialog
          organizationId={organizationId}
          account={open.account}
          onDone={onClose}
          onClose={onClose}
        />
      );
    case 'keys':
      return <ServiceAccountKeys organizationId={organizationId} account={open.account} onClose={onClose} />;
    case 'delete':
      return <Delete account={open.account} onClose={onClose} />;
  }
}

function useColumns(onOpen: (open: Open) => void): Column<ServiceAccountView>[] {
  const { t } = useTranslation();
  return [
    {
      key: 'name',
      title: t('users.columns.name'),
      sortable: true,
      render: ({ name }) => (
        <Text fw={500} className="break" inherit>
          {name}
        </Text>
      ),
    },
    {
      key: 'role',
      title: t('users.columns.role'),
      sortable: true,
      render: ({ role }) => <Badge color={role === 'ADMIN' ? 'pine' : 'gray'}>{t(`app.role.${role}`)}</Badge>,
    },
    { key: 'keyCount', title: t('users.service.keys'), render: ({ keyCount }) => keyCount },
    {
      key: 'createdAt',
      title: t('users.service.created'),
      sortable: true,
      render: ({ createdAt }) => <Time value={createdAt} as="date" />,
    },
    {
      key: 'lastAccessAt',
      title: t('users.columns.lastAccess'),
      sortable: true,
      render: ({ lastAccessAt }) => <Time value={lastAccessAt} />,
    },
    {
      key: 'actions',
      title: '',
      end: true,
      render: (account) => <Actions account={account} onOpen={onOpen} />,
    },
  ];
}

interface ActionsProps {
  account: ServiceAccountView;
  onOpen: (open: Open) => void;
}

function Actions({ account, onOpen }: ActionsProps): React.ReactNode {
  const { t } = useTranslation();
  return (
    <RowMenu
      name={account.name}
      actions={[
        { label: t('users.service.keys'), icon: KeyRound, run: () => onOpen({ act: 'keys', account }) },
        { label: t('users.service.change'), icon: Pencil, run: () => onOpen({ act: 'change', account }) },
        { label: t('users.service.delete'), icon: Trash2, danger: true, run: () => onOpen({ act: 'delete', account }) },
      ]}
    />
  );
}

interface DeleteProps {
  account: ServiceAccountView;
  onClose: () => void;
}

function Delete({ account: { id, name }, onClose }: DeleteProps): React.ReactNode {
  const { t } = useTranslation();
  const { id: organizationId } = useOrganization();
  return (
    <Confirm
      title={t('users.service.deleteTitle', { name })}
      text={t('users.service.deleteText')}
      action={t('users.service.delete')}
      danger
      done={t('users.service.deleted', { name })}
      run={async () => {
        const path = { organizationId, serviceAccountId: id };
        const address = '/api/v1/organizations/{organizationId}/service-accounts/{serviceAccountId}';
        await answer(api.DELETE(address, { params: { path } }));
        await refreshOrganization(organizationId, ['members']);
      }}
      onClose={onClose}
    />
  );
}
