import { Button, Stack } from '@mantine/core';
import { KeyRound } from 'lucide-react';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '../app/use-me';
import { PageHeader } from '../components/layout/page-header';
import { ApiKeys } from './api-keys';
import { ClientPasswords } from './client-passwords';
import { EmailSection } from './email-section';
import { LinkedProviders } from './linked-providers';
import { MailPreferences } from './mail-preferences';
import { NameSection } from './name-section';
import { PasswordSection } from './password-section';
import { SecondFactors } from '../second-factor/second-factors';
import { OwnSessions } from './sessions';
import { Verification } from './verification';

/** What belongs to oneself, whatever the organization. */
export function ProfilePage(): React.ReactNode {
  const { t } = useTranslation();
  const { passwordKeptBy } = useMe();
  const isKeptHere = passwordKeptBy.length === 0;
  const password = useRef<HTMLInputElement>(null);
  const changePassword = (): void => {
    password.current?.focus({ preventScroll: true });
    password.current?.scrollIntoView({ block: 'center' });
  };
  return (
    <>
      <PageHeader title={t('profile.title')}>
        {isKeptHere && (
          <Button variant="default" leftSection={<KeyRound size={16} aria-hidden />} onClick={changePassword}>
            {t('profile.password.open')}
          </Button>
        )}
      </PageHeader>
      <Stack gap="lg" maw={860}>
        <Verification />
        <NameSection />
        {isKeptHere && <EmailSection />}
        {isKeptHere && <PasswordSection first={password} />}
        <SecondFactors />
        <LinkedProviders />
        <ClientPasswords />
        <ApiKeys />
        <OwnSessions />
        <MailPreferences />
      </Stack>
    </>
  );
}
