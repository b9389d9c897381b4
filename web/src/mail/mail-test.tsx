import { Alert, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { CircleCheck, CircleX, Send } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MailTestResult } from '../../generated/api';
import { useMe } from '../app/use-me';
import { Failure } from '../forms/failure';
import { mailTrouble } from '../language/mail-trouble';
import { useServerForm } from '../forms/use-server-form';
import { type MailServerOwner, testMailServer } from './mail-calls';

/** Sends a mail, and shows what the mail server said to it. */
export function MailTest({ owner }: { owner: MailServerOwner }): React.ReactNode {
  const { t } = useTranslation();
  const { email } = useMe();
  const [result, setResult] = useState<MailTestResult & { to: string }>();
  const { form, submit, pending, failure } = useServerForm({ initialValues: { to: email } }, async ({ to }) => {
    setResult(undefined);
    setResult({ ...(await testMailServer(owner, to)), to });
  });
  return (
    <form onSubmit={submit}>
      <Stack maw={720} gap="sm">
        <Group align="flex-end" gap="sm">
          <TextInput
            inputMode="email"
            autoCapitalize="none"
            spellCheck={false}
            label={t('mail.test.to')}
            required
            withAsterisk={false}
            maxLength={254}
            flex={1}
            miw={220}
            {...form.getInputProps('to')}
            inputWrapperOrder={['label', 'error', 'input']}
          />
          <Button type="submit" variant="light" loading={pending} leftSection={<Send size={16} aria-hidden />}>
            {t('mail.test.send')}
          </Button>
        </Group>
        <Failure>{failure}</Failure>
        <div role="status">
          {result && (
            <Alert
              color={result.sent ? 'pine' : 'red'}
              icon={result.sent ? <CircleCheck size={18} aria-hidden /> : <CircleX size={18} aria-hidden />}
              title={result.sent ? t('mail.test.sent', { to: result.to }) : t('mail.test.failed')}
            >
              <Text size="sm" className="break">
                {mailTrouble(result.message)}
              </Text>
            </Alert>
          )}
        </div>
      </Stack>
    </form>
  );
}
