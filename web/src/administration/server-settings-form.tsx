import { Radio, Stack } from '@mantine/core';
import { queryOptions, useMutation, type UseMutationResult, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { ServerSettings, ServerSettingsChange } from '../../generated/api';
import { answer, api } from '../api/client';
import { organizationCreators, secondFactorHolders } from '../api/enums';
import { queryClient } from '../api/queries';
import { changesIn, isStale, versionIn } from '../forms/conflict';
import { Failure } from '../forms/failure';
import { Stale } from '../forms/stale';
import { AsyncContent } from '../components/async-content';
import { failureOf } from '../components/describe-error';
import { notifyDone } from '../components/notify';

export const serverSettingsQuery = queryOptions({
  queryKey: ['server-settings'],
  queryFn: () => answer(api.GET('/api/v1/server-settings')),
});
const { queryKey } = serverSettingsQuery;

/** Who may create organizations, and who has to sign in with two steps; takes effect when it is chosen. */
export function ServerSettingsForm(): React.ReactNode {
  const { t } = useTranslation();
  const query = useQuery(serverSettingsQuery);
  return (
    <AsyncContent query={query} height={180}>
      {(settings) => (
        <Stack>
          <Rule
            settings={settings}
            field="organizationCreation"
            label={t('administration.system.creation')}
            choices={organizationCreators.map((value) => [value, t(`administration.system.creators.${value}`)])}
          />
          <Rule
            settings={settings}
            field="requireSecondFactor"
            label={t('administration.system.secondFactor')}
            description={t('administration.system.secondFactorText')}
            choices={secondFactorHolders.map((value) => [value, t(`administration.system.holders.${value}`)])}
          />
        </Stack>
      )}
    </AsyncContent>
  );
}

interface RuleProps {
  settings: ServerSettings;
  field: 'organizationCreation' | 'requireSecondFactor';
  label: string;
  description?: string;
  /** Each with its label. */
  choices: readonly (readonly [value: string, label: string])[];
}

function Rule({ settings, field, label, description, choices }: RuleProps): React.ReactNode {
  const change = useChange();
  const stale = isStale(change.error) ? change.error : undefined;
  return (
    <Radio.Group
      label={label}
      description={description}
      value={change.isPending || stale ? change.variables?.[field] : settings[field]}
      onChange={(value) => change.mutate({ [field]: value, version: settings.version } as ServerSettingsChange)}
    >
      <Stack gap="xs" mt="xs">
        {choices.map(([value, text]) => (
          <Radio key={value} value={value} label={text} />
        ))}
      </Stack>
      {stale ? (
        <Stale
          conflict={{
            changes: changesIn(stale),
            pending: change.isPending,
            failure: undefined,
            onKeep: () => change.variables && change.mutate({ ...change.variables, version: versionIn(stale) }),
            onDiscard: change.reset,
          }}
          nameOf={() => label}
        />
      ) : (
        <Failure>{failureOf(change.error)}</Failure>
      )}
    </Radio.Group>
  );
}

function useChange(): UseMutationResult<ServerSettings, Error, ServerSettingsChange> {
  const { t } = useTranslation();
  return useMutation({
    mutationFn: (body: ServerSettingsChange) => answer(api.PATCH('/api/v1/server-settings', { body })),
    onSuccess: (saved) => {
      queryClient.setQueryData(queryKey, saved);
      notifyDone(t('app.saved'));
    },
    // Shows what someone else has chosen meanwhile.
    onError: () => void queryClient.invalidateQueries({ queryKey }),
  });
}
