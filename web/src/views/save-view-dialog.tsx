import { TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { answer, api } from '../api/client';
import { queryClient } from '../api/queries';
import { notifyDone } from '../components/notify';
import { FormDialog } from '../forms/dialog';
import { useServerForm } from '../forms/use-server-form';
import { viewsKey } from './use-saved-views';

interface Props {
  page: string;
  query: string;
  onClose: () => void;
}

/** Names the list as it is shown now. */
export function SaveViewDialog({ page, query, onClose }: Props): React.ReactNode {
  const { t } = useTranslation();
  const { form, submit, pending, unsaved, failure } = useServerForm(
    { initialValues: { name: '' } },
    async ({ name }) => {
      await answer(api.POST('/api/v1/users/me/views', { body: { name, page, query } }));
      await queryClient.invalidateQueries({ queryKey: viewsKey });
      notifyDone(t('views.saved', { name }));
      onClose();
    },
  );
  const state = { submit, pending, unsaved, failure };
  return (
    <FormDialog title={t('views.save')} action={t('views.saveButton')} onClose={onClose} {...state}>
      <TextInput
        label={t('views.name')}
        description={t('views.nameHint')}
        maxLength={80}
        required
        withAsterisk={false}
        data-autofocus
        {...form.getInputProps('name')}
      />
    </FormDialog>
  );
}
