import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, api } from '../api/client';
import { useMe } from '../app/use-me';
import { Failure } from '../forms/failure';
import { LeaveGuard } from '../forms/leave-guard';
import { useServerForm } from '../forms/use-server-form';
import { Section } from '../components/layout/section';

/** Another address for the account: a link to it proves that it is the owner's. */
export function EmailSection(): React.ReactNode {
  const { t } = useTranslation();
  const { email } = useMe();
  const [told, setTold] = useState<'sent' | 'noMail'>();
  const { form, submit, pending, failure, unsaved } = useServerForm({ initialValues: { email: '' } }, async (body) => {
    setTold(undefined);
    const { canMail } = await answer(api.POST('/api/v1/users/me/email', { body }));
    form.resetDirty();
    setTold(canMail ? 'sent' : 'noMail');
  });
  return (
    <Section title={t('profile.email.title')} text={t('profile.email.text', { email })}>
      <form onSubmit={submit}>
        <LeaveGuard unsaved={unsaved} />
        <Stack>
          <TextInput
            label={t('profile.email.new')}
            inputMode="email"
            autoCapitalize="none"
            autoComplete="off"
            spellCheck={false}
            required
            withAsterisk={false}
            maxLength={254}
            {...form.getInputProps('email')}
          />
          <Failure>{failure}</Failure>
          {told && (
            <Text size="sm" fw={600} role="status">
              {t(`profile.email.${told}`)}
            </Text>
          )}
          <Group>
            <Button type="submit" loading={pending} disabled={form.values.email === ''}>
              {t('profile.email.send')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Section>
  );
}
