import { Button, Code } from '@mantine/core';
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
import { SecretList } from '../components/secret-list';
import { Section } from '../components/layout/section';
import { ShownOnce } from '../components/shown-once';
import type { Column } from '../table/column';
import { KeyScopes, SecretName, useRevokeTexts } from './key-scopes';
import { apiKeysKey, NewKeyDialog } from './new-key-dialog';

/** Keys for pipelines and scripts. */
export function ApiKeys(): React.ReactNode {
  const { t } = useTranslation();
  const { data } = useQuery({ queryKey: apiKeysKey, queryFn: () => answer(api.GET('/api/v1/users/me/api-keys')) });
  const [creating, setCreating] = useState(false);
  const [created, setCreated] = useState<CreatedApiKey>();
  const columns = useKeyColumns();
  const textsOf = useRevokeTexts();
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
      <SecretList
        label={t('profile.keys.title')}
        none={t('profile.keys.none')}
        secrets={data}
        columns={columns}
        textsOf={textsOf}
        revoke={async ({ id }) => {
          await answer(api.DELETE('/api/v1/users/me/api-keys/{id}', { params: { path: { id } } }));
          await queryClient.invalidateQueries({ queryKey: apiKeysKey });
        }}
      />
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

function useKeyColumns(): Column<ApiKeyView>[] {
  const { t } = useTranslation();
  return [
    { key: 'name', title: t('profile.keys.name'), render: ({ name }) => <SecretName>{name}</SecretName> },
    { key: 'key', title: t('profile.keys.key'), render: ({ hint }) => <Code>{hint}…</Code> },
    { key: 'scopes', title: t('profile.keys.scopes'), render: (key) => <KeyScopes {...key} /> },
  ];
}
