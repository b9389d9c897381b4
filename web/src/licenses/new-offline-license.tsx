import { Alert, Button, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Download, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OfflineLicenseView, SubscriptionView } from '../../generated/api';
import { answer, api } from '../api/client';
import { refreshOrganization } from '../api/queries';
import { FormDialog } from '../forms/dialog';
import { dayOf, endOfDay } from '../forms/day';
import { useServerForm } from '../forms/use-server-form';
import { subscriptionsQuery } from '../seats/subscriptions-query';
import { Dialog } from '../show/dialog';
import { Time, useNow } from '../show/time';
import { licFileAddress } from './lic-file-address';

type Product = OfflineLicenseView['product'];
const products: readonly Product[] = ['KSE', 'KRE'];
const day = 86_400_000;

interface Props {
  organizationId: number;
  onClose: () => void;
}

/** Creates a license for a machine without a network, then hands out its file. */
export function NewOfflineLicense({ organizationId, onClose }: Props): React.ReactNode {
  const [created, setCreated] = useState<OfflineLicenseView>();
  if (created) return <Created organizationId={organizationId} license={created} onClose={onClose} />;
  return <Form organizationId={organizationId} onCreated={setCreated} onClose={onClose} />;
}

function Form({
  organizationId,
  onCreated,
  onClose,
}: Props & { onCreated: (license: OfflineLicenseView) => void }): React.ReactNode {
  const { t } = useTranslation();
  const now = useNow();
  const { data: subscriptions = [] } = useQuery(subscriptionsQuery(organizationId));
  const { form, submit, pending, failure } = useServerForm(
    {
      initialValues: {
        machineId: '',
        product: 'KSE' as Product,
        expiresAt: dayOf(Math.min(now + 30 * day, lastEnd(subscriptions, 'KSE') ?? Infinity)),
      },
      validate: { expiresAt: (value) => (value === '' ? t('licenses.offline.expiryMissing') : null) },
    },
    async ({ machineId, product, expiresAt }) => {
      const license = await answer(
        api.POST('/api/v1/organizations/{organizationId}/offline-licenses', {
          params: { path: { organizationId } },
          body: {
            machineId: machineId.trim(),
            product,
            expiresAt: notAfter(endOfDay(expiresAt), lastEnd(subscriptions, product)),
          },
        }),
      );
      await refreshOrganization(organizationId, ['offline-licenses', 'licenses']);
      onCreated(license);
    },
  );
  const end = lastEnd(subscriptions, form.values.product);
  const shortcuts = [30, 90].filter((count) => end === undefined || dayOf(now + count * day) <= dayOf(end));
  return (
    <FormDialog
      title={t('licenses.offline.create')}
      action={t('licenses.offline.createAction')}
      submit={submit}
      pending={pending}
      failure={failure}
      onClose={onClose}
    >
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
      <Select
        label={t('licenses.product')}
        data={products.map((product) => ({ value: product, label: t(`app.productName.${product}`) }))}
        allowDeselect={false}
        {...form.getInputProps('product')}
      />
      <Stack gap={6}>
        <TextInput
          type="date"
          label={t('licenses.offline.expiresAt')}
          required
          withAsterisk={false}
          min={dayOf(now)}
          max={end === undefined ? undefined : dayOf(end)}
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
            <Button size="compact-sm" variant="default" onClick={() => form.setFieldValue('expiresAt', dayOf(end))}>
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

/** The license is there; its file is what the machine needs. */
function Created({ organizationId, license, onClose }: Props & { license: OfflineLicenseView }): React.ReactNode {
  const { t } = useTranslation();
  return (
    <Dialog onClose={onClose} title={t('licenses.offline.created')}>
      <Stack>
        <Text>
          {t('licenses.offline.createdText')} <Time value={license.expiresAt} as="full" />.
        </Text>
        <Text size="sm" c="dimmed">
          {t('licenses.offline.howTo')}
        </Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('app.close')}
          </Button>
          <Button
            component="a"
            href={licFileAddress(organizationId, license.id)}
            download={`offline-${license.machineId}.lic`}
            leftSection={<Download size={16} aria-hidden />}
            data-autofocus
          >
            {t('licenses.offline.download')}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}

/** When the last license ends from which an offline one can be taken; undefined: there is none. */
function lastEnd(subscriptions: readonly SubscriptionView[], wanted: Product): number | undefined {
  const ends = subscriptions
    .filter(({ product, model }) => product === wanted && model !== 'per-user')
    .map(({ expiry }) => Date.parse(expiry));
  return ends.length > 0 ? Math.max(...ends) : undefined;
}

/** The end of the last day is the license's, not the calendar's. */
function notAfter(time: Date, end: number | undefined): string {
  const sameDay = end !== undefined && dayOf(end) === dayOf(time.getTime());
  return new Date(sameDay ? Math.min(time.getTime(), end) : time).toISOString();
}
