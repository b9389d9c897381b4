import { Button, Stack } from '@mantine/core';
import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, api } from '../api/client';
import { failureOf } from '../components/describe-error';
import { Failure } from '../forms/failure';
import { loadAllTexts } from '../language';

/** Signs in without a password. Everybody loads this button with the sign-in page, and only those who press it the rest. */
export function PasskeySignIn({ onSignedIn }: { onSignedIn: () => void }): React.ReactNode {
  const { t } = useTranslation();
  const [pending, setPending] = useState(false);
  const [failure, setFailure] = useState<string>();
  const signIn = async (): Promise<void> => {
    setPending(true);
    setFailure(undefined);
    try {
      if (await signInWithPasskey()) onSignedIn();
    } catch (error) {
      await loadAllTexts().catch(() => undefined);
      setFailure(failureOf(error));
    } finally {
      setPending(false);
    }
  };
  return (
    <Stack gap="xs">
      <Button
        variant="default"
        leftSection={<KeyRound size={16} aria-hidden />}
        loading={pending}
        onClick={() => void signIn()}
        fullWidth
      >
        {t('signIn.withPasskey')}
      </Button>
      <Failure>{failure}</Failure>
    </Stack>
  );
}

/** @returns false when the reader has cancelled */
async function signInWithPasskey(): Promise<boolean> {
  const { signWithPasskey } = await import('../second-factor/browser-passkeys');
  const body = await signWithPasskey(await answer(api.POST('/api/v1/auth/passkey/options')));
  if (!body) return false;
  await answer(api.POST('/api/v1/auth/passkey', { body }));
  return true;
}
