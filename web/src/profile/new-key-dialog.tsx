import { Select, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { CreatedApiKey } from '../../generated/api';
import { answer, api } from '../api/client';
import { queryClient } from '../api/queries';
import { FormDialog } from '../forms/dialog';
import { useServerForm } from '../forms/use-server-form';

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
  const { form, ...state } = useServerForm({ initialValues: { name: '', days: '365' } }, async ({ name, days }) => {
    const expiresAt = days === '' ? undefined : new Date(Date.now() + Number(days) * day).toISOString();
    const key = await answer(api.POST('/api/v1/users/me/api-keys', { body: { name, expiresAt } }));
    await queryClient.invalidateQueries({ queryKey: apiKeysKey });
    onCreated(key);
  });
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
      <Select
        label={t('profile.keys.expires')}
        allowDeselect={false}
        data={[
          { value: '30', label: t('profile.keys.days', { count: 30 }) },
          { value: '90', label: t('profile.keys.days', { count: 90 }) },
          { value: '365', label: t('profile.keys.year') },
          { value: '', label: t('app.never') },
        ]}
        {...form.getInputProps('days')}
      />
    </FormDialog>
  );
}
