import { Badge, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { KeyRound } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { answer, api } from '../api/client';
import { useMe } from '../app/use-me';
import { Section } from '../components/layout/section';
import { Time } from '../components/time/time';

const kinds = { ldap: 'LDAP', oidc: 'OpenID Connect', saml: 'SAML' } as const;

/** The identity providers that vouch for one's account. Nothing is shown to those who have none. */
export function LinkedProviders(): React.ReactNode {
  const { t } = useTranslation();
  const { passwordKeptBy } = useMe();
  const { data = [] } = useQuery({
    queryKey: ['identities'],
    queryFn: () => answer(api.GET('/api/v1/users/me/identities')),
  });
  if (data.length === 0) return null;
  return (
    <Section title={t('singleSignOn.linked.title')} text={t('singleSignOn.linked.text')}>
      {passwordKeptBy.length > 0 && (
        <Text mb="sm">{t('singleSignOn.linked.kept', { names: passwordKeptBy.join(', ') })}</Text>
      )}
      <Stack gap="sm" component="ul" m={0} p={0} style={{ listStyle: 'none' }}>
        {data.map(({ providerId, name, kind, email, lastSeenAt }) => (
          <Group key={providerId} component="li" gap="sm" wrap="nowrap" align="flex-start">
            <KeyRound size={20} strokeWidth={1.75} aria-hidden style={{ flex: 'none', marginTop: 2 }} />
            <Stack gap={0} miw={0}>
              <Group gap={6}>
                <Text fw={500} className="break">
                  {name}
                </Text>
                <Badge>{kinds[kind]}</Badge>
              </Group>
              <Text size="sm" c="dimmed" className="break">
                {email} · {t('singleSignOn.linked.lastSeen')} <Time value={lastSeenAt} />
              </Text>
            </Stack>
          </Group>
        ))}
      </Stack>
    </Section>
  );
}
