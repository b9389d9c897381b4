import { Text, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { answer, api } from '../api/client';
import { FormDialog } from '../forms/dialog';
import { useServerForm } from '../forms/use-server-form';
import { makePasskey } from './browser-passkeys';

interface Props {
  /** @param recoveryCodes only with the first second factor of the account */
  onAdded: (recoveryCodes: readonly string[]) => void;
  onClose: () => void;
}

/** Has the browser make a passkey. */
export function AddPasskey({ onAdded, onClose }: Props): React.ReactNode {
  const { t } = useTranslation();
  const { form, ...state } = useServerForm({ initialValues: { name: '' } }, async ({ name }) => {
    const options = await answer(api.POST('/api/v1/users/me/second-factors/passkeys/options'));
    const passkey = await makePasskey(options);
    if (!passkey) return;
    const body = { ...passkey, name };
    const { recoveryCodes } = await answer(api.POST('/api/v1/users/me/second-factors/passkeys', { body }));
    onAdded(recoveryCodes);
  });
  return (
    <FormDialog
      title={t('secondFactor.passkey.add')}
      action={t('secondFactor.passkey.make')}
      onClose={onClose}
      {...state}
    >
      <Text>{t('secondFactor.passkey.text')}</Text>
      <TextInput
        label={t('secondFactor.passkey.name')}
        placeholder={t('secondFactor.passkey.example')}
        maxLength={100}
        required
        withAsterisk={false}
        data-autofocus
        {...form.getInputProps('name')}
      />
    </FormDialog>
  );
}
