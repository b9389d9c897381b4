import { Anchor, Button, Checkbox, Stack, Text } from '@mantine/core';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, api } from '../api/client';
import { LonePage } from '../app/lone-page';
import { Failure } from '../forms/failure';
import { NewPasswordFields } from '../forms/new-password-fields';
import { useServerForm } from '../forms/use-server-form';

const route = getRouteApi('/reset-password/$token');

/** Where the link of a mail leads: sets a new password, once. */
export function ResetPasswordPage(): React.ReactNode {
  const { t } = useTranslation();
  const { token } = route.useParams();
  const [done, setDone] = useState(false);
  const { form, submit, pending, failure } = useServerForm(
    {
      initialValues: { password: '', again: '', revokeApiKeys: true },
      validate: { again: (again, { password }) => (again === password ? null : t('signIn.different')) },
    },
    async ({ password, revokeApiKeys }) => {
      await answer(api.POST('/api/v1/auth/reset-password', { body: { token, password, revokeApiKeys } }));
      setDone(true);
    },
  );
  if (done) {
    return (
      <LonePage title={t('signIn.resetDone')} text={t('signIn.resetDoneText')}>
        <Button component={Link} to="/sign-in">
          {t('signIn.submit')}
        </Button>
      </LonePage>
    );
  }
  return (
    <LonePage title={t('signIn.resetTitle')} text={t('signIn.resetText')}>
      <form onSubmit={submit}>
        <Stack>
          <NewPasswordFields form={form} />
          <Checkbox
            label={t('profile.password.revokeKeys')}
            {...form.getInputProps('revokeApiKeys', { type: 'checkbox' })}
          />
          <Failure>{failure}</Failure>
          <Button type="submit" loading={pending}>
            {t('signIn.update')}
          </Button>
          <Text size="sm" ta="center">
            <Anchor component={Link} to="/forgot-password">
              {t('signIn.newLink')}
            </Anchor>
          </Text>
        </Stack>
      </form>
    </LonePage>
  );
}
