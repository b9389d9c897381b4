import { Badge, Group, Stack, Text } from '@mantine/core';
import { CirclePause, CirclePlay, History, KeyRound, Pencil, Trash2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { WebhookView } from '../../generated/api';
import { Time } from '../components/time/time';
import type { Column } from '../table/column';
import { RowButton } from '../table/row-button';
import { RowMenu } from '../table/row-menu';
import { hostOf } from './webhook-values';

/** What can be done with a webhook. */
export type WebhookAct = 'edit' | 'deliveries' | 'enable' | 'disable' | 'rotate' | 'delete';

type OnAct = (webhook: WebhookView, act: WebhookAct) => void;

export function useWebhookColumns(onAct: OnAct): Column<WebhookView>[] {
  const { t } = useTranslation();
  return [
    {
      key: 'host',
      title: t('webhooks.receiver'),
      sortable: true,
      render: ({ url, format }) => (
        <Stack gap={0} miw={0}>
          <Text fw={500} className="break" lh={1.35}>
            {url}
          </Text>
          <Text size="sm" c="dimmed" lh={1.35}>
            {t(`webhooks.formats.${format}`)}
          </Text>
        </Stack>
      ),
    },
    {
      key: 'events',
      title: t('webhooks.eventsLabel'),
      minWidth: 240,
      render: ({ events }) => <Text size="sm">{events.map((event) => t(`webhooks.events.${event}`)).join(' · ')}</Text>,
    },
    { key: 'state', title: t('webhooks.state'), minWidth: 180, render: (webhook) => <State {...webhook} /> },
    {
      key: 'actions',
      title: '',
      end: true,
      render: (webhook) => <Actions webhook={webhook} onAct={onAct} />,
    },
  ];
}

function State({ enabled, disabledAt, failingSince }: WebhookView): React.ReactNode {
  const { t } = useTranslation();
  if (!enabled) {
    return (
      <div>
        <Badge color={disabledAt ? 'red' : 'gray'}>{t('webhooks.states.disabled')}</Badge>
        {disabledAt && (
          <Text size="sm">
            {t('webhooks.disabledAt')} <Time value={disabledAt} />
          </Text>
        )}
      </div>
    );
  }
  return failingSince ? (
    <div>
      <Badge color="yellow">{t('webhooks.states.failing')}</Badge>
      <Text size="sm">
        {t('webhooks.failingSince')} <Time value={failingSince} />
      </Text>
    </div>
  ) : (
    <Badge color="pine">{t('webhooks.states.enabled')}</Badge>
  );
}

function Actions({ webhook, onAct }: { webhook: WebhookView; onAct: OnAct }): React.ReactNode {
  const { t } = useTranslation();
  const name = hostOf(webhook);
  const act = (which: WebhookAct) => ({ run: () => onAct(webhook, which) });
  return (
    <Group gap="xs" wrap="nowrap" justify="flex-end">
      <RowButton
        leftSection={<History size={14} aria-hidden />}
        label={t('webhooks.deliveriesOf', { host: name })}
        onClick={() => onAct(webhook, 'deliveries')}
      >
        {t('webhooks.deliveries.title')}
      </RowButton>
      <RowMenu
        name={name}
        actions={[
          { label: t('webhooks.editOrTest'), icon: Pencil, ...act('edit') },
          webhook.enabled
            ? { label: t('webhooks.acts.disable.action'), icon: CirclePause, ...act('disable') }
            : { label: t('webhooks.acts.enable.action'), icon: CirclePlay, ...act('enable') },
          { label: t('webhooks.acts.rotate.action'), icon: KeyRound, ...act('rotate') },
          { label: t('webhooks.acts.delete.action'), icon: Trash2, danger: true, ...act('delete') },
        ]}
      />
    </Group>
  );
}
