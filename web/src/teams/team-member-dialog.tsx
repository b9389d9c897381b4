import { Radio, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { TeamMemberView } from '../../generated/api';
import { answer, api } from '../api/client';
import { teamRoles } from '../api/enums';
import { refreshOrganization } from '../api/queries';
import { FormDialog } from '../forms/dialog';
import { MemberSelect } from '../forms/member-select';
import { useServerForm } from '../forms/use-server-form';
import { nameOf } from '../components/person';

interface Props {
  organizationId: number;
  team: { id: number; name: string };
  /** The member whose role changes; absent: the dialog adds a member. */
  member?: TeamMemberView;
  onClose: () => void;
}

/** Takes a member of the organization into a team, or gives another role there. */
export function TeamMemberDialog({ organizationId, team, member, onClose }: Props): React.ReactNode {
  const { t } = useTranslation();
  const { form, ...state } = useServerForm(
    {
      initialValues: {
        userId: member ? String(member.userId) : (null as string | null),
        role: member?.role ?? 'USER',
      },
      validate: { userId: (userId) => (userId ? null : t('organization.transfer.choose')) },
    },
    async ({ userId, role }) => {
      await answer(
        api.PUT('/api/v1/organizations/{organizationId}/teams/{teamId}/members/{userId}', {
          params: { path: { organizationId, teamId: team.id, userId: Number(userId) } },
          body: { role },
        }),
      );
      await refreshOrganization(organizationId, ['teams']);
      onClose();
    },
  );
  return (
    <FormDialog
      title={member ? t('users.role.title', { name: nameOf(member) }) : t('teams.add.title', { name: team.name })}
      action={member ? t('app.save') : t('teams.add.submit')}
      onClose={onClose}
      {...state}
    >
      {!member && (
        <MemberSelect organizationId={organizationId} label={t('teams.add.member')} {...form.getInputProps('userId')} />
      )}
      <Radio.Group label={t('teams.role')} {...form.getInputProps('role')}>
        <Stack gap="xs" mt="xs">
          {teamRoles.toReversed().map((role) => (
            <Radio key={role} value={role} label={t(`app.role.${role}`)} description={t(`teams.may.${role}`)} />
          ))}
        </Stack>
      </Radio.Group>
    </FormDialog>
  );
}
