import { TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ApiKeyView, CreatedApiKey, NewApiKey } from '../../generated/api';
import { answer, api } from '../api/client';
import { keyScopes, serviceKeyScopes } from '../api/enums';
import { queryClient } from '../api/queries';
import { FormDialog } from '../forms/dialog';
import { useServerForm } from '../forms/use-server-form';
import { useMe } from '../app/use-me';
import { endAfter, LifeField, ScopeChoice } from './key-fields';

export const apiKeysKey = ['api-keys'];

interface Props {
  /** The service account that the key is for; the own account when absent. */
  serviceAccount?: { organizationId: number; id: number };
  onCreated: (key: CreatedApiKey) => void;
  onClose: () => void;
}

/** Asks what a new API key is for, and creates it. */
export function NewKeyDialog({ serviceAccount, onCreated, onClose }: Props): React.ReactNode {
  const { t } = useTranslation();
  const { root } = useMe();
  const { form, ...state } = useServerForm(
    {
      initialValues: { name: '', scopes: ['seats'] as ApiKeyView['scopes'], expiresAt: '365' },
      validate: { scopes: (chosen) => (chosen.length > 0 ? null : t('profile.keys.noScope')) },
    },
    async ({ name, scopes, expiresAt }) => {
      onCreated(await create({ name, scopes, expiresAt: endAfter(expiresAt) }, serviceAccount));
    },
  );
  // Only administrators of the server can give a key the whole server, and none to a service account.
  const scopes = serviceAccount ? serviceKeyScopes : keyScopes.filter((scope) => root || scope !== 'server');
  return (
    <FormDialog title={t('profile.keys.create')} action={t('profile.keys.create')} onClose={onClose} {...state}>
      <TextInput
        label={t('profile.keys.name')}
        description={t('profile.keys.nameHint')}
        placeholder="Jenkins"
        maxLength={100}
        required
        withAsterisk={false}
        data-autofocus
        {...form.getInputProps('name')}
      />
      <ScopeChoice scopes={scopes} {...form.getInputProps('scopes')} />
      <LifeField {...form.getInputProps('expiresAt')} />
    </FormDialog>
  );
}

async function create(body: NewApiKey, serviceAccount: Props['serviceAccount']): Promise<CreatedApiKey> {
  if (!serviceAccount) {
    const key = await answer(api.POST('/api/v1/users/me/api-keys', { body }));
    await queryClient.invalidateQueries({ queryKey: apiKeysKey });
    return key;
  }
  const { organizationId, id: serviceAccountId } = serviceAccount;
  const path = { organizationId, serviceAccountId };
  // Its dialog offers no other scopes.
  const scopes = body.scopes?.filter((scope) => scope !== 'server');
  return answer(
    api.POST('/api/v1/organizations/{organizationId}/service-accounts/{serviceAccountId}/keys', {
      params: { path },
      body: { ...body, scopes },
    }),
  );
}
