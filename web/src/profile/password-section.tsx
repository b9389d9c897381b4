import { Button, Checkbox, Group, PasswordInput, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { answer, api } from '../api/client';
import { queryClient } from '../api/queries';
import { useMe } from '../app/use-me';
import { Failure } from '../forms/failure';
import { LeaveGuard } from '../forms/leave-guard';
import { type ServerForm, useServerForm } from '../forms/use-server-form';
import { Section } from '../components/layout/section';
import { notifyDone } from '../components/notify';
import { apiKeysKey } from './new-key-dialog';

/** @param first the field that changing the password begins with */
export function PasswordSection({ first }: { first: React.Ref<HTMLInputElement> }): React.ReactNode {
  const { t } = useTranslation();
  const { email } = useMe();
  const { form, submit, pending, failure, unsaved } = usePasswordForm();
  const field = { required: true, withAsterisk: false } as const;
  return (
    <Section title={t('profile.password.title')} text={t('profile.password.text')}>
      <form onSubmit={submit}>
        <LeaveGuard unsaved={unsaved} />
        <Stack maw={420}>
          <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
          <PasswordInput
            ref={first}
            label={t('profile.password.current')}
            autoComplete="current-password"
            {...field}
            {...form.getInputProps('currentPassword')}
          />
          <PasswordInput
            label={t('signIn.newPassword')}
            description={t('signIn.passwordHint')}
            autoComplete="new-password"
            maxLength={128}
            {...field}
            {...form.getInputProps('newPassword')}
          />
          <PasswordInput
            label={t('signIn.again')}
            autoComplete="new-password"
            maxLength={128}
            {...field}
            {...form.getInputProps('again')}
          />
          <Checkbox
            label={t('profile.password.revokeKeys')}
            {...form.getInputProps('revokeApiKeys', { type: 'checkbox' })}
          />
          <Failure>{failure}</Failure>
          <Group>
            <Button type="submit" loading={pending}>
              {t('profile.password.submit')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Section>
  );
}

interface Values {
  currentPassword: string;
  newPassword: string;
  again: string;
  revokeApiKeys: boolean;
}

function usePasswordForm(): ServerForm<Values> {
  const { t } = useTranslation();
  const state = useServerForm(
    {
      initialValues: { currentPassword: '', newPassword: '', again: '', revokeApiKeys: false },
      validate: { again: (again, { newPassword }) => (again === newPassword ? null : t('signIn.different')) },
    },
    async ({ currentPassword, newPassword, revokeApiKeys }) => {
      await answer(api.PUT('/api/v1/users/me/password', { body: { currentPassword, newPassword, revokeApiKeys } }));
      state.form.reset();
      await queryClient.invalidateQueries({ queryKey: ['sessions'] });
      await queryClient.invalidateQueries({ queryKey: apiKeysKey });
      notifyDone(t('profile.password.done'));
    },
  );
  return state;
}
