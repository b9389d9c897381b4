import { Button, Code, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ApiKeyView, CreatedApiKey } from '../../generated/api';
import { answer, api } from '../api/client';
import { queryClient } from '../api/queries';
import { lastOrganization } from '../app/last-organization';
import { useMe } from '../app/use-me';
import { ClientLines } from '../connect/client-lines';
import { Confirm } from '../components/confirm';
import { Section } from '../components/section';
import { ShownOnce } from '../components/shown-once';
import { Time } from '../components/time';
import { PlainTable } from '../table/plain-table';
import type { Column } from '../table/column';
import { KeyScopes } from './key-scopes';
import { apiKeysKey, NewKeyDialog } from './new-key-dialog';
import { RowButton } from '../table/row-button';

/** Keys for pipelines and scripts. */
export function ApiKeys(): React.ReactNode {
  const { t } = useTranslation();
  const { data } = useQuery({ queryKey: apiKeysKey, queryFn: () => answer(api.GET('/api/v1/users/me/api-keys')) });
  const [creating, setCreating] = useState(false);
  const [created, setCreated] = useState<CreatedApiKey>();
  const [revoking, setRevoking] = useState<ApiKeyView>();
  const columns = useKeyColumns(setRevoking);
  return (
    <Section
      title={t('profile.keys.title')}
      text={t('profile.keys.text')}
      actions={
        <Button leftSection={<Plus size={16} aria-hidden />} variant="default" onClick={() => setCreating(true)}>
          {t('profile.keys.create')}
        </Button>
      }
    >
      {data?.length === 0 && <Text c="dimmed">{t('profile.keys.none')}</Text>}
      {data && data.length > 0 && (
        <PlainTable label={t('profile.keys.title')} columns={columns} rows={data} rowKey={({ id }) => id} />
      )}
      {creating && (
        <NewKeyDialog
          onCreated={(key) => {
            setCreating(false);
            setCreated(key);
          }}
          onClose={() => setCreating(false)}
        />
      )}
      {created && <CreatedKey created={created} onClose={() => setCreated(undefined)} />}
      {revoking && <Revoke apiKey={revoking} onClose={() => setRevoking(undefined)} />}
    </Section>
  );
}

interface CreatedKeyProps {
  created: CreatedApiKey;
  onClose: () => void;
}

/** Shows a key this once; it goes only by its button. */
function CreatedKey({ created, onClose }: CreatedKeyProps): React.ReactNode {
  const { t } = useTranslation();
  const organizationId = lastOrganization.of(useMe());
  return (
    <ShownOnce
      title={t('profile.keys.createdTitle', { name: created.name })}
      text={t('profile.keys.once')}
      secret={created.key}
      copyLabel={t('profile.keys.copy')}
      testId="api-key"
      onClose={onClose}
    >
      {organizationId && <ClientLines organizationId={organizationId} apiKey={created.key} />}
    </ShownOnce>
  );
}

function useKeyColumns(onRevoke: (key: ApiKeyView) => void): Column<ApiKeyView>[] {
  const { t } = useTranslation();
  return [
    {
      key: 'name',
      title: t('profile.keys.name'),
      render: ({ name }) => (
        <Text fw={500} className="break" inherit>
          {name}
        </Text>
      ),
    },
    { key: 'key', title: t('profile.keys.key'), render: ({ hint }) => <Code>{hint}…</Code> },
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

interface RevokeProps {
  apiKey: ApiKeyView;
  onClose: () => void;
}

function Revoke({ apiKey, onClose }: RevokeProps): React.ReactNode {
  const { t } = useTranslation();
  return (
    <Confirm
      title={t('profile.keys.revokeTitle', { name: apiKey.name })}
      text={t('profile.keys.revokeText')}
      action={t('profile.keys.revoke')}
      danger
      done={t('profile.keys.revoked', { name: apiKey.name })}
      run={async () => {
        await answer(api.DELETE('/api/v1/users/me/api-keys/{id}', { params: { path: { id: apiKey.id } } }));
        await queryClient.invalidateQueries({ queryKey: apiKeysKey });
      }}
      onClose={onClose}
    />
  );
}
