import { Button, getDefaultZIndex, Modal } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { answer, api } from '../api/client';
import { confirmation } from '../api/confirmation';
import { useSignal } from '../api/signal';
import { PasswordPrompt } from '../forms/password-prompt';
import { useMe } from './use-me';

/** Over the page, before something dangerous: the password once more, then the page goes on with what it was doing. */
export function ConfirmIdentity(): React.ReactNode {
  const isAsked = useSignal(confirmation.isAsked);
  return isAsked && <PasswordDialog />;
}

function PasswordDialog(): React.ReactNode {
  const { t } = useTranslation();
  const { email } = useMe();
  const cancel = () => confirmation.answer(false);
  return (
    <Modal
      opened
      onClose={cancel}
      // The dialog that asked for the action is still open below.
      zIndex={getDefaultZIndex('overlay')}
      title={t('app.confirmation.title')}
    >
      <PasswordPrompt
        text={t('app.confirmation.text', { email })}
        email={email}
        action={t('app.confirmation.action')}
        otherwise={
          <Button variant="default" onClick={cancel}>
            {t('app.cancel')}
          </Button>
        }
        submit={async (password) => {
          await answer(api.POST('/api/v1/auth/confirm', { body: { password } }));
          confirmation.answer(true);
        }}
      />
    </Modal>
  );
}
