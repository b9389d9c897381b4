import { Text, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { MachineView } from '../../generated/api';
import { answer, api } from '../api/client';
import { refreshOrganization } from '../api/queries';
import { FormDialog } from '../forms/dialog';
import { type ServerForm, useServerForm } from '../forms/use-server-form';
import { notifyDone } from '../components/notify';
import { MachineIdField } from './machine-id-field';

interface Props {
  organizationId: number;
  machine: MachineView;
  onClose: () => void;
}

/** Gives the place of a machine to another one: a new computer takes over from the old one. */
export function TransferMachine({ organizationId, machine, onClose }: Props): React.ReactNode {
  const { t } = useTranslation();
  const { machineId, product, online } = machine;
  const name = machine.hostname ?? machineId;
  const { form, ...state } = useTransferForm(organizationId, machine, onClose);
  return (
    <FormDialog
      title={t('licenses.machines.transferTitle', { name })}
      action={t('licenses.transfer')}
      onClose={onClose}
      {...state}
    >
      <Text>
        {t('licenses.machines.transferText', { name, product: t(`app.productName.${product}`) })}{' '}
        {online && t('licenses.machines.transferOnline')}
      </Text>
      <MachineIdField label={t('licenses.machines.newId')} {...form.getInputProps('to')} />
      <TextInput
        label={t('licenses.machines.newHostname')}
        description={t('licenses.machines.newHostnameHint')}
        maxLength={255}
        spellCheck={false}
        {...form.getInputProps('hostname')}
      />
    </FormDialog>
  );
}

interface Values {
  to: string;
  hostname: string;
}

function useTransferForm(
  organizationId: number,
  { machineId, product }: MachineView,
  onDone: () => void,
): ServerForm<Values> {
  const { t } = useTranslation();
  return useServerForm(
    {
      initialValues: { to: '', hostname: '' },
      validate: { to: (to) => (to.trim() === '' ? t('licenses.machines.newIdMissing') : null) },
    },
    async ({ to, hostname }) => {
      await answer(
        api.POST('/api/v1/organizations/{organizationId}/machines/{machineId}/transfer', {
          params: { path: { organizationId, machineId } },
          body: { to: to.trim(), product, hostname: hostname.trim() || undefined },
        }),
      );
      await refreshOrganization(organizationId, ['machines', 'online-licenses', 'licenses']);
      notifyDone(t('licenses.machines.transferred', { name: hostname.trim() || to.trim() }));
      onDone();
    },
  );
}
