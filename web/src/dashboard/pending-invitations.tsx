import { Anchor, Group, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { answer, api } from '../api/client';
import { organizationKey } from '../api/queries';
import { CopyButton } from '../components/copy-button';
import { Time } from '../components/time/time';

/** Who was invited and has not come yet; the link to send again is at hand. */
export function PendingInvitations({ organizationId }: { organizationId: number }): React.ReactNode {
  const { t } = useTranslation();
  const { data } = useQuery({
    queryKey: organizationKey(organizationId, ['invitations', 'members'], 'pending'),
    queryFn: () =>
      answer(
        api.GET('/api/v1/organizations/{organizationId}/invitations', {
          params: { path: { organizationId }, query: { size: 5, state: 'pending' } },
        }),
      ),
  });
  if (!data) return <Skeleton h={80} />;
  if (data.totalElements === 0) return <Text c="dimmed">{t('dashboard.invitations.none')}</Text>;
  return (
    <Stack gap="sm">
      <Stack gap="xs" component="ul" m={0} p={0} style={{ listStyle: 'none' }}>
        {data.content.map(({ id, email, expiresAt, link }) => (
          <Group key={id} component="li" justify="space-between" wrap="nowrap" gap="sm">
            <Stack gap={0} miw={0}>
              <Text className="break" fw={500}>
                {email}
              </Text>
              <Text size="sm" c="dimmed">
                {t('dashboard.invitations.expires')} <Time value={expiresAt} />
              </Text>
            </Stack>
            {link && <CopyButton value={link} label={t('users.invitations.copyFor', { email })} />}
          </Group>
        ))}
      </Stack>
      {data.totalElements > data.content.length && (
        <Anchor
          component={Link}
          to="/organizations/$organizationId/users"
          params={{ organizationId } as never}
          search={{ tab: 'invitations' } as never}
          size="sm"
        >
          {t('dashboard.invitations.all', { count: data.totalElements })}
        </Anchor>
      )}
    </Stack>
  );
}
