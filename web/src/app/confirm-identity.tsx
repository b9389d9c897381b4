import { Button, getDefaultZIndex, Group, Modal, PasswordInput, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { answer, api } from '../api/client';
import { confirmation } from '../api/confirmation';
import { useSignal } from '../api/signal';
import { Failure } from '../forms/failure';
import { useServerForm } from '../forms/use-server-form';
import { useMe } from './use-me';

/** Over the page, before something dangerous: the password once more, then the page goes on with what it was doing. */
export function ConfirmIdentity(): React.ReactNode {
  const isAsked = useSignal(confirmation.isAsked);
  return isAsked && <PasswordDialog />;
}

function PasswordDialog(): React.ReactNode {
  const { t } = useTranslation();
  const { email } = useMe();
  const { form, submit, pending, failure } = useServerForm(
    { initialValues: { password: '' } },
    async ({ password }) => {
      await answer(api.POST('/api/v1/auth/confirm', { body: { password } }));
      confirmation.answer(true);
    },
  );
  const cancel = () => confirmation.answer(false);
  return (
    <Modal
      opened
      onClose={cancel}
      // The dialog that asked for the action is still open below.
      zIndex={getDefaultZIndex('overlay')}
      title={t('app.confirmation.title')}
    >
      <form onSubmit={submit}>
        <Stack>
          <Text>{t('app.confirmation.text', { email })}</Text>
          <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
          <PasswordInput
            label={t('signIn.password')}
            name="password"
            autoComplete="current-password"
            required
            withAsterisk={false}
            data-autofocus
            {...form.getInputProps('password')}
          />
          <Failure>{failure}</Failure>
          <Group justify="flex-end">
            <Button variant="default" onClick={cancel}>
              {t('app.cancel')}
            </Button>
            <Button type="submit" loading={pending}>
              {t('app.confirmation.action')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
