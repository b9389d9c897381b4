import { Checkbox, type CheckboxGroupProps, Select, Stack, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ApiKeyView, CreatedApiKey } from '../../generated/api';
import { answer, api } from '../api/client';
import { keyScopes } from '../api/enums';
import { queryClient } from '../api/queries';
import { FormDialog } from '../forms/dialog';
import { useServerForm } from '../forms/use-server-form';
import { useMe } from '../app/use-me';

export const apiKeysKey = ['api-keys'];
const day = 86_400_000;

/** Asks what a new API key is for, and creates it. */
export function NewKeyDialog({
  onCreated,
  onClose,
}: {
  onCreated: (key: CreatedApiKey) => void;
  onClose: () => void;
}): React.ReactNode {
  const { t } = useTranslation();
  const { form, ...state } = useServerForm(
    {
      initialValues: { name: '', scopes: ['seats'] as ApiKeyView['scopes'], expiresAt: '365' },
      validate: { scopes: (chosen) => (chosen.length > 0 ? null : t('profile.keys.noScope')) },
    },
    async ({ name, scopes, expiresAt: days }) => {
      const expiresAt = days === '' ? undefined : new Date(Date.now() + Number(days) * day).toISOString();
      const key = await answer(api.POST('/api/v1/users/me/api-keys', { body: { name, scopes, expiresAt } }));
      await queryClient.invalidateQueries({ queryKey: apiKeysKey });
      onCreated(key);
    },
  );
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
      <ScopeChoice {...form.getInputProps('scopes')} />
      <Select
        label={t('profile.keys.expires')}
        allowDeselect={false}
        data={[
          { value: '30', label: t('profile.keys.days', { count: 30 }) },
          { value: '90', label: t('profile.keys.days', { count: 90 }) },
          { value: '365', label: t('profile.keys.year') },
          { value: '', label: t('app.never') },
        ]}
        {...form.getInputProps('expiresAt')}
      />
    </FormDialog>
  );
}

type ScopeChoiceProps = Omit<CheckboxGroupProps, 'children'>;

/** What a key may do; only administrators of the server can give one the whole server. */
function ScopeChoice(props: ScopeChoiceProps): React.ReactNode {
  const { t } = useTranslation();
  const { root } = useMe();
  return (
    <Checkbox.Group label={t('profile.keys.scopes')} description={t('profile.keys.scopesHint')} {...props}>
      <Stack gap="xs" mt="xs">
        {keyScopes
          .filter((scope) => root || scope !== 'server')
          .map((scope) => (
            <Checkbox
              key={scope}
              value={scope}
              label={t(`profile.keys.scope.${scope}`)}
              description={t(`profile.keys.scopeText.${scope}`)}
            />
          ))}
      </Stack>
    </Checkbox.Group>
  );
}
