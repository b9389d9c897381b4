import { Anchor, Badge, Button, Menu } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Fingerprint, Plus } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { IdentityProviderView } from '../../generated/api';
import { AsyncContent } from '../components/async-content';
import { EmptyState } from '../components/layout/empty-state';
import { PageHeader } from '../components/layout/page-header';
import type { Column } from '../table/column';
import { PlainTable } from '../table/plain-table';
import { allProviders, identityKey } from './identity-calls';

/** Directories and single sign-on. */
export function IdentityPage(): React.ReactNode {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: identityKey, queryFn: allProviders });
  const columns = useColumns();
  return (
    <>
      <PageHeader title={t('singleSignOn.admin.title')} text={t('singleSignOn.admin.text')}>
        <Connect />
      </PageHeader>
      <AsyncContent query={query}>
        {(providers) =>
          providers.length > 0 ? (
            <PlainTable
              label={t('singleSignOn.admin.title')}
              columns={columns}
              rows={providers}
              rowKey={({ id }) => id}
            />
          ) : (
            <EmptyState
              icon={Fingerprint}
              title={t('singleSignOn.admin.none')}
              text={t('singleSignOn.admin.noneText')}
            />
          )
        }
      </AsyncContent>
    </>
  );
}

function Connect(): React.ReactNode {
  const { t } = useTranslation();
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button leftSection={<Plus size={16} aria-hidden />}>{t('singleSignOn.admin.connect')}</Button>
      </Menu.Target>
      <Menu.Dropdown>
        {(['oidc', 'ldap', 'saml'] as const).map((kind) => (
          <Menu.Item
            key={kind}
            renderRoot={(props) => (
              <Link {...props} to="/server/identity/$provider" params={{ provider: `new-${kind}` }} />
            )}
          >
            {t(`singleSignOn.admin.kind.${kind}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function useColumns(): Column<IdentityProviderView>[] {
  const { t } = useTranslation();
  return [
    {
      key: 'name',
      title: t('singleSignOn.admin.name'),
      render: ({ id, name }) => (
        <Anchor
          fw={500}
          className="break"
          renderRoot={(props) => <Link {...props} to="/server/identity/$provider" params={{ provider: String(id) }} />}
        >
          {name}
        </Anchor>
      ),
    },
    {
      key: 'kind',
      title: t('singleSignOn.admin.kindTitle'),
      render: ({ kind }) => t(`singleSignOn.admin.kind.${kind}`),
    },
    {
      key: 'state',
      title: t('singleSignOn.admin.state'),
      render: ({ enabled }) => (
        <Badge color={enabled ? undefined : 'gray'}>{t(`singleSignOn.admin.${enabled ? 'on' : 'off'}`)}</Badge>
      ),
    },
    { key: 'domains', title: t('singleSignOn.admin.domains'), render: ({ domains }) => domains.join(', ') || '–' },
    { key: 'accounts', title: t('singleSignOn.admin.accounts'), end: true, render: ({ accounts }) => accounts },
  ];
}
