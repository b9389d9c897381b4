import { Badge, Button, Group, Stack, Text } from '@mantine/core';
import { ShieldCheck, UserMinus, Users } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MemberView } from '../../generated/api';
import { answer, api } from '../api/client';
import { organizationKey, refreshOrganization } from '../api/queries';
import { useMe, useOrganization } from '../app/use-me';
import { Confirm } from '../components/confirm';
import { EmptyState } from '../components/empty-state';
import { nameOf, Person } from '../components/person';
import { Time } from '../components/time';
import { UnverifiedBadge } from '../components/unverified-badge';
import { RowMenu } from '../table/row-menu';
import type { Column } from '../table/column';
import { ServerTable } from '../table/server-table';
import { RoleDialog } from './role-dialog';

/** The members: who they are, what they may, which seats they can use. */
export function ActiveUsers({ onInvite }: { onInvite?: () => void }): React.ReactNode {
  const { t } = useTranslation();
  const me = useMe();
  const { id: organizationId, name: organization, may } = useOrganization();
  const [changing, setChanging] = useState<MemberView>();
  const [removing, setRemoving] = useState<MemberView>();
  const columns: Column<MemberView>[] = [
    {
      key: 'name',
      title: t('users.columns.name'),
      sortable: true,
      render: (row) => <Person {...row} />,
    },
    {
      key: 'role',
      title: t('users.columns.role'),
      sortable: true,
      render: ({ role, disabled, verified }) => (
        <Group gap={6}>
          <Badge color={role === 'OWNER' || role === 'ADMIN' ? 'pine' : 'gray'}>{t(`app.role.${role}`)}</Badge>
          {disabled && <Badge color="red">{t('users.disabled')}</Badge>}
          {!verified && <UnverifiedBadge />}
        </Group>
      ),
    },
    {
      key: 'licenses',
      title: t('users.columns.licenses'),
      minWidth: 250,
      render: ({ licenses }) =>
        licenses.length === 0 ? (
          <Text c="dimmed" size="sm">
            {t('users.noLicenses')}
          </Text>
        ) : (
          <Stack gap={2}>
            {(['KSE', 'KRE'] as const).map((product) => {
              const models = licenses.filter((each) => each.product === product);
              if (models.length === 0) return null;
              return (
                <Text key={product} size="sm">
                  <b>{t(`app.productName.${product}`)}</b>{' '}
                  {models.map(({ model }) => t(`app.model.${model as 'floating'}`)).join(', ')}
                </Text>
              );
            })}
          </Stack>
        ),
    },
    {
      key: 'joinedAt',
      title: t('users.columns.joined'),
      sortable: true,
      render: ({ joinedAt }) => <Time value={joinedAt} as="date" />,
    },
    {
      key: 'lastAccessAt',
      title: t('users.columns.lastAccess'),
      sortable: true,
      render: ({ lastAccessAt }) => <Time value={lastAccessAt} />,
    },
  ];
  if (may('member.manage')) {
    columns.push({
      key: 'actions',
      title: '',
      end: true,
      render: (row) =>
        row.role === 'OWNER' || String(row.userId) === me.id ? null : (
          <RowMenu
            name={nameOf(row)}
            actions={[
              { label: t('users.role.open'), icon: ShieldCheck, run: () => setChanging(row) },
              { label: t('users.remove.open'), icon: UserMinus, danger: true, run: () => setRemoving(row) },
            ]}
          />
        ),
    });
  }
  return (
    <>
      <ServerTable
        label={t('users.active.tab')}
        queryKey={organizationKey(organizationId, ['members', 'licensed-users', 'licenses'], 'members')}
        fetchPage={(query) =>
          answer(
            api.GET('/api/v1/organizations/{organizationId}/members', { params: { path: { organizationId }, query } }),
          )
        }
        columns={columns}
        rowKey={({ userId }) => userId}
        defaultSort="name"
        empty={
          <EmptyState icon={Users} title={t('users.active.none')} text={t('users.active.noneText')}>
            {onInvite && <Button onClick={onInvite}>{t('users.invite.open')}</Button>}
          </EmptyState>
        }
      />
      {changing && (
        <RoleDialog organizationId={organizationId} member={changing} onClose={() => setChanging(undefined)} />
      )}
      {removing && (
        <Confirm
          title={t('users.remove.title', { name: nameOf(removing) })}
          text={t('users.remove.text', { name: nameOf(removing), organization })}
          action={t('users.remove.submit')}
          danger
          done={t('users.remove.done', { name: nameOf(removing) })}
          run={async () => {
            await answer(
              api.DELETE('/api/v1/organizations/{organizationId}/members/{userId}', {
                params: { path: { organizationId, userId: removing.userId } },
              }),
            );
            await refreshOrganization(organizationId, ['members']);
          }}
          onClose={() => setRemoving(undefined)}
        />
      )}
    </>
  );
}
