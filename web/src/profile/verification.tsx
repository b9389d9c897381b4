import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { MailWarning } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { answer, api } from '../api/client';
import { useMe } from '../app/use-me';
import { Failure } from '../forms/failure';
import { describeError } from '../components/describe-error';

/** Says that the address is not verified, and what to do; nothing for all others. */
export function Verification(): React.ReactNode {
  const { t } = useTranslation();
  const { verified, email } = useMe();
  const sending = useMutation({ mutationFn: () => answer(api.POST('/api/v1/users/me/verification-mail')) });
  if (verified) return null;
  const told = sending.data && (sending.data.canMail ? 'sent' : 'noMail');
  return (
    <Alert color="yellow" icon={<MailWarning size={18} aria-hidden />} title={t('profile.verification.title')}>
      <Stack gap="sm">
        <Text size="sm">{t('profile.verification.text', { email })}</Text>
        <Failure>{sending.error ? describeError(sending.error) : undefined}</Failure>
        {told && (
          <Text size="sm" fw={600} role="status">
            {t(`profile.verification.${told}`)}
          </Text>
        )}
        <Group>
          <Button variant="default" loading={sending.isPending} onClick={() => sending.mutate()}>
            {t('profile.verification.send')}
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}
