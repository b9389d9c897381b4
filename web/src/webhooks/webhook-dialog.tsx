import { Collapse, MultiSelect, Select, Textarea, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { WebhookView, WebhookWithSecret } from '../../generated/api';
import { webhookEvents, webhookFormats } from '../api/enums';
import { queryClient } from '../api/queries';
import { notifyDone } from '../components/notify';
import { FormDialog } from '../forms/dialog';
import { useVersionedForm, type VersionedForm } from '../forms/use-versioned-form';
import { changeWebhook, createWebhook, readWebhook, type WebhookOwner, webhookKey } from './webhook-calls';
import { WebhookTest } from './webhook-test';
import { webhookChangeOf, isShown, webhookValuesOf, type WebhookValues } from './webhook-values';

interface Props {
  owner: WebhookOwner;
  /** Undefined: a new one. */
  webhook?: WebhookView;
  onCreated?: (webhook: WebhookWithSecret) => void;
  onClose: () => void;
}

/** Adds or changes a webhook, and tests it as it is in the form. */
export function WebhookDialog({ owner, webhook, onCreated, onClose }: Props): React.ReactNode {
  const { t } = useTranslation();
  const {
    form,
    basis,
    restart: _,
    ...state
  } = useVersionedForm<WebhookView | undefined, WebhookValues>({
    read: webhook,
    valuesOf: webhookValuesOf,
    validate: { events: (events) => (events.length === 0 ? t('webhooks.chooseEvents') : null) },
    readAgain: async () => webhook && readWebhook(owner, webhook.id),
    save: async (values, stored) => {
      const { url, format, events, caCertificate } = webhookChangeOf(values);
      if (stored) {
        await changeWebhook(owner, stored.id, { url, format, events, caCertificate, version: stored.version });
        notifyDone(t('webhooks.saved'));
      } else {
        onCreated?.(await createWebhook(owner, { url: url ?? '', format, events: values.events, caCertificate }));
      }
      await queryClient.invalidateQueries({ queryKey: webhookKey(owner) });
      onClose();
      return undefined;
    },
  });
  const names: Partial<Record<string, string>> = {
    url: t('webhooks.url'),
    format: t('webhooks.format'),
    events: t('webhooks.eventsLabel'),
    caCertificate: t('mail.authority'),
    enabled: t('webhooks.states.enabled'),
  };
  return (
    <FormDialog
      title={webhook ? t('webhooks.edit') : t('webhooks.add')}
      action={webhook ? t('app.save') : t('webhooks.add')}
      onClose={onClose}
      nameOf={(field) => names[field] ?? field}
      {...state}
    >
      <Fields form={form} webhook={basis} />
      {webhook && <WebhookTest owner={owner} webhookId={webhook.id} values={form.values} />}
    </FormDialog>
  );
}

interface FieldProps {
  form: VersionedForm<WebhookView, WebhookValues>['form'];
  webhook: WebhookView | undefined;
}

function Fields({ form, webhook }: FieldProps): React.ReactNode {
  const { t } = useTranslation();
  const { format, url, caCertificate } = form.values;
  const isKept = webhook !== undefined && !isShown(webhook);
  return (
    <>
      <Select
        label={t('webhooks.format')}
        data={webhookFormats.map((value) => ({ value, label: t(`webhooks.formats.${value}`) }))}
        allowDeselect={false}
        {...form.getInputProps('format')}
      />
      <TextInput
        label={t('webhooks.url')}
        description={isKept ? t('webhooks.urlKept', { url: webhook.url }) : t(`webhooks.urlHints.${format}`)}
        placeholder={t(`webhooks.urlExamples.${format}`)}
        required={!isKept}
        withAsterisk={false}
        maxLength={2000}
        spellCheck={false}
        autoComplete="off"
        {...form.getInputProps('url')}
      />
      <MultiSelect
        label={t('webhooks.eventsLabel')}
        placeholder={form.values.events.length === 0 ? t('webhooks.chooseEvents') : undefined}
        data={webhookEvents.map((value) => ({ value, label: t(`webhooks.events.${value}`) }))}
        searchable
        clearable
        clearButtonProps={{ 'aria-label': t('show.clear') }}
        hidePickedOptions
        {...form.getInputProps('events')}
      />
      <Collapse expanded={url.startsWith('https:') || caCertificate !== ''}>
        <Textarea
          label={t('mail.authority')}
          description={t('webhooks.authorityHint')}
          placeholder="-----BEGIN CERTIFICATE-----"
          autosize
          minRows={2}
          maxRows={8}
          spellCheck={false}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 13 } }}
          {...form.getInputProps('caCertificate')}
        />
      </Collapse>
    </>
  );
}
