import { Button, Group, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ApiKeyView, CreatedApiKey, ServiceAccountView } from '../../generated/api';
import { answer, api } from '../api/client';
import { organizationKey, refreshOrganization } from '../api/queries';
import { Dialog } from '../components/dialog';
import { SecretList } from '../components/secret-list';
import { ShownOnce } from '../components/shown-once';
import { ClientLines } from '../connect/client-lines';
import { KeyName, KeyScopes, useRevokeTexts } from '../profile/key-scopes';
import { NewKeyDialog } from '../profile/new-key-dialog';
import type { Column } from '../table/column';

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
  const columns: Column<ApiKeyView>[] = [
    { key: 'name', title: t('profile.keys.name'), render: (key) => <KeyName {...key} /> },
    { key: 'scopes', title: t('profile.keys.scopes'), render: (key) => <KeyScopes {...key} /> },
  ];
  const textsOf = useRevokeTexts();
  return (
    <SecretList
      label={t('users.service.keysTitle', { name: account.name })}
      none={t('users.service.noKeys')}
      secrets={data?.keys}
      columns={columns}
      textsOf={textsOf}
      revoke={async ({ id }) => {
        await answer(
          api.DELETE('/api/v1/organizations/{organizationId}/service-accounts/{serviceAccountId}/keys/{keyId}', {
            params: { path: { ...path, keyId: id } },
          }),
        );
        await refreshOrganization(organizationId, ['members']);
      }}
    />
  );
}
