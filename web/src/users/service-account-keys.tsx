import { Button, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ApiKeyView, CreatedApiKey, ServiceAccountView } from '../../generated/api';
import { answer, api } from '../api/client';
import { organizationKey, refreshOrganization } from '../api/queries';
import { Confirm } from '../components/confirm';
import { Dialog } from '../components/dialog';
import { ShownOnce } from '../components/shown-once';
import { Time } from '../components/time';
import { ClientLines } from '../connect/client-lines';
import { KeyName, KeyScopes } from '../profile/key-scopes';
import { NewKeyDialog } from '../profile/new-key-dialog';
import type { Column } from '../table/column';
import { PlainTable } from '../table/plain-table';
import { RowButton } from '../table/row-button';

interface Props {
  organizationId: number;
  account: ServiceAccountView;
  onClose: () => void;
}

/** The keys of a service account: makes them and revokes them. */
export function ServiceAccountKeys({ organizationId, account, onClose }: Props): React.ReactNode {
  const { t } = useTranslation();
  const [creating, setCreating] = useState(false);
  const [created, setCreated] = useState<CreatedApiKey>();
  if (created) {
    return (
      <ShownOnce
        title={t('profile.keys.createdTitle', { name: created.name })}
        text={t('profile.keys.once')}
        secret={created.key}
        copyLabel={t('profile.keys.copy')}
        testId="api-key"
        onClose={() => setCreated(undefined)}
      >
        <ClientLines organizationId={organizationId} apiKey={created.key} />
      </ShownOnce>
    );
  }
  return (
    <Dialog onClose={onClose} size="xl" title={t('users.service.keysTitle', { name: account.name })}>
      <Stack>
        <KeyTable organizationId={organizationId} account={account} />
        <Group justify="flex-end">
          <Button leftSection={<Plus size={16} aria-hidden />} onClick={() => setCreating(true)} data-autofocus>
            {t('profile.keys.create')}
          </Button>
        </Group>
      </Stack>
      {creating && (
        <NewKeyDialog
          serviceAccount={{ organizationId, id: account.id }}
          onCreated={(key) => {
            setCreating(false);
            setCreated(key);
            void refreshOrganization(organizationId, ['members']);
          }}
          onClose={() => setCreating(false)}
        />
      )}
    </Dialog>
  );
}

function KeyTable({ organizationId, account }: Omit<Props, 'onClose'>): React.ReactNode {
  const { t } = useTranslation();
  const path = { organizationId, serviceAccountId: account.id };
  const { data } = useQuery({
    queryKey: organizationKey(organizationId, ['members'], 'service-account-keys', account.id),
    queryFn: () =>
      answer(
        api.GET('/api/v1/organizations/{organizationId}/service-accounts/{serviceAccountId}', { params: { path } }),
      ),
  });
  const [revoking, setRevoking] = useState<ApiKeyView>();
  const columns = useKeyColumns(setRevoking);
  if (!data) return null;
  if (data.keys.length === 0) return <Text c="dimmed">{t('users.service.noKeys')}</Text>;
  return (
    <>
      <PlainTable
        label={t('users.service.keysTitle', { name: account.name })}
        columns={columns}
        rows={data.keys}
        rowKey={({ id }) => id}
      />
      {revoking && (
        <Revoke
          organizationId={organizationId}
          account={account}
          apiKey={revoking}
          onClose={() => setRevoking(undefined)}
        />
      )}
    </>
  );
}

function useKeyColumns(onRevoke: (key: ApiKeyView) => void): Column<ApiKeyView>[] {
  const { t } = useTranslation();
  return [
    {
      key: 'name',
      title: t('profile.keys.name'),
      render: (key) => <KeyName {...key} />,
    },
    { key: 'scopes', title: t('profile.keys.scopes'), render: (key) => <KeyScopes {...key} /> },
    { key: 'lastUsed', title: t('profile.keys.lastUsed'), render: ({ lastUsedAt }) => <Time value={lastUsedAt} /> },
    {
      key: 'expires',
      title: t('profile.keys.expires'),
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

function Revoke({ organizationId, account, apiKey, onClose }: Props & { apiKey: ApiKeyView }): React.ReactNode {
  const { t } = useTranslation();
  const path = { organizationId, serviceAccountId: account.id, keyId: apiKey.id };
  return (
    <Confirm
      title={t('profile.keys.revokeTitle', { name: apiKey.name })}
      text={t('profile.keys.revokeText')}
      action={t('profile.keys.revoke')}
      danger
      done={t('profile.keys.revoked', { name: apiKey.name })}
      run={async () => {
        await answer(
          api.DELETE('/api/v1/organizations/{organizationId}/service-accounts/{serviceAccountId}/keys/{keyId}', {
            params: { path },
          }),
        );
        await refreshOrganization(organizationId, ['members']);
      }}
      onClose={onClose}
    />
  );
}
