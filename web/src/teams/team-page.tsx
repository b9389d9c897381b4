import { Badge, Button } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { ShieldCheck, UserMinus, UserPlus, UsersRound } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { TeamMemberView } from '../../generated/api';
import { answer, api } from '../api/client';
import { organizationKey, refreshOrganization } from '../api/queries';
import { useOrganization } from '../app/use-me';
import { BackLink } from '../components/layout/back-link';
import { Confirm } from '../components/confirm';
import { EmptyState } from '../components/layout/empty-state';
import { PageHeader } from '../components/layout/page-header';
import { nameOf } from '../components/person';
import { Member } from '../people/member';
import { Time } from '../components/time/time';
import { RowMenu } from '../table/row-menu';
import type { Column } from '../table/column';
import { ServerTable } from '../table/server-table';
import { findTeam } from './find-team';
import { AddTeamMemberDialog, TeamRoleDialog } from './team-member-dialog';
import { TeamNameDialog } from './team-name-dialog';

const route = getRouteApi('/shell/organizations/$organizationId/teams/$teamId');

type TeamAct = 'add' | 'rename' | 'delete';

type Team = Awaited<ReturnType<typeof findTeam>>;

/** One team and its members. */
export function TeamPage(): React.ReactNode {
  const { t } = useTranslation();
  const { organizationId, teamId, team, manages, owns } = useTeam();
  const [open, setOpen] = useState<TeamAct>();
  const [changing, setChanging] = useState<TeamMemberView>();
  const [removing, setRemoving] = useState<TeamMemberView>();
  const close = (): void => setOpen(undefined);
  const columns = useMemberColumns(manages ? { onChange: setChanging, onRemove: setRemoving } : undefined);
  const path = { organizationId, teamId };
  return (
    <>
      <TeamHeader organizationId={organizationId} name={team.name}>
        <TeamButtons owns={owns} manages={manages} onOpen={setOpen} />
      </TeamHeader>
      <ServerTable
        label={t('teams.membersOf', { name: team.name })}
        queryKey={organizationKey(organizationId, 'teams', 'members', teamId)}
        fetchPage={(query) =>
          answer(api.GET('/api/v1/organizations/{organizationId}/teams/{teamId}/members', { params: { path, query } }))
        }
        columns={columns}
        rowKey={({ userId }) => userId}
        csv={{ path: `/api/v1/organizations/${organizationId}/teams/${teamId}/members` }}
        defaultSort="name"
        empty={
          <EmptyState icon={UsersRound} title={t('teams.noMembers')} text={t('teams.noMembersText')}>
            {manages && <Button onClick={() => setOpen('add')}>{t('teams.add.open')}</Button>}
          </EmptyState>
        }
      />
      {open && <TeamDialog kind={open} organizationId={organizationId} team={team} onClose={close} />}
      {changing && (
        <TeamRoleDialog
          organizationId={organizationId}
          team={team}
          member={changing}
          onClose={() => setChanging(undefined)}
        />
      )}
      {removing && (
        <RemoveMember
          organizationId={organizationId}
          teamId={teamId}
          member={removing}
          onClose={() => setRemoving(undefined)}
        />
      )}
    </>
  );
}

interface TeamHeaderProps {
  organizationId: number;
  name: string;
  children: React.ReactNode;
}

function TeamHeader({ organizationId, name, children }: TeamHeaderProps): React.ReactNode {
  const { t } = useTranslation();
  return (
    <>
      <BackLink to="/organizations/$organizationId/teams" params={{ organizationId }}>
        {t('teams.all')}
      </BackLink>
      <PageHeader title={name}>{children}</PageHeader>
    </>
  );
}

interface TeamButtonsProps {
  owns: boolean;
  manages: boolean;
  onOpen: (kind: TeamAct) => void;
}

function TeamButtons({ owns, manages, onOpen }: TeamButtonsProps): React.ReactNode {
  const { t } = useTranslation();
  return (
    <>
      {owns && (
        <Button variant="default" c="var(--mantine-color-error)" onClick={() => onOpen('delete')}>
          {t('teams.delete.open')}
        </Button>
      )}
      {manages && (
        <>
          <Button variant="default" onClick={() => onOpen('rename')}>
            {t('teams.rename')}
          </Button>
          <Button leftSection={<UserPlus size={16} aria-hidden />} onClick={() => onOpen('add')}>
            {t('teams.add.open')}
          </Button>
        </>
      )}
    </>
  );
}

interface MemberActions {
  onChange: (member: TeamMemberView) => void;
  onRemove: (member: TeamMemberView) => void;
}

function useMemberColumns(actions: MemberActions | undefined): Column<TeamMemberView>[] {
  const { t } = useTranslation();
  const columns: Column<TeamMemberView>[] = [
    { key: 'name', title: t('users.columns.name'), sortable: true, render: (row) => <Member {...row} /> },
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
  if (actions) {
    columns.push({
      key: 'actions',
      title: '',
      end: true,
      render: (row) => (
        <RowMenu
          name={nameOf(row)}
          actions={[
            { label: t('users.role.open'), icon: ShieldCheck, run: () => actions.onChange(row) },
            { label: t('teams.remove.open'), icon: UserMinus, danger: true, run: () => actions.onRemove(row) },
          ]}
        />
      ),
    });
  }
  return columns;
}

interface DeleteTeamProps {
  organizationId: number;
  team: Team;
  onClose: () => void;
}

function DeleteTeam({ organizationId, team, onClose }: DeleteTeamProps): React.ReactNode {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const path = { organizationId, teamId: team.id };
  return (
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
      onClose={onClose}
    />
  );
}

interface RemoveMemberProps {
  organizationId: number;
  teamId: number;
  member: TeamMemberView;
  onClose: () => void;
}

function RemoveMember({ organizationId, teamId, member, onClose }: RemoveMemberProps): React.ReactNode {
  const { t } = useTranslation();
  const path = { organizationId, teamId, userId: member.userId };
  return (
    <Confirm
      title={t('teams.remove.title', { name: nameOf(member) })}
      text={t('teams.remove.text', { name: nameOf(member) })}
      action={t('teams.remove.submit')}
      danger
      run={async () => {
        await answer(
          api.DELETE('/api/v1/organizations/{organizationId}/teams/{teamId}/members/{userId}', {
            params: { path },
          }),
        );
        await refreshOrganization(organizationId, ['teams']);
      }}
      onClose={onClose}
    />
  );
}

interface TeamDialogProps {
  kind: TeamAct;
  organizationId: number;
  team: Team;
  onClose: () => void;
}

function TeamDialog({ kind, ...props }: TeamDialogProps): React.ReactNode {
  if (kind === 'rename') return <TeamNameDialog {...props} />;
  return kind === 'add' ? <AddTeamMemberDialog {...props} /> : <DeleteTeam {...props} />;
}

interface TeamOfPage {
  organizationId: number;
  teamId: number;
  team: Team;
  /** The reader may change its name and its members. */
  manages: boolean;
  /** The reader may delete it. */
  owns: boolean;
}

function useTeam(): TeamOfPage {
  const { teamId } = route.useParams();
  const { id: organizationId, may } = useOrganization();
  const { data: team } = useSuspenseQuery({
    queryKey: organizationKey(organizationId, 'teams', 'one', teamId),
    queryFn: () => findTeam(organizationId, teamId),
  });
  const owns = may('team.manage') || team.role === 'OWNER';
  return { organizationId, teamId, team, manages: owns || team.role === 'ADMIN', owns };
}
