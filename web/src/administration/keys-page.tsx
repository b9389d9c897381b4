import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AccountKeyView } from '../../generated/api';
import { answer, api } from '../api/client';
import { queryClient } from '../api/queries';
import { KeyName, KeyScopes } from '../profile/key-scopes';
import { Confirm } from '../components/confirm';
import { EmptyState } from '../components/layout/empty-state';
import { PageHeader } from '../components/layout/page-header';
import { Time } from '../components/time/time';
import { RowButton } from '../table/row-button';
import type { Column } from '../table/column';
import { ServerTable } from '../table/server-table';
import { SavedViews } from '../views/saved-views';

const queryKey = ['all-api-keys'];

/** The API keys of all users. */
export function KeysPage(): React.ReactNode {
  const { t } = useTranslation();
  const [revoking, setRevoking] = useState<AccountKeyView>();
  const columns = useKeyColumns(setRevoking);
  return (
    <>
      <PageHeader title={t('administration.keys.title')} text={t('administration.keys.text')}>
        <SavedViews />
      </PageHeader>
      <ServerTable
        label={t('administration.keys.title')}
        queryKey={queryKey}
        polled
        fetchPage={(query) => answer(api.GET('/api/v1/api-keys', { params: { query } }))}
        columns={columns}
        rowKey={({ id }) => id}
        csv={{ path: '/api/v1/api-keys' }}
        defaultSort="email"
        empty={<EmptyState icon={KeyRound} title={t('administration.keys.none')} />}
      />
      {revoking && <Revoke apiKey={revoking} onClose={() => setRevoking(undefined)} />}
    </>
  );
}

function useKeyColumns(onRevoke: (key: AccountKeyView) => void): Column<AccountKeyView>[] {
  const { t } = useTranslation();
  return [
    {
      key: 'name',
      title: t('profile.keys.name'),
      sortable: true,
      render: (key) => <KeyName {...key} />,
    },
    {
      key: 'kind',
      title: t('administration.keys.kind'),
      render: ({ kind }) => t(`administration.keys.kinds.${kind}`),
    },
    {
      key: 'email',
      title: t('administration.accounts.user'),
      sortable: true,
      render: ({ email }) => <span className="break">{email}</span>,
    },
    { key: 'scopes', title: t('profile.keys.scopes'), render: (key) => <KeyScopes {...key} /> },
    {
      key: 'lastUsedAt',
      title: t('profile.keys.lastUsed'),
      sortable: true,
      render: ({ lastUsedAt }) => <Time value={lastUsedAt} />,
    },
    {
      key: 'expiresAt',
      title: t('profile.keys.expires'),
      sortable: true,
      render: ({ expiresAt }) => <Time value={expiresAt} as="date" />,
    },
    {
      key: 'actions',
      title: '',
      end: true,
      render: (key) => (
        <RowButton danger label={t('profile.keys.revokeFor', { name: key.name })} onClick={() => onRevoke(key)}>
          {t('profile.keys.revoke')}
        </RowButton>
      ),
    },
  ];
}

interface RevokeProps {
  apiKey: AccountKeyView;
  onClose: () => void;
}

function Revoke({ apiKey, onClose }: RevokeProps): React.ReactNode {
  const { t } = useTranslation();
  return (
    <Confirm
      title={t('profile.keys.revokeTitle', { name: apiKey.name })}
      text={t('administration.keys.revokeText', { email: apiKey.email })}
      action={t('profile.keys.revoke')}
      danger
      done={t('profile.keys.revoked', { name: apiKey.name })}
      run={async () => {
        await answer(api.DELETE('/api/v1/api-keys/{keyId}', { params: { path: { keyId: apiKey.id } } }));
        await queryClient.invalidateQueries({ queryKey });
      }}
      onClose={onClose}
    />
  );
}
