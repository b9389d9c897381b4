import { Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useMe } from '../app/use-me';
import { PageHeader } from '../components/page-header';
import { ApiKeys } from './api-keys';
import { ClientPasswords } from './client-passwords';
import { EmailSection } from './email-section';
import { LinkedProviders } from './linked-providers';
import { MailPreferences } from './mail-preferences';
import { NameSection } from './name-section';
import { PasswordSection } from './password-section';
import { SecondFactors } from '../second-factor/second-factors';
import { Sessions } from './sessions';
import { Verification } from './verification';

/** What belongs to oneself, whatever the organization. */
export function ProfilePage(): React.ReactNode {
  const { t } = useTranslation();
  const { passwordKeptBy } = useMe();
  const isKeptHere = passwordKeptBy.length === 0;
  return (
    <>
      <PageHeader title={t('profile.title')} />
      <Stack gap="lg" maw={860}>
        <Verification />
        <NameSection />
        {isKeptHere && <EmailSection />}
        {isKeptHere && <PasswordSection />}
        <SecondFactors />
        <LinkedProviders />
        <ClientPasswords />
        <ApiKeys />
        <Sessions />
        <MailPreferences />
      </Stack>
    </>
  );
}
