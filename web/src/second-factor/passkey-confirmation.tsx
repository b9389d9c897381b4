import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { KeyRound } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { answer, api } from '../api/client';
import { confirmation } from '../api/confirmation';
import { failureOf } from '../components/describe-error';
import { Failure } from '../forms/failure';
import { signWithPasskey } from './browser-passkeys';

/** Confirms a dangerous action with a passkey. */
export function PasskeyConfirmation(): React.ReactNode {
  const { t } = useTranslation();
  const confirm = useMutation({
    mutationFn: async () => {
      const passkey = await signWithPasskey(await answer(api.POST('/api/v1/auth/confirm/options')));
      if (!passkey) return;
      await answer(api.POST('/api/v1/auth/confirm', { body: { passkey } }));
      confirmation.answer(true);
    },
  });
  return (
    <>
      <Button
        variant="default"
        leftSection={<KeyRound size={16} aria-hidden />}
        loading={confirm.isPending}
        onClick={() => confirm.mutate()}
        fullWidth
      >
        {t('secondFactor.step.usePasskey')}
      </Button>
      <Failure>{failureOf(confirm.error)}</Failure>
    </>
  );
}
