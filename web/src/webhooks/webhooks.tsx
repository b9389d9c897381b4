import { Button } from '@mantine/core';
import { Plus, Webhook } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { WebhookView, WebhookWithSecret } from '../../generated/api';
import { queryClient } from '../api/queries';
import { Confirm } from '../components/confirm';
import { EmptyState } from '../components/layout/empty-state';
import { PageHeader } from '../components/layout/page-header';
import { ShownOnce } from '../components/shown-once';
import { ServerTable } from '../table/server-table';
import { Deliveries } from './deliveries';
import {
  changeWebhook,
  deleteWebhook,
  type WebhookOwner,
  rotateSecret,
  webhookKey,
  webhooksOf,
  webhooksPath,
} from './webhook-calls';
import { useWebhookColumns, type WebhookAct } from './webhook-columns';
import { WebhookDialog } from './webhook-dialog';
import { hostOf } from './webhook-values';

interface Chosen {
  webhook: WebhookView;
  act: WebhookAct;
}

interface Props {
  owner: WebhookOwner;
  title: string;
  text: string;
}

/** A list of webhooks, and all that can be done with them. */
export function Webhooks({ owner, title, text }: Props): React.ReactNode {
  const { t } = useTranslation();
  const [adding, setAdding] = useState(false);
  const [chosen, setChosen] = useState<Chosen>();
  const [created, setCreated] = useState<WebhookWithSecret>();
  const columns = useWebhookColumns((webhook, act) => setChosen({ webhook, act }));
  const close = (): void => setChosen(undefined);
  const add = (
    <Button leftSection={<Plus size={16} aria-hidden />} onClick={() => setAdding(true)}>
      {t('webhooks.add')}
    </Button>
  );
  return (
    <>
      <PageHeader title={title} text={text}>
        {add}
      </PageHeader>
      <ServerTable
        label={title}
        queryKey={webhookKey(owner)}
        polled
        fetchPage={(query) => webhooksOf(owner, query)}
        columns={columns}
        rowKey={({ id }) => id}
        csv={{ path: webhooksPath(owner) }}
        defaultSort="host"
        empty={<EmptyState icon={Webhook} title={t('webhooks.none')} text={t('webhooks.noneText')} />}
      />
      {adding && <WebhookDialog owner={owner} onCreated={setCreated} onClose={() => setAdding(false)} />}
      {chosen && <Act owner={owner} {...chosen} onRotated={setCreated} onClose={close} />}
      {created && (
        <ShownOnce
          title={t('webhooks.secretTitle', { host: hostOf(created) })}
          text={t('webhooks.secretOnce')}
          secret={created.secret}
          copyLabel={t('webhooks.copySecret')}
          testId="webhook-secret"
          onClose={() => setCreated(undefined)}
        />
      )}
    </>
  );
}

interface ActProps extends Chosen {
  owner: WebhookOwner;
  onRotated: (webhook: WebhookWithSecret) => void;
  onClose: () => void;
}

function Act({ owner, webhook, act, onRotated, onClose }: ActProps): React.ReactNode {
  const { t } = useTranslation();
  const host = hostOf(webhook);
  const refresh = (): Promise<void> => queryClient.invalidateQueries({ queryKey: webhookKey(owner) });
  if (act === 'edit') return <WebhookDialog owner={owner} webhook={webhook} onClose={onClose} />;
  if (act === 'deliveries') return <Deliveries owner={owner} webhook={webhook} onClose={onClose} />;
  const run = {
    enable: () => changeWebhook(owner, webhook.id, { enabled: true }),
    disable: () => changeWebhook(owner, webhook.id, { enabled: false }),
    delete: () => deleteWebhook(owner, webhook.id),
    rotate: async () => onRotated(await rotateSecret(owner, webhook.id)),
  }[act];
  return (
    <Confirm
      title={t(`webhooks.acts.${act}.title`, { host })}
      text={t(`webhooks.acts.${act}.text`)}
      action={t(`webhooks.acts.${act}.action`)}
      danger={act === 'delete'}
      done={act === 'rotate' ? undefined : t(`webhooks.acts.${act}.done`)}
      run={async () => {
        await run();
        await refresh();
      }}
      onClose={onClose}
    />
  );
}
