import { Group, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { answer, api } from '../api/client';
import { organizationKey } from '../api/queries';
import { MachineLink, MemberLink } from '../app/subject-link';
import { Time } from '../components/time/time';

/** Who was refused a seat of late, and why. */
export function LatestDenials({ organizationId }: { organizationId: number }): React.ReactNode {
  const { t } = useTranslation();
  const { data } = useQuery({
    queryKey: organizationKey(organizationId, 'denials', 'latest'),
    queryFn: () =>
      answer(
        api.GET('/api/v1/organizations/{organizationId}/denials', {
          params: { path: { organizationId }, query: { size: 5 } },
        }),
      ),
  });
  if (!data) return <Skeleton h={120} />;
  if (data.content.length === 0) return <Text c="dimmed">{t('dashboard.denials.none')}</Text>;
  return (
    <Stack gap="sm" component="ul" m={0} p={0} style={{ listStyle: 'none' }}>
      {data.content.map(({ id, userId, email, hostname, machineId, product, code, occurredAt }) => (
        <Group key={id} component="li" justify="space-between" wrap="nowrap" gap="sm" align="flex-start">
          <Stack gap={0} miw={0}>
            <Text className="break" fw={500}>
              <MemberLink userId={userId}>{email ?? t('dashboard.denials.unknownUser')}</MemberLink>
            </Text>
            <Text size="sm" c="dimmed" className="break">
              {t(`app.productName.${product}`)} ·{' '}
              <MachineLink machineId={machineId}>{hostname ?? machineId}</MachineLink> ·{' '}
              {t(`dashboard.denials.code.${code}`)}
            </Text>
          </Stack>
          <Text size="sm" c="dimmed">
            <Time value={occurredAt} />
          </Text>
        </Group>
      ))}
    </Stack>
  );
}
