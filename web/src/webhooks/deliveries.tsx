import { Badge, Button, Group, SegmentedControl, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { ArrowLeft, Inbox, RotateCw } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DeliveryView, WebhookView } from '../../generated/api';
import { deliveryStates } from '../api/enums';
import { queryClient } from '../api/queries';
import { Dialog } from '../components/dialog';
import { EmptyState } from '../components/layout/empty-state';
import { notifyDone, notifyFailure } from '../components/notify';
import { Time } from '../components/time/time';
import type { Column } from '../table/column';
import { RowButton } from '../table/row-button';
import { numbered } from '../table/list-request';
import { ServerTable } from '../table/server-table';
import { DeliveryError, Excerpt } from './delivery-parts';
import {
  deliveriesOf,
  type DeliveryState,
  type WebhookOwner,
  redeliver,
  webhookKey,
  webhooksPath,
} from './webhook-calls';
import { hostOf } from './webhook-values';

const states = ['all', ...deliveryStates] as const;

const colors: Record<DeliveryState, string> = { waiting: 'yellow', delivered: 'pine', failed: 'red' };

interface Props {
  owner: WebhookOwner;
  webhook: WebhookView;
  onClose: () => void;
}

/** What was sent to a webhook, and one delivery with all that is known of it. */
export function Deliveries({ owner, webhook, onClose }: Props): React.ReactNode {
  const { t } = useTranslation();
  const [shown, setShown] = useState<DeliveryView>();
  return (
    <Dialog size={900} onClose={onClose} title={t('webhooks.deliveriesOf', { host: hostOf(webhook) })}>
      {shown ? (
        <Details owner={owner} webhook={webhook} delivery={shown} onBack={() => setShown(undefined)} />
      ) : (
        <DeliveryList owner={owner} webhook={webhook} onShow={setShown} />
      )}
    </Dialog>
  );
}

interface ListProps {
  owner: WebhookOwner;
  webhook: WebhookView;
  onShow: (delivery: DeliveryView) => void;
}

function DeliveryList({ owner, webhook, onShow }: ListProps): React.ReactNode {
  const { t } = useTranslation();
  const [state, setState] = useState<(typeof states)[number]>('all');
  const columns = useDeliveryColumns(onShow);
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        {t('webhooks.deliveries.text')}
      </Text>
      <SegmentedControl
        size="sm"
        aria-label={t('webhooks.state')}
        value={state}
        onChange={(value) => setState(value)}
        data={states.map((value) => ({ value, label: t(`webhooks.deliveries.states.${value}`) }))}
      />
      <ServerTable
        key={state}
        label={t('webhooks.deliveries.title')}
        searchable={false}
        queryKey={webhookKey(owner, webhook.id, 'deliveries', state)}
        polled
        fetchPage={async (request) =>
          numbered(await deliveriesOf(owner, webhook.id, { ...request, state: state === 'all' ? undefined : state }))
        }
        columns={columns}
        rowKey={({ id }) => id}
        csv={{
          path: `${webhooksPath(owner)}/${webhook.id}/deliveries`,
          query: { state: state === 'all' ? undefined : state },
        }}
        defaultSort="id,desc"
        empty={<EmptyState icon={Inbox} title={t('webhooks.deliveries.none')} />}
      />
    </Stack>
  );
}

function useDeliveryColumns(onShow: (delivery: DeliveryView) => void): Column<DeliveryView>[] {
  const { t } = useTranslation();
  return [
    {
      key: 'event',
      title: t('webhooks.deliveries.event'),
      sortable: true,
      render: ({ event, occurredAt }) => (
        <Stack gap={0}>
          <Text fw={500} lh={1.35}>
            {t(`webhooks.events.${event}`)}
          </Text>
          <Text size="sm" c="dimmed" lh={1.35} component="div">
            <Time value={occurredAt} />
          </Text>
        </Stack>
      ),
    },
    {
      key: 'state',
      title: t('webhooks.state'),
      minWidth: 200,
      render: (delivery) => <State {...delivery} />,
    },
    {
      key: 'actions',
      title: '',
      end: true,
      render: (delivery) => (
        <RowButton
          label={t('webhooks.deliveries.detailsOf', { id: delivery.messageId })}
          onClick={() => onShow(delivery)}
        >
          {t('webhooks.deliveries.details')}
        </RowButton>
      ),
    },
  ];
}

function State({ state, error, status, attempts, nextAttemptAt }: DeliveryView): React.ReactNode {
  const { t } = useTranslation();
  return (
    <div>
      <Badge color={colors[state]}>{t(`webhooks.deliveries.states.${state}`)}</Badge>
      {state !== 'delivered' && error !== null && (
        <Text size="sm" className="break">
          <DeliveryError error={error} status={status} />
        </Text>
      )}
      {nextAttemptAt !== null && attempts > 0 && (
        <Text size="sm" c="dimmed" component="div">
          {t('webhooks.deliveries.attempts', { count: attempts })} <Time value={nextAttemptAt} />
        </Text>
      )}
    </div>
  );
}

interface DetailsProps {
  owner: WebhookOwner;
  webhook: WebhookView;
  delivery: DeliveryView;
  onBack: () => void;
}

function Details({ owner, webhook, delivery, onBack }: DetailsProps): React.ReactNode {
  const { t } = useTranslation();
  const again = useMutation({
    mutationFn: () => redeliver(owner, webhook.id, delivery.id),
    onSuccess: async () => {
      notifyDone(t('webhooks.deliveries.redelivered'));
      await queryClient.invalidateQueries({ queryKey: webhookKey(owner, webhook.id, 'deliveries') });
      onBack();
    },
    onError: notifyFailure,
  });
  const { event, messageId, status, durationMillis, request, response } = delivery;
  return (
    <Stack>
      <Group justify="space-between" gap="sm">
        <Button variant="subtle" size="sm" leftSection={<ArrowLeft size={16} aria-hidden />} onClick={onBack}>
          {t('webhooks.deliveries.back')}
        </Button>
        <Button
          variant="default"
          size="sm"
          leftSection={<RotateCw size={16} aria-hidden />}
          loading={again.isPending}
          onClick={() => again.mutate()}
        >
          {t('webhooks.deliveries.redeliver')}
        </Button>
      </Group>
      <Text fw={500}>{t(`webhooks.events.${event}`)}</Text>
      <State {...delivery} />
      <Text size="sm" className="break">
        webhook-id: {messageId}
      </Text>
      {status !== null && <Text size="sm">{t('webhooks.answered', { status, millis: durationMillis ?? 0 })}</Text>}
      <Excerpt label={t('webhooks.deliveries.request')} text={request} />
      {response !== null && response !== '' && <Excerpt label={t('webhooks.deliveries.response')} text={response} />}
    </Stack>
  );
}
