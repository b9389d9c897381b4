import { Alert, Button, Group, Radio, Select, Stack, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OfflineLicenseView, SubscriptionView } from '../../generated/api';
import { answer, api } from '../api/client';
import { refreshOrganization } from '../api/queries';
import { FormDialog } from '../forms/dialog';
import { dayOf, endOfDay, writtenDayOf } from '../forms/day';
import { useServerForm } from '../forms/use-server-form';
import { subscriptionsQuery } from '../seats/subscriptions-query';
import { useNow } from '../components/time';
import { isOfflineClient, type OfflineClient, offlineClients, type Product, productOf } from './offline-client';
import { OfflineDownloads, OnlyVendorFiles } from './offline-downloads';

const products: readonly Product[] = ['KSE', 'KRE'];
const day = 86_400_000;

interface Props {
  organizationId: number;
  onClose: () => void;
}

/** Creates a license for a machine without a network, then hands out its file. */
export function NewOfflineLicense({ organizationId, onClose }: Props): React.ReactNode {
  const { t } = useTranslation();
  const [created, setCreated] = useState<{ license: OfflineLicenseView; client: OfflineClient }>();
  if (created) {
    return (
      <OfflineDownloads
        organizationId={organizationId}
        {...created}
        title={t('licenses.offline.created')}
        onClose={onClose}
      />
    );
  }
  return <Form organizationId={organizationId} onCreated={setCreated} onClose={onClose} />;
}

function Form({
  organizationId,
  onCreated,
  onClose,
}: Props & { onCreated: (created: { license: OfflineLicenseView; client: OfflineClient }) => void }): React.ReactNode {
  const { t } = useTranslation();
  const now = useNow();
  const { data: subscriptions = [] } = useQuery(subscriptionsQuery(organizationId));
  const { form, submit, pending, failure, unsaved } = useServerForm(
    {
      initialValues: {
        client: 'studio' as OfflineClient,
        machineId: '',
        product: 'KSE' as Product,
        expiresAt: notAfterDay(dayOf(now + 30 * day), lastEnd(subscriptions, 'KSE')),
      },
      validate: { expiresAt: (value) => (value === '' ? t('licenses.offline.expiryMissing') : null) },
    },
    async ({ client, machineId, product, expiresAt }) => {
      const license = await answer(
        api.POST('/api/v1/organizations/{organizationId}/offline-licenses', {
          params: { path: { organizationId } },
          body: {
            machineId: machineId.trim(),
            product,
            expiresAt: endOf(expiresAt, lastEnd(subscriptions, product)),
          },
        }),
      );
      await refreshOrganization(organizationId, ['offline-licenses', 'licenses']);
      onCreated({ license, client });
    },
  );
  const end = lastEnd(subscriptions, form.values.product);
  const shortcuts = [30, 90].filter((count) => end === undefined || dayOf(now + count * day) <= writtenDayOf(end));
  return (
    <FormDialog
      title={t('licenses.offline.create')}
      action={t('licenses.offline.createAction')}
      submit={submit}
      pending={pending}
      failure={failure}
      unsaved={unsaved}
      onClose={onClose}
    >
      <ClientChoice
        value={form.values.client}
        onChange={(client) => form.setValues({ client, product: productOf[client] ?? form.values.product })}
      />
      {form.values.client === 'engine' && <OnlyVendorFiles />}
      <TextInput
        label={t('licenses.offline.machineId')}
        description={t('licenses.offline.machineIdHint')}
        required
        withAsterisk={false}
        maxLength={255}
        spellCheck={false}
        autoComplete="off"
        data-autofocus
        {...form.getInputProps('machineId')}
      />
      {form.values.client === 'program' && (
        <Select
          label={t('licenses.product')}
          data={products.map((product) => ({ value: product, label: t(`app.productName.${product}`) }))}
          allowDeselect={false}
          {...form.getInputProps('product')}
        />
      )}
      <Stack gap={6}>
        <TextInput
          type="date"
          label={t('licenses.offline.expiresAt')}
          required
          withAsterisk={false}
          min={dayOf(now)}
          max={end === undefined ? undefined : lastDayOf(end)}
          {...form.getInputProps('expiresAt')}
        />
        <Group gap="xs">
          {shortcuts.map((count) => (
            <Button
              key={count}
              size="compact-sm"
              variant="default"
              onClick={() => form.setFieldValue('expiresAt', dayOf(now + count * day))}
            >
              {t('licenses.offline.days', { count })}
            </Button>
          ))}
          {end !== undefined && (
            <Button size="compact-sm" variant="default" onClick={() => form.setFieldValue('expiresAt', lastDayOf(end))}>
              {t('licenses.offline.untilEnd')}
            </Button>
          )}
        </Group>
      </Stack>
      <Alert color="yellow" icon={<TriangleAlert size={18} aria-hidden />} p="sm">
        {t('licenses.offline.irrevocable')}
      </Alert>
    </FormDialog>
  );
}

/** What runs on the machine: it decides which file the machine needs. */
function ClientChoice({
  value,
  onChange,
}: {
  value: OfflineClient;
  onChange: (client: OfflineClient) => void;
}): React.ReactNode {
  const { t } = useTranslation();
  return (
    <Radio.Group
      label={t('licenses.offline.client')}
      value={value}
      onChange={(chosen) => isOfflineClient(chosen) && onChange(chosen)}
    >
      <Stack gap="xs" mt="xs">
        {offlineClients.map((client) => (
          <Radio
            key={client}
            value={client}
            label={t(`licenses.offline.clientName.${client}`)}
            description={t(`licenses.offline.clientTakes.${client}`)}
          />
        ))}
      </Stack>
    </Radio.Group>
  );
}

/** When the last license ends from which an offline one can be taken; undefined: there is none. */
function lastEnd(subscriptions: readonly SubscriptionView[], wanted: Product): number | undefined {
  const ends = subscriptions
    .filter(({ product, model }) => product === wanted && model !== 'per-user')
    .map(({ expiry }) => Date.parse(expiry));
  return ends.length > 0 ? Math.max(...ends) : undefined;
}

/** The day that was written in the license, or today where that is later. */
function lastDayOf(end: number): string {
  const today = dayOf(Date.now());
  return writtenDayOf(end) < today && end > Date.now() ? today : writtenDayOf(end);
}

function notAfterDay(day: string, end: number | undefined): string {
  return end !== undefined && lastDayOf(end) < day ? lastDayOf(end) : day;
}

/** The end of the last day is the license's, not the calendar's. */
function endOf(day: string, end: number | undefined): string {
  const time = endOfDay(day).getTime();
  const isLast = end !== undefined && [lastDayOf(end), dayOf(end)].includes(day);
  return new Date(isLast ? Math.min(time, end) : time).toISOString();
}
