import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, api } from '../api/client';
import { refreshOrganization } from '../api/queries';
import { FormDialog } from '../forms/dialog';
import { useServerForm } from '../forms/use-server-form';

interface Props {
  organizationId: number;
  /** The one to rename; a new one when absent. */
  team?: { id: number; name: string; version: number };
  onClose: () => void;
}

/** Names a new team, or renames one. */
export function TeamNameDialog({ organizationId, team, onClose }: Props): React.ReactNode {
  const { t } = useTranslation();
  const [version] = useState(team?.version);
  const { form, ...state } = useServerForm({ initialValues: { name: team?.name ?? '' } }, async (body) => {
    if (team) {
      await answer(
        api.PATCH('/api/v1/organizations/{organizationId}/teams/{teamId}', {
          params: { path: { organizationId, teamId: team.id } },
          body: { ...body, version },
        }),
      );
    } else {
      await answer(
        api.POST('/api/v1/organizations/{organizationId}/teams', { params: { path: { organizationId } }, body }),
      );
    }
    await refreshOrganization(organizationId, ['teams']);
    onClose();
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
