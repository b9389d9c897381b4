import { Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { infoQuery } from '../api/queries';
import { CopyLine } from '../components/copy-line';
import { Section } from '../components/layout/section';

interface Props {
  id: number;
  kind: 'oidc' | 'saml';
}

/** What has to be registered at a provider of single sign-on. */
export function ProviderAddresses({ id, kind }: Props): React.ReactNode {
  const { t } = useTranslation();
  const { data } = useQuery(infoQuery);
  if (!data) return null;
  const server = data.serverUrl.replace(/\/$/, '');
  const at = `${server}/auth/providers/${id}`;
  return (
    <Section title={t('singleSignOn.admin.register')} text={t('singleSignOn.admin.registerText')}>
      <Stack>
        {addressesOf(kind, server, at).map(([name, value]) => (
          <CopyLine key={name} label={t(`singleSignOn.admin.${name}`)} value={value} />
        ))}
      </Stack>
    </Section>
  );
}

function addressesOf(kind: Props['kind'], server: string, at: string) {
  return kind === 'oidc'
    ? ([
        ['redirectUri', `${at}/callback`],
        ['signOutUri', `${server}/sign-in`],
        ['logoutUri', `${at}/backchannel-logout`],
      ] as const)
    : ([
        ['entityId', `${at}/metadata`],
        ['acs', `${at}/acs`],
        ['singleLogout', `${at}/logout`],
      ] as const);
}
