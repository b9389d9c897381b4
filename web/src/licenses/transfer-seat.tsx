import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { LicensedUserView } from '../../generated/api';
import { answer, api } from '../api/client';
import { refreshOrganization } from '../api/queries';
import { FormDialog } from '../forms/dialog';
import { MemberSelect } from '../forms/member-select';
import { useServerForm } from '../forms/use-server-form';
import { nameOf } from '../components/person';
import { notifyDone } from '../components/notify';

interface Props {
  organizationId: number;
  user: LicensedUserView;
  onClose: () => void;
}

/** Gives the seat of a user to another member. */
export function TransferSeat({ organizationId, user, onClose }: Props): React.ReactNode {
  const { t } = useTranslation();
  const { userId, product } = user;
  const names = { name: nameOf(user), product: t(`app.productName.${product}`) };
  const { form, ...state } = useServerForm(
    {
      initialValues: { to: null as string | null },
      validate: { to: (to) => (to === null ? t('licenses.users.chooseMember') : null) },
    },
    async ({ to }) => {
      await answer(
        api.POST('/api/v1/organizations/{organizationId}/licensed-users/{userId}/transfer', {
          params: { path: { organizationId, userId } },
          body: { to: Number(to), product, model: 'per-user' },
        }),
      );
      await refreshOrganization(organizationId, ['licensed-users', 'licenses', 'members', 'online-licenses']);
      notifyDone(t('licenses.users.transferred', names));
      onClose();
    },
  );
  return (
    <FormDialog
      title={t('licenses.users.transferTitle', names)}
      action={t('licenses.transfer')}
      onClose={onClose}
      {...state}
    >
      <Text>{t('licenses.users.transferText', names)}</Text>
      <MemberSelect
        organizationId={organizationId}
        label={t('licenses.users.newHolder')}
        data-autofocus
        filter={(member) => member.userId !== userId}
        {...form.getInputProps('to')}
      />
    </FormDialog>
  );
}
