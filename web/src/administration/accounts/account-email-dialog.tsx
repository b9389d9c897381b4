import { Radio, Stack, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { AccountView } from '../../../generated/api';
import { answer, api } from '../../api/client';
import { queryClient } from '../../api/queries';
import { FormDialog } from '../../forms/dialog';
import { useVersionedForm, type VersionedForm } from '../../forms/use-versioned-form';
import { nameOf } from '../../components/person';
import { notifyDone } from '../../components/notify';

interface Values {
  email: string;
  way: 'byLink' | 'byWord';
}

interface Props {
  account: AccountView;
  onClose: () => void;
}

/** Gives an account another address: with a link that proves it, or on the administrator's word. */
export function AccountEmailDialog({ account, onClose }: Props): React.ReactNode {
  const { t } = useTranslation();
  const { form, ...state } = useAccountEmailForm(account, onClose);
  return (
    <FormDialog
      title={t('administration.accounts.email.title', { name: nameOf(account) })}
      action={t('administration.accounts.email.action')}
      onClose={onClose}
      {...state}
    >
      <TextInput
        label={t('administration.accounts.email.new')}
        description={account.email}
        inputMode="email"
        autoCapitalize="none"
        autoComplete="off"
        spellCheck={false}
        required
        withAsterisk={false}
        maxLength={254}
        data-autofocus
        {...form.getInputProps('email')}
      />
      <Radio.Group label={t('administration.accounts.email.way')} {...form.getInputProps('way')}>
        <Stack gap="xs" mt="xs">
          {(['byLink', 'byWord'] as const).map((way) => (
            <Radio
              key={way}
              value={way}
              label={t(`administration.accounts.email.${way}`)}
              description={t(`administration.accounts.email.${way}Text`)}
            />
          ))}
        </Stack>
      </Radio.Group>
    </FormDialog>
  );
}

function useAccountEmailForm(account: AccountView, onDone: () => void): VersionedForm<AccountView, Values> {
  const { t } = useTranslation();
  const params = { path: { userId: account.id } };
  return useVersionedForm<AccountView, Values>({
    read: account,
    valuesOf: () => ({ email: '', way: 'byLink' }),
    readAgain: () => answer(api.GET('/api/v1/users/{userId}', { params })),
    save: async ({ email, way }, { version }) => {
      const verified = way === 'byWord' ? true : undefined;
      const body = { email, verified, version };
      const { newEmail } = await answer(api.PATCH('/api/v1/users/{userId}', { params, body }));
      await queryClient.invalidateQueries({ queryKey: ['accounts'] });
      notifyDone(t(newEmail ? 'administration.accounts.email.sent' : 'administration.accounts.email.done', { email }));
      onDone();
      return undefined;
    },
  });
}
