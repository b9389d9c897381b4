import { Anchor, Button, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, api } from '../api/client';
import type { StepKinds } from '../api/sign-in';
import { failureOf } from '../components/describe-error';
import { Failure } from '../forms/failure';
import { useServerForm } from '../forms/use-server-form';
import { signWithPasskey } from '../second-factor/browser-passkeys';

interface Props {
  /** What the account can show. */
  kinds: StepKinds;
  onSignedIn: () => Promise<void> | void;
  /** Back to the password. */
  onBack: () => void;
}

/** The second step of a sign-in: a code of the app, a recovery code, or a passkey. */
export function SecondStep({ kinds, onSignedIn, onBack }: Props): React.ReactNode {
  const { t } = useTranslation();
  const hasApp = kinds.includes('totp');
  const hasPasskey = kinds.includes('passkey');
  const [recovers, setRecovers] = useState(false);
  const asksForCode = hasApp || recovers;
  return (
    <Stack>
      <Text>
        {t(
          recovers
            ? 'secondFactor.step.recoveryText'
            : hasApp
              ? 'secondFactor.step.appText'
              : 'secondFactor.step.passkeyText',
        )}
      </Text>
      {hasPasskey && !recovers && <PasskeyButton onSignedIn={onSignedIn} primary={!hasApp} />}
      {asksForCode && <CodeForm key={String(recovers)} recovers={recovers} onSignedIn={onSignedIn} />}
      {kinds.includes('recovery-code') && (
        <Anchor component="button" type="button" size="sm" ta="center" onClick={() => setRecovers(!recovers)}>
          {t(recovers ? 'secondFactor.step.noRecovery' : 'secondFactor.step.recovery')}
        </Anchor>
      )}
      <Anchor component="button" type="button" size="sm" ta="center" onClick={onBack}>
        {t('secondFactor.step.back')}
      </Anchor>
    </Stack>
  );
}

function CodeForm({ recovers, onSignedIn }: { recovers: boolean } & Pick<Props, 'onSignedIn'>): React.ReactNode {
  const { t } = useTranslation();
  const { form, submit, pending, failure } = useServerForm({ initialValues: { code: '' } }, async (body) => {
    await answer(api.POST('/api/v1/auth/second-factor', { body }));
    await onSignedIn();
  });
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          label={t(recovers ? 'secondFactor.step.recoveryCode' : 'secondFactor.code')}
          name="code"
          autoComplete="one-time-code"
          inputMode={recovers ? 'text' : 'numeric'}
          maxLength={40}
          required
          withAsterisk={false}
          autoFocus
          data-autofocus
          {...form.getInputProps('code')}
        />
        <Failure>{failure}</Failure>
        <Button type="submit" loading={pending} fullWidth>
          {t('secondFactor.step.submit')}
        </Button>
      </Stack>
    </form>
  );
}

function PasskeyButton({ onSignedIn, primary }: { primary: boolean } & Pick<Props, 'onSignedIn'>): React.ReactNode {
  const { t } = useTranslation();
  const step = useMutation({
    mutationFn: async () => {
      const passkey = await signWithPasskey(await answer(api.POST('/api/v1/auth/second-factor/options')));
      if (!passkey) return;
      await answer(api.POST('/api/v1/auth/second-factor', { body: { passkey } }));
      await onSignedIn();
    },
  });
  return (
    <>
      <Button
        variant={primary ? 'filled' : 'default'}
        leftSection={<KeyRound size={16} aria-hidden />}
        loading={step.isPending}
        onClick={() => step.mutate()}
        fullWidth
      >
        {t('secondFactor.step.usePasskey')}
      </Button>
      <Failure>{failureOf(step.error)}</Failure>
    </>
  );
}
