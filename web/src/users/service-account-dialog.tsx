import { TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ServiceAccountView } from '../../generated/api';
import { answer, api } from '../api/client';
import { refreshOrganization } from '../api/queries';
import { FormDialog } from '../forms/dialog';
import { useVersionedForm } from '../forms/use-versioned-form';
import { type AssignableRole, RoleChoice } from './role-dialog';

interface Props {
  organizationId: number;
  /** The one to change; a new one when absent. */
  account?: ServiceAccountView;
  onDone: (account: ServiceAccountView) => void;
  onClose: () => void;
}

interface ServiceAccountValues {
  name: string;
  role: AssignableRole;
}

const all = '/api/v1/organizations/{organizationId}/service-accounts';
const one = `${all}/{serviceAccountId}` as const;

function pathOf(
  organizationId: number,
  { id }: ServiceAccountView,
): { path: { organizationId: number; serviceAccountId: number } } {
  return { path: { organizationId, serviceAccountId: id } };
}

/** The name and role of a service account. */
export function ServiceAccountDialog({ organizationId, account, onDone, onClose }: Props): React.ReactNode {
  const { t } = useTranslation();
  const {
    form,
    basis: _basis,
    restart: _restart,
    ...state
  } = useVersionedForm<ServiceAccountView | undefined, ServiceAccountValues>({
    read: account,
    valuesOf: (stored) => ({ name: stored?.name ?? '', role: (stored?.role ?? 'USER') as AssignableRole }),
    readAgain: async () => account && answer(api.GET(one, { params: pathOf(organizationId, account) })),
    save: async (values, stored) => {
      const saved = await answer(
        stored
          ? api.PATCH(one, { params: pathOf(organizationId, stored), body: { ...values, version: stored.version } })
          : api.POST(all, { params: { path: { organizationId } }, body: values }),
      );
      await refreshOrganization(organizationId, ['members']);
      onDone(saved);
      return undefined;
    },
  });
  return (
    <FormDialog
      title={account ? t('users.service.changeTitle', { name: account.name }) : t('users.service.create')}
      action={account ? t('app.save') : t('users.service.create')}
      onClose={onClose}
      {...state}
    >
      <TextInput
        label={t('users.columns.name')}
        description={t('users.service.nameHint')}
        placeholder={t('users.service.example')}
        maxLength={100}
        required
        withAsterisk={false}
        data-autofocus
        {...form.getInputProps('name')}
      />
      <RoleChoice {...form.getInputProps('role')} />
    </FormDialog>
  );
}
