import { Anchor, Button, getDefaultZIndex, Modal, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, api } from '../api/client';
import { confirmation } from '../api/confirmation';
import { useSignal } from '../api/signal';
import { PasswordPrompt } from '../forms/password-prompt';
import { CodePrompt } from '../second-factor/code-prompt';
import { PasskeyConfirmation } from '../second-factor/passkey-confirmation';
import { useMe } from './use-me';

/** Over the page, before something dangerous: the password or a second factor once more, then the page goes on with what it was doing. */
export function ConfirmIdentity(): React.ReactNode {
  const isAsked = useSignal(confirmation.isAsked);
  return isAsked && <IdentityDialog />;
}

const confirmed = async (body: { password: string } | { code: string }): Promise<void> => {
  await answer(api.POST('/api/v1/auth/confirm', { body }));
  confirmation.answer(true);
};

function IdentityDialog(): React.ReactNode {
  const { t } = useTranslation();
  const { email } = useMe();
  const [byCode, setByCode] = useState(false);
  const factors = useQuery({
    queryKey: ['second-factors'],
    queryFn: () => answer(api.GET('/api/v1/users/me/second-factors')),
  });
  const cancel = () => confirmation.answer(false);
  const common = {
    action: t('app.confirmation.action'),
    otherwise: (
      <Button variant="default" onClick={cancel}>
        {t('app.cancel')}
      </Button>
    ),
  };
  return (
    <Modal
      opened
      onClose={cancel}
      // The dialog that asked for the action is still open below.
      zIndex={getDefaultZIndex('overlay')}
      title={t('app.confirmation.title')}
    >
      <Stack>
        {byCode ? (
          <CodePrompt submit={(code) => confirmed({ code })} {...common} />
        ) : (
          <PasswordPrompt
            text={t('app.confirmation.text', { email })}
            email={email}
            submit={(password) => confirmed({ password })}
            {...common}
          />
        )}
        {factors.data && factors.data.length > 0 && (
          <>
            <Anchor component="button" type="button" size="sm" ta="center" onClick={() => setByCode(!byCode)}>
              {t(byCode ? 'secondFactor.confirm.password' : 'secondFactor.confirm.code')}
            </Anchor>
            {factors.data.some(({ kind }) => kind === 'passkey') && <PasskeyConfirmation />}
          </>
        )}
        <ProviderConfirmation />
      </Stack>
    </Modal>
  );
}

/** People with single sign-on may have no password here: signing in once more at the provider counts, too. */
function ProviderConfirmation(): React.ReactNode {
  const { t } = useTranslation();
  const { data = [] } = useQuery({
    queryKey: ['identities'],
    queryFn: () => answer(api.GET('/api/v1/users/me/identities')),
  });
  const here = encodeURIComponent(`${location.pathname}${location.search}`);
  return data.map(
    ({ providerId, name, url }) =>
      url && (
        <Button key={providerId} component="a" href={`${url}?again&next=${here}`} variant="default" fullWidth>
          {t('singleSignOn.confirm', { name })}
        </Button>
      ),
  );
}
