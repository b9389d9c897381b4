import { TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { answer, api } from '../api/client';
import { refreshOrganization } from '../api/queries';
import { FormDialog } from '../forms/dialog';
import { useVersionedForm } from '../forms/use-versioned-form';
import { findTeam } from './find-team';

interface Props {
  organizationId: number;
  /** The one to rename; a new one when absent. */
  team?: { id: number; name: string; version: number };
  onClose: () => void;
}

/** Names a new team, or renames one. */
export function TeamNameDialog({ organizationId, team, onClose }: Props): React.ReactNode {
  const { t } = useTranslation();
  const params = { path: { organizationId } };
  const { form, ...state } = useVersionedForm({
    read: team,
    valuesOf: (read) => ({ name: read?.name ?? '' }),
    readAgain: async () => (team ? findTeam(organizationId, team.id) : undefined),
    save: async (body, basis) => {
      await answer(
        basis
          ? api.PATCH('/api/v1/organizations/{organizationId}/teams/{teamId}', {
              params: { path: { organizationId, teamId: basis.id } },
              body: { ...body, version: basis.version },
            })
          : api.POST('/api/v1/organizations/{organizationId}/teams', { params, body }),
      );
      await refreshOrganization(organizationId, ['teams']);
      onClose();
      return undefined;
    },
  });
  return (
    <FormDialog
      title={team ? t('teams.renameTitle', { name: team.name }) : t('teams.create')}
      action={team ? t('teams.rename') : t('teams.create')}
      onClose={onClose}
      {...state}
    >
      <TextInput
        label={t('teams.name')}
        placeholder={t('teams.example')}
        maxLength={100}
        required
        withAsterisk={false}
        data-autofocus
        {...form.getInputProps('name')}
      />
    </FormDialog>
  );
}
