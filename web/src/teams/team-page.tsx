import { Anchor, Badge, Button } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { ArrowLeft, ShieldCheck, UserMinus, UserPlus, UsersRound } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { TeamMemberView } from '../../generated/api';
import { answer, api } from '../api/client';
import { organizationKey, refreshOrganization } from '../api/queries';
import { useOrganization } from '../app/use-me';
import { Confirm } from '../components/confirm';
import { EmptyState } from '../components/empty-state';
import { PageHeader } from '../components/page-header';
import { nameOf, Person } from '../components/person';
import { Time } from '../components/time';
import { RowMenu } from '../table/row-menu';
import type { Column } from '../table/column';
import { ServerTable } from '../table/server-table';
import { findTeam } from './find-team';
import { TeamMemberDialog } from './team-member-dialog';
import { TeamNameDialog } from './team-name-dialog';

const route = getRouteApi('/shell/organizations/$organizationId/teams/$teamId');

/** One team and its members. */
export function TeamPage(): React.ReactNode {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { teamId } = route.useParams();
  const { id: organizationId, may } = useOrganization();
  const { data: team } = useSuspenseQuery({
    queryKey: organizationKey(organizationId, 'teams', 'one', teamId),
    queryFn: () => findTeam(organizationId, teamId),
  });
  const [open, setOpen] = useState<'add' | 'rename' | 'delete'>();
  const [changing, setChanging] = useState<TeamMemberView>();
  const [removing, setRemoving] = useState<TeamMemberView>();
  const close = (): void => setOpen(undefined);
  const manages = may('team.manage') || team.role === 'OWNER' || team.role === 'ADMIN';
  const owns = may('team.manage') || team.role === 'OWNER';
  const columns: Column<TeamMemberView>[] = [
    { key: 'name', title: t('users.columns.name'), sortable: true, render: (row) => <Person {...row} /> },
    {
      key: 'role',
      title: t('teams.role'),
      sortable: true,
      render: ({ role }) => <Badge color={role === 'USER' ? 'gray' : 'pine'}>{t(`app.role.${role}`)}</Badge>,
    },
    {
      key: 'joinedAt',
      title: t('users.columns.joined'),
      sortable: true,
      render: ({ joinedAt }) => <Time value={joinedAt} as="date" />,
    },
  ];
  if (manages) {
    columns.push({
      key: 'actions',
      title: '',
      end: true,
      render: (row) => (
        <RowMenu
          name={nameOf(row)}
          actions={[
            { label: t('users.role.open'), icon: ShieldCheck, run: () => setChanging(row) },
            { label: t('teams.remove.open'), icon: UserMinus, danger: true, run: () => setRemoving(row) },
          ]}
        />
      ),
    });
  }
  const path = { organizationId, teamId };
  return (
    <>
      <Anchor
        component={Link}
        to="/organizations/$organizationId/teams"
        params={{ organizationId } as never}
        size="sm"
        mb="xs"
        display="inline-flex"
        style={{ alignItems: 'center', gap: 4 }}
      >
        <ArrowLeft size={14} aria-hidden />
        {t('teams.all')}
      </Anchor>
      <PageHeader title={team.name}>
        {owns && (
          <Button variant="default" c="var(--mantine-color-error)" onClick={() => setOpen('delete')}>
            {t('teams.delete.open')}
          </Button>
        )}
        {manages && (
          <>
            <Button variant="default" onClick={() => setOpen('rename')}>
              {t('teams.rename')}
            </Button>
            <Button leftSection={<UserPlus size={16} aria-hidden />} onClick={() => setOpen('add')}>
              {t('teams.add.open')}
            </Button>
          </>
        )}
      </PageHeader>
      <ServerTable
        label={t('teams.membersOf', { name: team.name })}
        queryKey={organizationKey(organizationId, 'teams', 'members', teamId)}
        fetchPage={(query) =>
          answer(api.GET('/api/v1/organizations/{organizationId}/teams/{teamId}/members', { params: { path, query } }))
        }
        columns={columns}
        rowKey={({ userId }) => userId}
        defaultSort="name"
        empty={
          <EmptyState icon={UsersRound} title={t('teams.noMembers')} text={t('teams.noMembersText')}>
            {manages && <Button onClick={() => setOpen('add')}>{t('teams.add.open')}</Button>}
          </EmptyState>
        }
      />
      {open === 'rename' && <TeamNameDialog organizationId={organizationId} team={team} onClose={close} />}
      {open === 'add' && <TeamMemberDialog organizationId={organizationId} team={team} onClose={close} />}
      {changing && (
        <TeamMemberDialog
          organizationId={organizationId}
          team={team}
          member={changing}
          onClose={() => setChanging(undefined)}
        />
      )}
      {open === 'delete' && (
        <Confirm
          title={t('teams.delete.title', { name: team.name })}
          text={t('teams.delete.text')}
          action={t('teams.delete.open')}
          danger
          done={t('teams.delete.done', { name: team.name })}
          run={async () => {
            await answer(api.DELETE('/api/v1/organizations/{organizationId}/teams/{teamId}', { params: { path } }));
            await navigate({ to: '/organizations/$organizationId/teams', params: { organizationId } as never });
          }}
          onClose={close}
        />
      )}
      {removing && (
        <Confirm
          title={t('teams.remove.title', { name: nameOf(removing) })}
          text={t('teams.remove.text', { name: nameOf(removing) })}
          action={t('teams.remove.submit')}
          danger
          run={async () => {
            await answer(
              api.DELETE('/api/v1/organizations/{organizationId}/teams/{teamId}/members/{userId}', {
                params: { path: { ...path, userId: removing.userId } },
              }),
            );
            await refreshOrganization(organizationId, ['teams']);
          }}
          onClose={() => setRemoving(undefined)}
        />
      )}
    </>
  );
}
