import { Button, Group, PasswordInput, SimpleGrid, Stack, Text, TextInput, ThemeIcon } from '@mantine/core';
import { CircleCheck, CircleX, Play } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { IdentityProviderView, ProviderTest as Result } from '../../generated/api';
import { Section } from '../components/layout/section';
import { Failure } from '../forms/failure';
import { useServerForm } from '../forms/use-server-form';
import { describeFindings } from './describe-findings';
import { testProvider } from './identity-calls';

interface Props {
  provider: IdentityProviderView;
  /** What is typed is not what is tested. */
  unsaved: boolean;
}

/** Tries the stored settings, and shows each step. */
export function ProviderTest({ provider: { id, kind }, unsaved }: Props): React.ReactNode {
  const { t } = useTranslation();
  const [result, setResult] = useState<Result>();
  const { form, submit, pending, failure } = useServerForm(
    { initialValues: { user: '', password: '' } },
    async ({ user, password }) => {
      setResult(undefined);
      setResult(await testProvider(id, { ...(user && { user }), ...(password && { password }) }));
    },
  );
  return (
    <Section
      title={t('singleSignOn.admin.test')}
      text={t(unsaved ? 'singleSignOn.admin.testUnsaved' : 'singleSignOn.admin.testText')}
    >
      <form onSubmit={submit}>
        <Stack>
          {kind === 'ldap' && (
            <SimpleGrid cols={{ base: 1, xs: 2 }}>
              <TextInput label={t('singleSignOn.admin.testUser')} autoComplete="off" {...form.getInputProps('user')} />
              <PasswordInput label={t('mail.password')} autoComplete="off" {...form.getInputProps('password')} />
            </SimpleGrid>
          )}
          <Failure>{failure}</Failure>
          <Group>
            <Button type="submit" variant="light" loading={pending} leftSection={<Play size={16} aria-hidden />}>
              {t('singleSignOn.admin.test')}
            </Button>
          </Group>
          <div role="status">{result && <Steps result={result} />}</div>
        </Stack>
      </form>
    </Section>
  );
}

function Steps({ result }: { result: Result }): React.ReactNode {
  const { t } = useTranslation();
  return (
    <Stack gap="xs">
      <Text fw={600}>{t(result.ok ? 'singleSignOn.admin.testGood' : 'singleSignOn.admin.testBad')}</Text>
      <Stack gap="xs" component="ul" m={0} p={0} style={{ listStyle: 'none' }}>
        {result.steps.map((step, index) => (
          // The same step comes several times where there are several servers.
          <Group key={index} component="li" gap="xs" wrap="nowrap" align="flex-start">
            <ThemeIcon variant="transparent" color={step.ok ? 'pine' : 'red'} size={20} flex="none">
              {step.ok ? (
                <CircleCheck size={18} aria-label={t('singleSignOn.admin.stepGood')} />
              ) : (
                <CircleX size={18} aria-label={t('singleSignOn.admin.stepBad')} />
              )}
            </ThemeIcon>
            <Text size="sm" className="break" miw={0}>
              {describeFindings(step)}
            </Text>
          </Group>
        ))}
      </Stack>
    </Stack>
  );
}
