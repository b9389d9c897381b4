import { Anchor, getDefaultZIndex, Modal } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { answer, api } from '../api/client';
import { queryClient } from '../api/queries';
import { session } from '../api/session';
import { useSignal } from '../api/signal';
import { PasswordPrompt } from '../forms/password-prompt';
import { useMe } from './use-me';

/** Over the page, when the session is gone: sign in again and go on, with everything still there. */
export function SessionEnded(): React.ReactNode {
  const { t } = useTranslation();
  const ended = useSignal(session.hasEnded);
  const { email } = useMe();
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
      <PasswordPrompt
        text={t('app.session.text', { email })}
        email={email}
        action={t('signIn.submit')}
        otherwise={
          <Anchor href="sign-in" mr="auto">
            {t('app.session.other')}
          </Anchor>
        }
        submit={async (password) => {
          await answer(api.POST('/api/v1/auth/sign-in', { body: { email, password } }));
          session.began();
          await queryClient.invalidateQueries();
        }}
      />
    </Modal>
  );
}
