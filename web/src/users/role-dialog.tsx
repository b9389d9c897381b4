import { Radio, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { MemberView } from '../../generated/api';
import { answer, api } from '../api/client';
import { assignableRoles } from '../api/enums';
import { refreshOrganization } from '../api/queries';
import { FormDialog } from '../forms/dialog';
import { useVersionedForm } from '../forms/use-versioned-form';
import { nameOf } from '../components/person';
import { notifyDone } from '../components/notify';

/** A role that can be given; the owner changes only by transfer. */
export type AssignableRole = (typeof assignableRoles)[number];

interface Props {
  organizationId: number;
  member: MemberView;
  onClose: () => void;
}

/** Gives a member another role. */
export function RoleDialog({ organizationId, member, onClose }: Props): React.ReactNode {
  const { t } = useTranslation();
  const { userId } = member;
  const { form, ...state } = useVersionedForm({
    read: member,
    valuesOf: ({ role }) => ({ role: role as AssignableRole }),
    readAgain: () =>
      answer(
        api.GET('/api/v1/organizations/{organizationId}/members/{userId}', {
          params: { path: { organizationId, userId } },
        }),
      ),
    save: async ({ role }, { version }) => {
      await answer(
        api.PATCH('/api/v1/organizations/{organizationId}/members/{userId}', {
          params: { path: { organizationId, userId } },
          body: { role, version },
        }),
      );
      await refreshOrganization(organizationId, ['members']);
      notifyDone(t('users.role.done', { name: nameOf(member), role: t(`app.role.${role}`) }));
      onClose();
      return undefined;
    },
  });
  return (
    <FormDialog
      title={t('users.role.title', { name: nameOf(member) })}
      action={t('app.save')}
      onClose={onClose}
      {...state}
    >
      <RoleChoice {...form.getInputProps('role')} />
    </FormDialog>
  );
}

/** The roles, and what each of them may. */
export function RoleChoice(props: {
  value?: AssignableRole;
  onChange?: (role: AssignableRole) => void;
}): React.ReactNode {
  const { t } = useTranslation();
  return (
    <Radio.Group label={t('users.columns.role')} value={props.value} onChange={(role) => props.onChange?.(role)}>
      <Stack gap="xs" mt="xs">
        {assignableRoles.toReversed().map((role) => (
          <Radio key={role} value={role} label={t(`app.role.${role}`)} description={t(`users.role.may.${role}`)} />
        ))}
      </Stack>
    </Radio.Group>
  );
}
