import { Alert, Button, Select, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Download, Info } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SubscriptionView } from '../../generated/api';
import { answer, api } from '../api/client';
import { products } from '../api/enums';
import { refreshOrganization } from '../api/queries';
import { fullTime } from '../components/time/full-time';
import { saveBlob } from '../components/save';
import { ShownOnce } from '../components/shown-once';
import { useNow } from '../components/time/time';
import { dayOf } from '../forms/day';
import { FormDialog } from '../forms/dialog';
import { type ServerForm, useServerForm } from '../forms/use-server-form';
import { subscriptionsQuery } from '../seats/subscriptions-query';
import { latestReturn, returnTime } from './borrowing';
import { MachineIdField } from './machine-id-field';
import type { OfflineProduct } from './offline-client';

interface Props {
  organizationId: number;
  onClose: () => void;
}

/** A seat that was taken along, with the token that is shown this once. */
interface Loan {
  product: OfflineProduct;
  token: string;
  borrowedUntil: string;
}

/** Borrows a seat for a laptop that leaves the network, then hands out its token. */
export function TakeAlong({ organizationId, onClose }: Props): React.ReactNode {
  const { t } = useTranslation();
  const [loan, setLoan] = useState<Loan>();
  const { data: subscriptions } = useQuery(subscriptionsQuery(organizationId));
  if (!subscriptions) return null;
  if (!loan) {
    return (
      <LoanForm organizationId={organizationId} subscriptions={subscriptions} onBorrowed={setLoan} onClose={onClose} />
    );
  }
  const { product, token, borrowedUntil } = loan;
  return (
    <ShownOnce
      title={t('licenses.takeAlong.done', { date: fullTime(borrowedUntil) })}
      text={t('licenses.takeAlong.once')}
      secret={token}
      copyLabel={t('licenses.takeAlong.copy')}
      testId="borrowed-token"
      onClose={onClose}
    >
      <Button
        variant="default"
        leftSection={<Download size={16} aria-hidden />}
        onClick={() =>
          saveBlob(new Blob([token], { type: 'text/plain' }), `seat-${product}-${borrowedUntil.slice(0, 10)}.jwt`)
        }
      >
        {t('licenses.takeAlong.save')}
      </Button>
    </ShownOnce>
  );
}

interface FormProps extends Props {
  subscriptions: readonly SubscriptionView[];
  onBorrowed: (loan: Loan) => void;
}

function LoanForm(props: FormProps): React.ReactNode {
  const { t } = useTranslation();
  const now = useNow();
  const { form, latest, lent, ...state } = useLoanForm(props);
  return (
    <FormDialog
      title={t('licenses.takeAlong.title')}
      action={t('licenses.takeAlong.action')}
      onClose={props.onClose}
      {...state}
    >
      <Text size="sm">{t('licenses.takeAlong.text')}</Text>
      <Alert icon={<Info size={18} aria-hidden />} p="sm">
        {t('licenses.takeAlong.clients')}
      </Alert>
      <Select
        label={t('licenses.product')}
        data={lent.map((product) => ({ value: product, label: t(`app.productName.${product}`) }))}
        allowDeselect={false}
        {...form.getInputProps('product')}
      />
      <LaptopFields form={form} />
      <TextInput
        type="date"
        label={t('licenses.takeAlong.until')}
        description={t('licenses.takeAlong.latest', { date: fullTime(new Date(latest).toISOString()) })}
        required
        withAsterisk={false}
        min={dayOf(now)}
        max={dayOf(latest)}
        {...form.getInputProps('borrowUntil')}
      />
    </FormDialog>
  );
}

/** What the laptop is called, by its program and by people. */
function LaptopFields({ form }: Pick<ServerForm<Values>, 'form'>): React.ReactNode {
  const { t } = useTranslation();
  return (
    <>
      <MachineIdField description={t('licenses.takeAlong.machineIdHint')} {...form.getInputProps('machineId')} />
      <TextInput
        label={t('licenses.takeAlong.hostname')}
        description={t('licenses.takeAlong.hostnameHint')}
        maxLength={255}
        {...form.getInputProps('hostname')}
      />
    </>
  );
}

interface Values {
  product: OfflineProduct;
  machineId: string;
  hostname: string;
  /** A day. */
  borrowUntil: string;
}

interface LoanFormState extends ServerForm<Values> {
  /** Milliseconds since 1970, for the product that is chosen. */
  latest: number;
  /** Products with seats that are lent. */
  lent: readonly OfflineProduct[];
}

function useLoanForm({ organizationId, subscriptions, onBorrowed }: FormProps): LoanFormState {
  const { t } = useTranslation();
  // Of one dialog there is one session: asked again after a lost answer, the server answers the seat that it has lent already.
  const [sessionId] = useState(() => crypto.randomUUID());
  const lent = products.filter((product) => latestReturn(subscriptions, product) !== undefined);
  const latestOf = (product: OfflineProduct): number => latestReturn(subscriptions, product) ?? Date.now();
  const first = lent[0] ?? 'KSE';
  const state = useServerForm<Values>(
    {
      initialValues: { product: first, machineId: '', hostname: '', borrowUntil: dayOf(latestOf(first)) },
      validate: { borrowUntil: (value) => (value === '' ? t('licenses.takeAlong.untilMissing') : null) },
    },
    async ({ product, machineId, hostname, borrowUntil }) => {
      const lease = await answer(
        api.POST('/api/v1/leases', {
          body: {
            ...{ organizationId, product, sessionId, machineId: machineId.trim() },
            hostname: hostname.trim() || undefined,
            borrowUntil: returnTime(borrowUntil, latestOf(product)),
          },
        }),
      );
      await refreshOrganization(organizationId, ['online-licenses', 'licenses']);
      onBorrowed({ product, token: lease.token, borrowedUntil: lease.borrowedUntil ?? lease.expiresAt });
    },
  );
  return { ...state, latest: latestOf(state.form.values.product), lent };
}
