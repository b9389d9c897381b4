import { Text, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { answer, api } from '../api/client';
import { FormDialog } from '../forms/dialog';
import { useServerForm } from '../forms/use-server-form';

interface Props {
  organizationId: number;
  name: string;
  onDeleted: () => Promise<void>;
  onClose: () => void;
}

/** Deletes the organization, once its name is typed: this cannot be undone. */
export function DeleteDialog({ organizationId, name, onDeleted, onClose }: Props): React.ReactNode {
  const { t } = useTranslation();
  const { form, ...state } = useServerForm(
    {
      initialValues: { typed: '' },
      validate: { typed: (typed) => (typed.trim() === name ? null : t('organization.delete.differs')) },
    },
    async () => {
      await answer(api.DELETE('/api/v1/organizations/{organizationId}', { params: { path: { organizationId } } }));
      await onDeleted();
    },
  );
  return (
    <FormDialog
      title={t('organization.delete.confirm', { name })}
      action={t('organization.delete.open')}
      danger
      onClose={onClose}
      {...state}
    >
      <Text>{t('organization.delete.what')}</Text>
      <TextInput
        label={t('organization.delete.type', { name })}
        autoComplete="off"
        data-autofocus
        {...form.getInputProps('typed')}
      />
    </FormDialog>
  );
}
