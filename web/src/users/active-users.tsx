import { Badge, Button, Group, Stack, Text } from '@mantine/core';
import { ShieldCheck, UserMinus, Users } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MemberView } from '../../generated/api';
import { answer, api } from '../api/client';
import { products } from '../api/enums';
import { organizationKey, refreshOrganization } from '../api/queries';
import { useMe, useOrganization } from '../app/use-me';
import { Confirm } from '../components/confirm';
import { EmptyState } from '../components/layout/empty-state';
import { nameOf } from '../components/person';
import { Member } from '../people/member';
import { Time } from '../components/time/time';
import { UnverifiedBadge } from '../components/unverified-badge';
import { RowMenu } from '../table/row-menu';
import type { Column } from '../table/column';
import { BulkButton } from '../table/bulk-button';
import { ServerTable } from '../table/server-table';
import { type MembersBulk, MembersBulkDialog } from './members-bulk';
import { RoleDialog } from './role-dialog';

/** The members: who they are, what they may, which seats they can use. */
export function ActiveUsers({ onInvite }: { onInvite?: () => void }): React.ReactNode {
  const { t } = useTranslation();
  const { id: organizationId, may } = useOrganization();
  const [changing, setChanging] = useState<MemberView>();
  const [removing, setRemoving] = useState<MemberView>();
  const [bulk, setBulk] = useState<MembersBulk>();
  const manages = may('member.manage');
  const columns = useMemberColumns(manages ? { onChange: setChanging, onRemove: setRemoving } : undefined);
  const actions = (members: MemberView[], done: () => void): React.ReactNode => (
    <>
      <BulkButton onClick={() => setBulk({ act: 'role', members, done })}>{t('users.role.open')}</BulkButton>
      <BulkButton danger onClick={() => setBulk({ act: 'remove', members, done })}>
        {t('users.remove.submit')}
      </BulkButton>
    </>
  );
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
        bulk={manages ? { nameOf, actions } : undefined}
        csv={{ path: `/api/v1/organizations/${organizationId}/members` }}
        empty={
          <EmptyState icon={Users} title={t('users.active.none')} text={t('users.active.noneText')}>
            {onInvite && <Button onClick={onInvite}>{t('users.invite.open')}</Button>}
          </EmptyState>
        }
      />
      {changing && (
        <RoleDialog organizationId={organizationId} member={changing} onClose={() => setChanging(undefined)} />
      )}
      {bulk && <MembersBulkDialog {...bulk} onClose={() => setBulk(undefined)} />}
      {removing && <RemoveMember member={removing} onClose={() => setRemoving(undefined)} />}
    </>
  );
}

interface MemberActions {
  onChange: (member: MemberView) => void;
  onRemove: (member: MemberView) => void;
}

function useMemberColumns(actions: MemberActions | undefined): Column<MemberView>[] {
  const { t } = useTranslation();
  const columns: Column<MemberView>[] = [
    {
      key: 'name',
      title: t('users.columns.name'),
      sortable: true,
      render: (row) => <Member {...row} />,
    },
    {
      key: 'role',
      title: t('users.columns.role'),
      sortable: true,
      render: (row) => <Role {...row} />,
    },
    {
      key: 'licenses',
      title: t('users.columns.licenses'),
      minWidth: 190,
      render: (row) => <Licenses {...row} />,
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
  if (actions) {
    columns.push({
      key: 'actions',
      title: '',
      end: true,
      render: (row) => <Actions member={row} {...actions} />,
    });
  }
  return columns;
}

/** The owner's role changes only by transfer; members cannot change their own. */
function Actions({ member, onChange, onRemove }: MemberActions & { member: MemberView }): React.ReactNode {
  const { t } = useTranslation();
  const me = useMe();
  if (member.role === 'OWNER' || String(member.userId) === me.id) return null;
  return (
    <RowMenu
      name={nameOf(member)}
      actions={[
        { label: t('users.role.open'), icon: ShieldCheck, run: () => onChange(member) },
        { label: t('users.remove.open'), icon: UserMinus, danger: true, run: () => onRemove(member) },
      ]}
    />
  );
}

function Role({ role, disabled, secondFactor, verified }: MemberView): React.ReactNode {
  const { t } = useTranslation();
  return (
    <Group gap={6}>
      <Badge color={role === 'OWNER' || role === 'ADMIN' ? 'pine' : 'gray'}>{t(`app.role.${role}`)}</Badge>
      {disabled && <Badge color="red">{t('users.disabled')}</Badge>}
      {secondFactor && (
        <Badge color="pine" variant="light">
          {t('secondFactor.badge')}
        </Badge>
      )}
      {!verified && <UnverifiedBadge />}
    </Group>
  );
}

/** The products that a member can use, and with which kinds of seats. */
function Licenses({ licenses }: MemberView): React.ReactNode {
  const { t } = useTranslation();
  if (licenses.length === 0) {
    return (
      <Text c="dimmed" size="sm">
        {t('users.noLicenses')}
      </Text>
    );
  }
  return (
    <Stack gap={2}>
      {products.map((product) => {
        const own = licenses.filter((each) => each.product === product);
        if (own.length === 0) return null;
        return (
          <Text key={product} size="sm">
            <b>{t(`app.productName.${product}`)}</b> {own.map(({ model }) => t(`app.model.${model}`)).join(', ')}
          </Text>
        );
      })}
    </Stack>
  );
}

interface RemoveMemberProps {
  member: MemberView;
  onClose: () => void;
}

function RemoveMember({ member, onClose }: RemoveMemberProps): React.ReactNode {
  const { t } = useTranslation();
  const { id: organizationId, name: organization } = useOrganization();
  return (
    <Confirm
      title={t('users.remove.title', { name: nameOf(member) })}
      text={t('users.remove.text', { name: nameOf(member), organization })}
      action={t('users.remove.submit')}
      danger
      done={t('users.remove.done', { name: nameOf(member) })}
      run={async () => {
        await answer(
          api.DELETE('/api/v1/organizations/{organizationId}/members/{userId}', {
            params: { path: { organizationId, userId: member.userId } },
          }),
        );
        await refreshOrganization(organizationId, ['members']);
      }}
      onClose={onClose}
    />
  );
}
