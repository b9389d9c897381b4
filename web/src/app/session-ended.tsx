import { Anchor, getDefaultZIndex, Modal } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { queryClient } from '../api/queries';
import { signInByPassword, type StepKinds } from '../api/sign-in';
import { session } from '../api/session';
import { useSignal } from '../api/signal';
import { SecondStep } from '../sign-in/second-step';
import { PasswordPrompt } from '../forms/password-prompt';
import { useMe } from './use-me';

/** Over the page, when the session is gone: sign in again and go on, with everything still there. */
export function SessionEnded(): React.ReactNode {
  const { t } = useTranslation();
  const ended = useSignal(session.hasEnded);
  const { email } = useMe();
  const [kinds, setKinds] = useState<StepKinds>();
  const goOn = async (): Promise<void> => {
    setKinds(undefined);
    session.began();
    await queryClient.invalidateQueries();
  };
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
      {kinds ? (
        <SecondStep kinds={kinds} onSignedIn={goOn} onBack={() => setKinds(undefined)} />
      ) : (
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
            const next = await signInByPassword({ email, password });
            if (next) setKinds(next);
            else await goOn();
          }}
        />
      )}
    </Modal>
  );
}
