import { TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ServiceAccountView } from '../../generated/api';
import { answer, api } from '../api/client';
import { refreshOrganization } from '../api/queries';
import { FormDialog } from '../forms/dialog';
import { useServerForm } from '../forms/use-server-form';
import { type AssignableRole, RoleChoice } from './role-dialog';

interface Props {
  organizationId: number;
  /** The one to change; a new one when absent. */
  account?: ServiceAccountView;
  onDone: (account: ServiceAccountView) => void;
  onClose: () => void;
}

/** The name and role of a service account. */
export function ServiceAccountDialog({ organizationId, account, onDone, onClose }: Props): React.ReactNode {
  const { t } = useTranslation();
  const initialValues = { name: account?.name ?? '', role: (account?.role ?? 'USER') as AssignableRole };
  const { form, ...state } = useServerForm({ initialValues }, async (body) => {
    const saved = await answer(
      account
        ? api.PATCH('/api/v1/organizations/{organizationId}/service-accounts/{serviceAccountId}', {
            params: { path: { organizationId, serviceAccountId: account.id } },
            body,
          })
        : api.POST('/api/v1/organizations/{organizationId}/service-accounts', {
            params: { path: { organizationId } },
            body,
          }),
    );
    await refreshOrganization(organizationId, ['members']);
    onDone(saved);
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
