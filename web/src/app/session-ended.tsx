import { Anchor, Button, getDefaultZIndex, Group, Modal, PasswordInput, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { answer, api } from '../api/client';
import { queryClient } from '../api/queries';
import { session } from '../api/session';
import { useSignal } from '../api/signal';
import { Failure } from '../forms/failure';
import { useServerForm } from '../forms/use-server-form';
import { useMe } from './use-me';

/** Over the page, when the session is gone: sign in again and go on, with everything still there. */
export function SessionEnded(): React.ReactNode {
  const { t } = useTranslation();
  const ended = useSignal(session.hasEnded);
  const { email } = useMe();
  const { form, submit, pending, failure } = useServerForm(
    { initialValues: { password: '' } },
    async ({ password }) => {
      await answer(api.POST('/api/v1/auth/sign-in', { body: { email, password } }));
      form.reset();
      session.began();
      await queryClient.invalidateQueries();
    },
  );
  return (
    <Modal
      opened={ended}
      onClose={() => undefined}
      withCloseButton={false}
      closeOnEscape={false}
      // A dialog of the page may have been opened later.
      zIndex={getDefaultZIndex('overlay')}
      title={t('app.session.title')}
    >
      <form onSubmit={submit}>
        <Stack>
          <Text>{t('app.session.text', { email })}</Text>
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
          <Group justify="space-between">
            <Anchor href="sign-in">{t('app.session.other')}</Anchor>
            <Button type="submit" loading={pending}>
              {t('signIn.submit')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
