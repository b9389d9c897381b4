import { Alert, Anchor, Button, Stack, TextInput } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Mail } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, api } from '../api/client';
import { LonePage } from '../app/lone-page';
import { Failure } from '../forms/failure';
import { useServerForm } from '../forms/use-server-form';

/** Asks for a link to set a new password. The server says what happens next, and never whether there is such an account. */
export function ForgotPasswordPage(): React.ReactNode {
  const { t } = useTranslation();
  const [told, setTold] = useState<'linkOnItsWay' | 'noMail'>();
  const { form, submit, pending, failure } = useServerForm({ initialValues: { email: '' } }, async (body) => {
    setTold(undefined);
    const { canMail } = await answer(api.POST('/api/v1/auth/forgot-password', { body }));
    setTold(canMail ? 'linkOnItsWay' : 'noMail');
  });
  return (
    <LonePage title={t('signIn.forgotTitle')} text={t('signIn.forgotText')}>
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label={t('signIn.email')}
            inputMode="email"
            autoCapitalize="none"
            spellCheck={false}
            autoComplete="username"
            required
            withAsterisk={false}
            autoFocus
            {...form.getInputProps('email')}
          />
          <Failure>{failure}</Failure>
          {told && (
            <Alert role="status" icon={<Mail size={18} aria-hidden />}>
              {t(`signIn.${told}`)}
            </Alert>
          )}
          <Button type="submit" loading={pending}>
            {t('signIn.sendLink')}
          </Button>
          <Anchor component={Link} to="/sign-in" size="sm" ta="center">
            {t('signIn.back')}
          </Anchor>
        </Stack>
      </form>
    </LonePage>
  );
}
