import { Badge, Button, Group, SegmentedControl, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Inbox, RotateCw } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { OutboxMailView } from '../../generated/api';
import { mailStates } from '../api/enums';
import { queryClient } from '../api/queries';
import { EmptyState } from '../components/layout/empty-state';
import { notifyDone, notifyFailure } from '../components/notify';
import { Time } from '../components/time/time';
import type { Column } from '../table/column';
import { ServerTable } from '../table/server-table';
import { mailKey, type MailState, outboxOf, type MailServerOwner, retryAllMails, retryMail } from './mail-calls';
import { mailTrouble } from '../language/mail-trouble';
import { RowButton } from '../table/row-button';
import { useAddressState } from '../table/use-address-state';

const states = ['all', ...mailStates] as const;

const colors: Record<MailState, string> = { waiting: 'yellow', sent: 'pine', failed: 'red' };

/** The mails that wait and why, that were sent, and that are no longer retried. */
export function Outbox({ owner }: { owner: MailServerOwner }): React.ReactNode {
  const { t } = useTranslation();
  const [{ state: chosen }, setFilter] = useAddressState({ state: 'all' });
  const state = states.find((each) => each === chosen) ?? 'all';
  const columns = useMailColumns(owner);
  return (
    <Stack gap={0}>
      <Group mb="sm" gap="sm" justify="space-between">
        <SegmentedControl
          size="sm"
          aria-label={t('mail.outbox.state')}
          value={state}
          onChange={(value) => setFilter({ state: value })}
          data={states.map((value) => ({
            value,
            label: t(`mail.outbox.states.${value}`),
          }))}
        />
        <RetryAll owner={owner} />
      </Group>
      <ServerTable
        key={state}
        label={t('mail.outbox.title')}
        queryKey={mailKey(owner, 'outbox', state)}
        polled={owner === 'server'}
        fetchPage={(request) => outboxOf(owner, { ...request, state: state === 'all' ? undefined : state })}
        columns={columns}
        rowKey={({ id }) => id}
        csv={{
          path: owner === 'server' ? '/api/v1/mail-server/outbox' : `/api/v1/organizations/${owner}/outbox`,
          query: { state: state === 'all' ? undefined : state },
        }}
        defaultSort="createdAt,desc"
        empty={
          <EmptyState
            icon={Inbox}
            title={state === 'all' ? t('mail.outbox.none') : t('mail.outbox.noneInState')}
            text={state === 'all' ? t('mail.outbox.noneText') : undefined}
          />
        }
      />
    </Stack>
  );
}

function useMailColumns(owner: MailServerOwner): Column<OutboxMailView>[] {
  const { t } = useTranslation();
  return [
    {
      key: 'recipient',
      title: t('mail.outbox.mail'),
      sortable: true,
      render: ({ recipient, subject }) => (
        <Stack gap={0} miw={0}>
          <Text fw={500} className="break" lh={1.35}>
            {recipient}
          </Text>
          <Text size="sm" c="dimmed" className="break" lh={1.35}>
            {subject}
          </Text>
        </Stack>
      ),
    },
    {
      key: 'state',
      title: t('mail.outbox.state'),
      minWidth: 220,
      sortable: true,
      render: (mail) => <State {...mail} />,
    },
    {
      key: 'createdAt',
      title: t('mail.outbox.created'),
      sortable: true,
      render: ({ createdAt }) => <Time value={createdAt} />,
    },
    {
      key: 'sentAt',
      title: t('mail.outbox.sent'),
      sortable: true,
      render: ({ sentAt }) => (sentAt ? <Time value={sentAt} /> : '–'),
    },
    {
      key: 'actions',
      title: '',
      end: true,
      render: (mail) => mail.state !== 'sent' && <Retry owner={owner} mail={mail} />,
    },
  ];
}

function State({ state, lastError, attempts, nextAttemptAt }: OutboxMailView): React.ReactNode {
  const { t } = useTranslation();
  return (
    <div>
      <Badge color={colors[state]}>{t(`mail.outbox.states.${state}`)}</Badge>
      {state !== 'sent' && lastError && (
        <Text size="sm" className="break">
          {mailTrouble(lastError)}
        </Text>
      )}
      {state === 'waiting' && attempts > 0 && (
        <Text size="sm" c="dimmed">
          {t('mail.outbox.attempts', { count: attempts })} <Time value={nextAttemptAt} />
        </Text>
      )}
    </div>
  );
}

function Retry({ owner, mail }: { owner: MailServerOwner; mail: OutboxMailView }): React.ReactNode {
  const { t } = useTranslation();
  const retry = useMutation({
    mutationFn: () => retryMail(owner, mail.id),
    onSuccess: () => {
      notifyDone(t('mail.outbox.retried'));
      return queryClient.invalidateQueries({ queryKey: mailKey(owner, 'outbox') });
    },
    onError: notifyFailure,
  });
  return (
    <RowButton
      leftSection={<RotateCw size={14} aria-hidden />}
      loading={retry.isPending}
      label={t('mail.outbox.retryFor', { recipient: mail.recipient })}
      onClick={() => retry.mutate()}
    >
      {t('mail.outbox.retry')}
    </RowButton>
  );
}

function RetryAll({ owner }: { owner: MailServerOwner }): React.ReactNode {
  const { t } = useTranslation();
  const retryAll = useMutation({
    mutationFn: () => retryAllMails(owner),
    onSuccess: (count) => {
      notifyDone(count === 0 ? t('mail.outbox.nothingToRetry') : t('mail.outbox.allRetried', { count }));
      return queryClient.invalidateQueries({ queryKey: mailKey(owner, 'outbox') });
    },
    onError: notifyFailure,
  });
  return (
    <Button
      variant="default"
      size="sm"
      leftSection={<RotateCw size={16} aria-hidden />}
      loading={retryAll.isPending}
      onClick={() => retryAll.mutate()}
    >
      {t('mail.outbox.retryAll')}
    </Button>
  );
}
