import { Select, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { LicensedUserView } from '../../generated/api';
import { answer, api } from '../api/client';
import { refreshOrganization } from '../api/queries';
import { notifyDone } from '../components/notify';
import { FormDialog } from '../forms/dialog';
import { MemberSelect } from '../forms/member-select';
import { useServerForm } from '../forms/use-server-form';

type Product = LicensedUserView['product'];

interface Props {
  organizationId: number;
  products: readonly { product: Product; available: number }[];
  onClose: () => void;
}

/** Gives a member a seat of a product. */
export function AssignSeat({ organizationId, products, onClose }: Props): React.ReactNode {
  const { t } = useTranslation();
  const first = products.find(({ available }) => available > 0) ?? products[0];
  const { form, submit, pending, failure, unsaved } = useServerForm(
    {
      initialValues: { userId: null as string | null, product: first?.product ?? 'KSE' },
      validate: { userId: (value) => (value === null ? t('licenses.users.chooseMember') : null) },
    },
    async ({ userId, product }) => {
      await answer(
        api.POST('/api/v1/organizations/{organizationId}/licensed-users', {
          params: { path: { organizationId } },
          body: { userId: Number(userId), product, model: 'per-user' },
        }),
      );
      await refreshOrganization(organizationId, ['licensed-users', 'licenses', 'members']);
      notifyDone(t('licenses.users.assigned', { product: t(`app.productName.${product}`) }));
      onClose();
    },
  );
  const available = products.find(({ product }) => product === form.values.product)?.available ?? 0;
  return (
    <FormDialog
      title={t('licenses.users.assign')}
      action={t('licenses.users.assignAction')}
      submit={submit}
      pending={pending}
      failure={failure}
      unsaved={unsaved}
      onClose={onClose}
    >
      <MemberSelect
        organizationId={organizationId}
        label={t('licenses.users.member')}
        data-autofocus
        {...form.getInputProps('userId')}
        value={form.values.userId}
      />
      <Select
        label={t('licenses.product')}
        data={products.map(({ product }) => ({ value: product, label: t(`app.productName.${product}`) }))}
        allowDeselect={false}
        {...form.getInputProps('product')}
      />
      <Text size="sm" c={available === 0 ? 'var(--mantine-color-error)' : 'dimmed'} role="status">
        {t('licenses.users.left', { count: available })}
      </Text>
    </FormDialog>
  );
}
