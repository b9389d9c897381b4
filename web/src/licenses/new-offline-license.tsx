import { Alert, Button, Group, Radio, Select, Stack, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OfflineLicenseView, SubscriptionView } from '../../generated/api';
import { answer, api } from '../api/client';
import { products } from '../api/enums';
import { refreshOrganization } from '../api/queries';
import { FormDialog } from '../forms/dialog';
import { dayOf, writtenDayOf } from '../forms/day';
import { type ServerForm, useServerForm } from '../forms/use-server-form';
import { subscriptionsQuery } from '../seats/subscriptions-query';
import { useNow } from '../components/time/time';
import { MachineIdField } from './machine-id-field';
import { isOfflineClient, type OfflineClient, offlineClients, type OfflineProduct, productOf } from './offline-client';
import { endOf, lastDayOf, lastEnd, notAfterDay } from './offline-expiry';
import { OfflineDownloads, OnlyVendorFiles } from './offline-downloads';

const day = 86_400_000;

interface Props {
  organizationId: number;
  onClose: () => void;
}

/** Creates a license for a machine without a network, then hands out its file. */
export function NewOfflineLicense({ organizationId, onClose }: Props): React.ReactNode {
  const { t } = useTranslation();
  const [created, setCreated] = useState<Created>();
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

interface Created {
  license: OfflineLicenseView;
  client: OfflineClient;
}

interface FormProps extends Props {
  onCreated: (created: Created) => void;
}

function Form({ organizationId, onCreated, onClose }: FormProps): React.ReactNode {
  const { t } = useTranslation();
  const { form, subscriptions, ...state } = useOfflineForm(organizationId, onCreated);
  return (
    <FormDialog
      title={t('licenses.offline.create')}
      action={t('licenses.offline.createAction')}
      onClose={onClose}
      {...state}
    >
      <ClientChoice
        value={form.values.client}
        onChange={(client) => form.setValues({ client, product: productOf[client] ?? form.values.product })}
      />
      {form.values.client === 'engine' && <OnlyVendorFiles />}
      <MachineIdField {...form.getInputProps('machineId')} />
      {form.values.client === 'program' && (
        <Select
          label={t('licenses.product')}
          data={products.map((product) => ({ value: product, label: t(`app.productName.${product}`) }))}
          allowDeselect={false}
          {...form.getInputProps('product')}
        />
      )}
      <ExpiryField form={form} end={lastEnd(subscriptions, form.values.product)} />
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

interface Values {
  client: OfflineClient;
  machineId: string;
  product: OfflineProduct;
  expiresAt: string;
}

interface OfflineForm extends ServerForm<Values> {
  subscriptions: readonly SubscriptionView[];
}

function useOfflineForm(organizationId: number, onCreated: FormProps['onCreated']): OfflineForm {
  const { t } = useTranslation();
  const now = useNow();
  const { data: subscriptions = [] } = useQuery(subscriptionsQuery(organizationId));
  const state = useServerForm<Values>(
    {
      initialValues: {
        client: 'studio',
        machineId: '',
        product: 'KSE',
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
  return { ...state, subscriptions };
}

interface ExpiryProps {
  form: OfflineForm['form'];
  /** When the last license ends that it can be taken from. */
  end: number | undefined;
}

function ExpiryField({ form, end }: ExpiryProps): React.ReactNode {
  const { t } = useTranslation();
  const now = useNow();
  const shortcuts = [30, 90].filter((count) => end === undefined || dayOf(now + count * day) <= writtenDayOf(end));
  return (
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
  );
}
