import { Anchor, Badge, Button, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Plus, UsersRound } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { TeamView } from '../../generated/api';
import { answer, api } from '../api/client';
import { organizationKey } from '../api/queries';
import { useOrganization } from '../app/use-me';
import { EmptyState } from '../components/layout/empty-state';
import { PageHeader } from '../components/layout/page-header';
import { Time } from '../components/time/time';
import type { Column } from '../table/column';
import { ServerTable } from '../table/server-table';
import { TeamNameDialog } from './team-name-dialog';
import { SavedViews } from '../views/saved-views';

/** The teams of the organization. */
export function TeamsPage(): React.ReactNode {
  const { t } = useTranslation();
  const { id: organizationId, may } = useOrganization();
  const [creating, setCreating] = useState(false);
  const create = may('team.manage') ? () => setCreating(true) : undefined;
  const columns = useTeamColumns();
  return (
    <>
      <PageHeader title={t('teams.title')} text={t('teams.text')}>
        <SavedViews />
        {create && (
          <Button leftSection={<Plus size={16} aria-hidden />} onClick={create}>
            {t('teams.create')}
          </Button>
        )}
      </PageHeader>
      <ServerTable
        label={t('teams.title')}
        queryKey={organizationKey(organizationId, 'teams', 'list')}
        fetchPage={(query) =>
          answer(
            api.GET('/api/v1/organizations/{organizationId}/teams', { params: { path: { organizationId }, query } }),
          )
        }
        columns={columns}
        rowKey={({ id }) => id}
        csv={{ path: `/api/v1/organizations/${organizationId}/teams` }}
        defaultSort="name"
        empty={
          <EmptyState icon={UsersRound} title={t('teams.none')} text={t('teams.noneText')}>
            {create && <Button onClick={create}>{t('teams.create')}</Button>}
          </EmptyState>
        }
      />
      {creating && <TeamNameDialog organizationId={organizationId} onClose={() => setCreating(false)} />}
    </>
  );
}

function useTeamColumns(): Column<TeamView>[] {
  const { t } = useTranslation();
  const { id: organizationId, may } = useOrganization();
  return [
    {
      key: 'name',
      title: t('teams.name'),
      sortable: true,
      render: ({ id, name, role }) =>
        role !== null || may('member.view') ? (
          <Anchor
            component={Link}
            to="/organizations/$organizationId/teams/$teamId"
            params={{ organizationId, teamId: id } as never}
            fw={500}
          >
            {name}
          </Anchor>
        ) : (
          <Text fw={500}>{name}</Text>
        ),
    },
    {
      key: 'members',
      title: t('teams.members'),
      sortable: true,
      render: ({ members }) => <span className="numbers">{members}</span>,
    },
    {
      key: 'role',
      title: t('teams.yourRole'),
      render: ({ role }) =>
        role ? (
          <Badge>{t(`app.role.${role}`)}</Badge>
        ) : (
          <Text span c="dimmed">
            –
          </Text>
        ),
    },
    {
      key: 'createdAt',
      title: t('teams.created'),
      sortable: true,
      render: ({ createdAt }) => <Time value={createdAt} as="date" />,
    },
  ];
}
