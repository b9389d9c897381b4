import { Button, Stack } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { KeyRound } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { answer, api } from '../api/client';
import { failureOf } from '../components/describe-error';
import { Failure } from '../forms/failure';
import { signWithPasskey } from '../second-factor/browser-passkeys';

/** Signs in without a password. */
export function PasskeySignIn({ onSignedIn }: { onSignedIn: () => void }): React.ReactNode {
  const { t } = useTranslation();
  const signIn = useMutation({
    mutationFn: async () => {
      const body = await signWithPasskey(await answer(api.POST('/api/v1/auth/passkey/options')));
      if (!body) return;
      await answer(api.POST('/api/v1/auth/passkey', { body }));
      onSignedIn();
    },
  });
  return (
    <Stack gap="xs">
      <Button
        variant="default"
        leftSection={<KeyRound size={16} aria-hidden />}
        loading={signIn.isPending}
        onClick={() => signIn.mutate()}
        fullWidth
      >
        {t('secondFactor.signInWithPasskey')}
      </Button>
      <Failure>{failureOf(signIn.error)}</Failure>
    </Stack>
  );
}
