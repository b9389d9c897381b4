import { Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, api } from '../api/client';
import { Problem } from '../api/problem';
import { infoQuery, meQuery, queryClient } from '../api/queries';
import { Failure } from '../forms/failure';
import { NameFields } from '../forms/name-fields';
import { type ServerForm, useServerForm } from '../forms/use-server-form';
import { SetupFrame, type StepProps } from './setup-frame';
import { TokenField } from './token-field';

/** The second step: who administers the server. Signs in with it at once. */
export function AccountStep({ token, onToken }: StepProps): React.ReactNode {
  const { t } = useTranslation();
  const { form, submit, pending, failure, asked, wrongToken } = useAccountStep(token);
  return (
    <SetupFrame step={1} title={t('setup.account.title')} text={t('setup.account.text')}>
      <form onSubmit={submit}>
        <Stack>
          {asked && (
            <TokenField value={token} onChange={onToken} error={wrongToken ? t('setup.wrongToken') : undefined} />
          )}
          <AccountFields form={form} />
          <Failure>{failure}</Failure>
          <Button type="submit" loading={pending}>
            {t('setup.account.submit')}
          </Button>
        </Stack>
      </form>
    </SetupFrame>
  );
}

function AccountFields({ form }: { form: ServerForm<Values>['form'] }): React.ReactNode {
  const { t } = useTranslation();
  return (
    <>
      <NameFields form={form} />
      <TextInput
        label={t('setup.account.email')}
        inputMode="email"
        autoCapitalize="none"
        spellCheck={false}
        autoComplete="username"
        required
        withAsterisk={false}
        {...form.getInputProps('email')}
      />
      <PasswordInput
        label={t('setup.account.password')}
        description={t('setup.account.passwordHint')}
        autoComplete="new-password"
        required
        withAsterisk={false}
        minLength={8}
        maxLength={128}
        {...form.getInputProps('password')}
      />
    </>
  );
}

interface Values {
  firstName: string;
  lastName: string;
  email: string;
  password: string;
}

interface AccountStepState extends ServerForm<Values> {
  /** The token is asked for again. */
  asked: boolean;
  wrongToken: boolean;
}

function useAccountStep(token: string): AccountStepState {
  const navigate = useNavigate();
  // Known from the step before, unless the page was opened again later, or it is wrong.
  const [asked, setAsked] = useState(token === '');
  const [wrongToken, setWrongToken] = useState(false);
  const state = useServerForm<Values>(
    { initialValues: { firstName: '', lastName: '', email: '', password: '' } },
    async (body) => {
      setWrongToken(false);
      try {
        await answer(api.POST('/api/v1/setup/account', { body, headers: { 'X-Setup-Token': token } }));
      } catch (error) {
        if (!(error instanceof Problem) || error.status !== 401) throw error;
        setAsked(true);
        setWrongToken(true);
        return;
      }
      await answer(api.POST('/api/v1/auth/sign-in', { body: { email: body.email, password: body.password } }));
      await Promise.all([queryClient.refetchQueries(infoQuery), queryClient.resetQueries(meQuery)]);
      await navigate({ to: '/', replace: true });
    },
  );
  return { ...state, asked, wrongToken };
}
