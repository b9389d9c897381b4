import { Anchor, Badge, Button, Group } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Building2, Plus } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { OrganizationView } from '../../generated/api';
import { answer, api } from '../api/client';
import { CopyButton } from '../components/copy-button';
import { EmptyState } from '../components/layout/empty-state';
import { PageHeader } from '../components/layout/page-header';
import type { Column } from '../table/column';
import { ServerTable } from '../table/server-table';
import { SavedViews } from '../views/saved-views';

/** All organizations of the server. */
export function OrganizationsPage(): React.ReactNode {
  const { t } = useTranslation();
  const columns = useOrganizationColumns();
  const create = (
    <Button
      leftSection={<Plus size={16} aria-hidden />}
      renderRoot={(props) => <Link {...props} to="/organizations/new" />}
    >
      {t('organization.new.title')}
    </Button>
  );
  return (
    <>
      <PageHeader title={t('administration.organizations.title')} text={t('administration.organizations.text')}>
        <SavedViews />
        {create}
      </PageHeader>
      <ServerTable
        label={t('administration.organizations.title')}
        queryKey={['organizations', 'all']}
        polled
        fetchPage={(query) => answer(api.GET('/api/v1/organizations', { params: { query } }))}
        columns={columns}
        rowKey={({ id }) => id}
        csv={{ path: '/api/v1/organizations' }}
        defaultSort="name"
        empty={
          <EmptyState
            icon={Building2}
            title={t('administration.organizations.none')}
            text={t('administration.organizations.noneText')}
          >
            {create}
          </EmptyState>
        }
      />
    </>
  );
}

function useOrganizationColumns(): Column<OrganizationView>[] {
  const { t } = useTranslation();
  return [
    {
      key: 'name',
      title: t('administration.organizations.one'),
      sortable: true,
      render: ({ id, name }) => (
        <Anchor
          fw={500}
          className="break"
          renderRoot={(props) => (
            <Link {...props} to="/organizations/$organizationId/dashboard" params={{ organizationId: id }} />
          )}
        >
          {name}
        </Anchor>
      ),
    },
    {
      key: 'id',
      title: t('administration.organizations.id'),
      sortable: true,
      render: ({ id, name }) => (
        <Group gap={4} wrap="nowrap">
          <span className="numbers">{id}</span>
          <CopyButton value={String(id)} label={t('administration.organizations.copyId', { name })} />
        </Group>
      ),
    },
    {
      key: 'role',
      title: t('administration.organizations.role'),
      render: ({ role }) =>
        role ? <Badge>{t(`app.role.${role}`)}</Badge> : t('administration.organizations.stranger'),
    },
  ];
}
