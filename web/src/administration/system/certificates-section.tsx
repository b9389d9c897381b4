import { Anchor, Badge, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { components } from '../../../generated/api';
import { answer, api } from '../../api/client';
import { AsyncContent } from '../../components/async-content';
import { Section } from '../../components/layout/section';
import { Time, useNow } from '../../components/time/time';

type Certificate = components['schemas']['ServerCertificateView'];

/** Milliseconds before the end from which on a certificate is marked: as long as the server warns of that of a provider. */
const markedMillis = 30 * 86_400_000;

/** When the certificates expire that this server uses. */
export function CertificatesSection(): React.ReactNode {
  const { t } = useTranslation();
  const query = useQuery({
    queryKey: ['server-certificates'],
    queryFn: () => answer(api.GET('/api/v1/server-certificates')),
  });
  return (
    <Section title={t('administration.system.certificates.title')}>
      <AsyncContent query={query} height={60}>
        {(certificates) =>
          certificates.length === 0 ? (
            <Text size="sm" c="dimmed">
              {t('administration.system.certificates.none')}
            </Text>
          ) : (
            <Stack gap="xs" component="dl" m={0}>
              {certificates.map((each) => (
                <Row key={`${each.use} ${each.providerId ?? each.name}`} {...each} />
              ))}
            </Stack>
          )
        }
      </AsyncContent>
    </Section>
  );
}

function Row({ use, name, providerId, expiresAt }: Certificate): React.ReactNode {
  const { t } = useTranslation();
  const left = new Date(expiresAt).getTime() - useNow();
  const label = t(`administration.system.certificates.use.${use}`, { name });
  return (
    <Group gap="xs" wrap="wrap">
      <Text component="dt" c="dimmed" miw={{ base: 200, sm: 320 }} className="break">
        {providerId === null ? (
          label
        ) : (
          <Anchor
            renderRoot={(props) => (
              <Link {...props} to="/server/identity/$provider" params={{ provider: String(providerId) }} />
            )}
          >
            {label}
          </Anchor>
        )}
      </Text>
      <Group component="dd" m={0} gap="xs" wrap="nowrap">
        <Time value={expiresAt} as="date" />
        {left < markedMillis && (
          <Badge color={left < 0 ? 'red' : 'yellow'}>
            {t(`administration.system.certificates.${left < 0 ? 'expired' : 'soon'}`)}
          </Badge>
        )}
      </Group>
    </Group>
  );
}
