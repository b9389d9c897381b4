import { Radio, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { TeamMemberView } from '../../generated/api';
import { answer, api } from '../api/client';
import { teamRoles } from '../api/enums';
import { refreshOrganization } from '../api/queries';
import { nameOf } from '../components/person';
import { FormDialog } from '../forms/dialog';
import { MemberSelect } from '../forms/member-select';
import { useServerForm } from '../forms/use-server-form';
import { useVersionedForm } from '../forms/use-versioned-form';

type Role = TeamMemberView['role'];

interface Props {
  organizationId: number;
  team: { id: number; name: string };
  onClose: () => void;
}

const memberPath = '/api/v1/organizations/{organizationId}/teams/{teamId}/members/{userId}';

/** Takes a member of the organization into a team. */
export function AddTeamMemberDialog({ organizationId, team, onClose }: Props): React.ReactNode {
  const { t } = useTranslation();
  const { form, ...state } = useServerForm(
    {
      initialValues: { userId: null as string | null, role: 'USER' as Role },
      validate: { userId: (userId) => (userId ? null : t('organization.transfer.choose')) },
    },
    async ({ userId, role }) => {
      const path = { organizationId, teamId: team.id, userId: Number(userId) };
      await answer(api.PUT(memberPath, { params: { path }, body: { role } }));
      await refreshOrganization(organizationId, ['teams']);
      onClose();
    },
  );
  return (
    <FormDialog
      title={t('teams.add.title', { name: team.name })}
      action={t('teams.add.submit')}
      onClose={onClose}
      {...state}
    >
      <MemberSelect organizationId={organizationId} label={t('teams.add.member')} {...form.getInputProps('userId')} />
      <TeamRoleChoice {...form.getInputProps('role')} />
    </FormDialog>
  );
}

/** Gives a member of a team another role there. */
export function TeamRoleDialog({
  organizationId,
  team,
  member,
  onClose,
}: Props & { member: TeamMemberView }): React.ReactNode {
  const { t } = useTranslation();
  const path = { organizationId, teamId: team.id, userId: member.userId };
  const { form, ...state } = useVersionedForm({
    read: member,
    valuesOf: ({ role }) => ({ role }),
    readAgain: () => readMember(path, member),
    save: async ({ role }, { version }) => {
      await answer(api.PUT(memberPath, { params: { path }, body: { role, version } }));
      await refreshOrganization(organizationId, ['teams']);
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
      <TeamRoleChoice {...form.getInputProps('role')} />
    </FormDialog>
  );
}

/** The member as it is now; one who has left the team stays as it was, and saving adds the member again. */
async function readMember(
  { organizationId, teamId }: { organizationId: number; teamId: number },
  member: TeamMemberView,
): Promise<TeamMemberView> {
  const { content } = await answer(
    api.GET('/api/v1/organizations/{organizationId}/teams/{teamId}/members', {
      params: { path: { organizationId, teamId }, query: { search: member.email } },
    }),
  );
  return content.find(({ userId }) => userId === member.userId) ?? { ...member, version: 0 };
}

interface ChoiceProps {
  value?: Role;
  onChange?: (role: Role) => void;
}

/** The roles in a team, and what each of them may. */
function TeamRoleChoice({ value, onChange }: ChoiceProps): React.ReactNode {
  const { t } = useTranslation();
  return (
    <Radio.Group label={t('teams.role')} value={value} onChange={(role) => onChange?.(role)}>
      <Stack gap="xs" mt="xs">
        {teamRoles.toReversed().map((role) => (
          <Radio key={role} value={role} label={t(`app.role.${role}`)} description={t(`teams.may.${role}`)} />
        ))}
      </Stack>
    </Radio.Group>
  );
}
