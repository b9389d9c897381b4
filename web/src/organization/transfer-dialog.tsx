import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { MeView } from '../../generated/api';
import { answer, api } from '../api/client';
import { queryClient, refreshOrganization } from '../api/queries';
import { FormDialog } from '../forms/dialog';
import { MemberSelect } from '../forms/member-select';
import { useServerForm } from '../forms/use-server-form';
import { notifyDone } from '../components/notify';

/** Makes another member the owner. */
export function TransferDialog({
  organizationId,
  me,
  onClose,
}: {
  organizationId: number;
  me: MeView;
  onClose: () => void;
}): React.ReactNode {
  const { t } = useTranslation();
  const { form, ...state } = useServerForm(
    {
      initialValues: { userId: null as string | null },
      validate: { userId: (userId) => (userId ? null : t('organization.transfer.choose')) },
    },
    async ({ userId }) => {
      await answer(
        api.POST('/api/v1/organizations/{organizationId}/transfer-ownership', {
          params: { path: { organizationId } },
          body: { userId: Number(userId) },
        }),
      );
      await Promise.all([refreshOrganization(organizationId), queryClient.invalidateQueries({ queryKey: ['me'] })]);
      notifyDone(t('organization.transfer.done'));
      onClose();
    },
  );
  return (
    <FormDialog
      title={t('organization.transfer.title')}
      action={t('organization.transfer.open')}
      onClose={onClose}
      {...state}
    >
      <Text>{t('organization.transfer.what')}</Text>
      <MemberSelect
        peopleOnly
        organizationId={organizationId}
        label={t('organization.transfer.newOwner')}
        filter={({ role, userId }) => role !== 'OWNER' && (me.root || String(userId) !== me.id)}
        {...form.getInputProps('userId')}
      />
    </FormDialog>
  );
}
