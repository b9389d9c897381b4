import { Badge, Group, Progress, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { SubscriptionView } from '../../generated/api';
import { useOrganization } from '../app/use-me';
import { writtenDayOf } from '../forms/day';
import { NoSeats } from '../seats/no-seats';
import { subscriptionsQuery } from '../seats/subscriptions-query';
import { AsyncContent } from '../components/async-content';
import { Time, useNow } from '../components/time/time';
import { PlainTable } from '../table/plain-table';
import type { Column } from '../table/column';

/** What the organization has of each product and model, and what of it is free. */
export function Subscriptions(): React.ReactNode {
  const { t } = useTranslation();
  const { id } = useOrganization();
  const query = useQuery(subscriptionsQuery(id));
  const columns = useSubscriptionColumns();
  return (
    <AsyncContent query={query}>
      {(rows) =>
        rows.length === 0 ? (
          <NoSeats />
        ) : (
          <PlainTable
            label={t('licenses.title')}
            columns={columns}
            rows={rows}
            rowKey={({ product, model }) => `${product} ${model}`}
          />
        )
      }
    </AsyncContent>
  );
}

function useSubscriptionColumns(): Column<SubscriptionView>[] {
  const { t } = useTranslation();
  return [
    {
      key: 'product',
      title: t('licenses.product'),
      minWidth: 280,
      render: (row) => <Product {...row} />,
    },
    {
      key: 'subscribed',
      title: t('licenses.subscribed'),
      end: true,
      render: ({ subscribed }) => <span className="numbers">{subscribed}</span>,
    },
    {
      key: 'available',
      title: t('licenses.available'),
      end: true,
      render: ({ available }) => (
        <Text
          component="span"
          className="numbers"
          c={available === 0 ? 'var(--mantine-color-error)' : undefined}
          fw={600}
          inherit
        >
          {available}
        </Text>
      ),
    },
    { key: 'taken', title: t('licenses.taken'), render: (row) => <Taken subscription={row} /> },
    {
      key: 'machineQuota',
      title: t('licenses.machineQuota'),
      end: true,
      render: ({ machineQuota }) => <span className="numbers">{machineQuota ?? t('licenses.anyNumber')}</span>,
    },
    {
      key: 'expiry',
      title: t('licenses.expiry'),
      render: (row) => <Expiry {...row} />,
    },
  ];
}

function Product({ product, model, warning, expiry }: SubscriptionView): React.ReactNode {
  const { t } = useTranslation();
  const now = useNow();
  return (
    <Stack gap={2} align="flex-start">
      <Group gap={8}>
        <Text fw={500}>{t(`app.productName.${product}`)}</Text>
        <Badge color="gray">{t(`app.model.${model}`)}</Badge>
      </Group>
      {warning && (
        <Group gap={6} wrap="nowrap" align="flex-start" c="var(--warning)">
          <TriangleAlert size={15} aria-hidden style={{ flex: 'none', marginTop: 3 }} />
          <Text size="sm" ta="start">
            {t(new Date(expiry).getTime() < now ? 'licenses.expired' : 'licenses.expiresSoon')} <Time value={expiry} />
          </Text>
        </Group>
      )}
    </Stack>
  );
}

function Expiry({ expiry, endsAt }: SubscriptionView): React.ReactNode {
  const { t } = useTranslation();
  return (
    <Stack gap={0}>
      <Time value={expiry} as="utcDay" />
      {lastDayOf(endsAt) !== writtenDayOf(Date.parse(expiry)) && (
        <Text size="sm" c="dimmed">
          {t('licenses.grace')} <Time value={lastDayOf(endsAt)} as="utcDay" />
        </Text>
      )}
    </Stack>
  );
}

/** How much is gone, and to what. */
function Taken({ subscription }: { subscription: SubscriptionView }): React.ReactNode {
  const { t } = useTranslation();
  const { subscribed, available, online, offline, held, heldUntil, product, model } = subscription;
  const used = subscribed - available;
  const share = subscribed === 0 ? 0 : Math.min(100, (100 * used) / subscribed);
  return (
    <Stack gap={4} miw={130}>
      <Progress
        value={share}
        color={available === 0 ? 'red' : share > 80 ? 'yellow' : 'pine'}
        aria-label={t('licenses.takenLabel', {
          product: `${t(`app.productName.${product}`)}, ${t(`app.model.${model}`)}`,
          used,
          total: subscribed,
        })}
      />
      <Text size="sm" c="dimmed" className="numbers">
        {t('licenses.takenBy', { online, offline })}
      </Text>
      {held > 0 && heldUntil && (
        <Text size="sm" c="dimmed">
          {t('licenses.held', { count: held })} <Time value={heldUntil} />
        </Text>
      )}
    </Stack>
  );
}

/** The last day on which there are seats: their end is the first moment without. */
function lastDayOf(endsAt: string): string {
  return writtenDayOf(Date.parse(endsAt) - 1);
}
