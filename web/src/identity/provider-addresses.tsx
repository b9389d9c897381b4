import { Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { infoQuery } from '../api/queries';
import { CopyLine } from '../components/copy-line';
import { Section } from '../components/section';

/** What has to be registered at an OpenID provider. */
export function ProviderAddresses({ id }: { id: number }): React.ReactNode {
  const { t } = useTranslation();
  const { data } = useQuery(infoQuery);
  if (!data) return null;
  const server = data.serverUrl.replace(/\/$/, '');
  const at = `${server}/auth/providers/${id}`;
  return (
    <Section title={t('singleSignOn.admin.register')} text={t('singleSignOn.admin.registerText')}>
      <Stack>
        <CopyLine label={t('singleSignOn.admin.redirectUri')} value={`${at}/callback`} />
        <CopyLine label={t('singleSignOn.admin.signOutUri')} value={`${server}/sign-in`} />
        <CopyLine label={t('singleSignOn.admin.logoutUri')} value={`${at}/backchannel-logout`} />
      </Stack>
    </Section>
  );
}
