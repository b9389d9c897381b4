import { Radio, Stack } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { ServerSettings } from '../../generated/api';
import { answer, api } from '../api/client';
import { organizationCreators } from '../api/enums';
import { queryClient } from '../api/queries';
import { changesIn, isStale, versionIn } from '../forms/conflict';
import { Failure } from '../forms/failure';
import { Stale } from '../forms/stale';
import { AsyncContent } from '../components/async-content';
import { failureOf } from '../components/failure-words';
import { notifyDone } from '../components/notify';

const queryKey = ['server-settings'];

/** Who may create organizations; takes effect when it is chosen. */
export function ServerSettingsForm(): React.ReactNode {
  const { t } = useTranslation();
  const query = useQuery({ queryKey, queryFn: () => answer(api.GET('/api/v1/server-settings')) });
  const change = useMutation({
    mutationFn: (body: ServerSettings) => answer(api.PATCH('/api/v1/server-settings', { body })),
    onSuccess: (saved) => {
      queryClient.setQueryData(queryKey, saved);
      notifyDone(t('app.saved'));
    },
    // Shows what someone else has chosen meanwhile.
    onError: () => void queryClient.invalidateQueries({ queryKey }),
  });
  const stale = isStale(change.error) ? change.error : undefined;
  return (
    <AsyncContent query={query} height={90}>
      {({ organizationCreation, version }) => (
        <Radio.Group
          label={t('administration.system.creation')}
          value={change.isPending || stale ? change.variables?.organizationCreation : organizationCreation}
          onChange={(value) => change.mutate({ organizationCreation: value, version })}
        >
          <Stack gap="xs" mt="xs">
            {organizationCreators.map((value) => (
              <Radio key={value} value={value} label={t(`administration.system.creators.${value}`)} />
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
              nameOf={() => t('administration.system.creation')}
            />
          ) : (
            <Failure>{failureOf(change.error)}</Failure>
          )}
        </Radio.Group>
      )}
    </AsyncContent>
  );
}
