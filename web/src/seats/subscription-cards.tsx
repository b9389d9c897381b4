import { Badge, Card, Group, Progress, SimpleGrid, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { SubscriptionView } from '../../generated/api';
import { NoSeats } from './no-seats';
import { subscriptionsQuery } from './subscriptions-query';
import { Time, useNow } from '../components/time/time';

/** How many seats of each product and model are in use. */
export function SubscriptionCards({ organizationId }: { organizationId: number }): React.ReactNode {
  const { data } = useQuery(subscriptionsQuery(organizationId));
  if (!data) {
    return (
      <SimpleGrid cols={{ base: 1, xs: 2, lg: 4 }}>
        <Skeleton h={132} radius="lg" />
        <Skeleton h={132} radius="lg" />
      </SimpleGrid>
    );
  }
  if (data.length === 0) {
    return (
      <Card padding={0}>
        <NoSeats />
      </Card>
    );
  }
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, lg: Math.min(4, Math.max(3, data.length)) }}>
      {data.map((each) => (
        <SubscriptionCard key={`${each.product} ${each.model}`} subscription={each} />
      ))}
    </SimpleGrid>
  );
}

const day = 86_400_000;
/** From then on the end is told as what is left, evaluations from their first day on. */
const soonDays = 31;

function SubscriptionCard({ subscription }: { subscription: SubscriptionView }): React.ReactNode {
  const { t } = useTranslation();
  const now = useNow();
  const { product, model, subscribed, available, expiry } = subscription;
  const used = subscribed - available;
  const full = available <= 0 && subscribed > 0;
  const days = (new Date(expiry).getTime() - now) / day;
  return (
    <Card padding="md">
      <Stack gap="xs" h="100%" justify="space-between">
        <Group justify="space-between" gap={6}>
          <Text fw={600}>{t(`app.productName.${product}`)}</Text>
          <Badge color="gray">{t(`app.model.${model}`)}</Badge>
        </Group>
        <Group align="baseline" gap={6}>
          <Text fz={30} fw={640} lh={1} className="numbers">
            {used}
          </Text>
          <Text c="dimmed" className="numbers">
            {t(`dashboard.cards.${model}`, { count: subscribed })}
          </Text>
        </Group>
        <Progress
          value={subscribed === 0 ? 0 : Math.min(100, (100 * used) / subscribed)}
          color={full ? 'red' : used / subscribed > 0.8 ? 'yellow' : 'pine'}
          aria-label={t('dashboard.cards.label', { used, total: subscribed })}
        />
        <Group justify="space-between" gap={6}>
          <Text size="sm" c={full ? 'red' : 'dimmed'} fw={full ? 600 : undefined}>
            {full ? t('dashboard.cards.full') : t('dashboard.cards.available', { count: available })}
          </Text>
          <Text size="sm" c={days < soonDays ? 'var(--warning)' : 'dimmed'} fw={days < soonDays ? 600 : undefined}>
            {days < 0 ? t('dashboard.cards.expired') : t('dashboard.cards.expires')}{' '}
            <Time value={expiry} as={days < soonDays ? 'ago' : 'utcDay'} />
          </Text>
        </Group>
      </Stack>
    </Card>
  );
}
