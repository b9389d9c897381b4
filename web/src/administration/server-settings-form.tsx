import { Radio, Stack, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { ServerSettings } from '../../generated/api';
import { answer, api } from '../api/client';
import { queryClient } from '../api/queries';
import { Loaded } from '../show/loaded';
import { tellDone, failureOf } from '../show/tell';

const queryKey = ['server-settings'];
const creators = ['everybody', 'root'] as const;

/** Who may create organizations; takes effect when it is chosen. */
export function ServerSettingsForm(): React.ReactNode {
  const { t } = useTranslation();
  const query = useQuery({ queryKey, queryFn: () => answer(api.GET('/api/v1/server-settings')) });
  const change = useMutation({
    mutationFn: (body: ServerSettings) => answer(api.PATCH('/api/v1/server-settings', { body })),
    onSuccess: (saved) => {
      queryClient.setQueryData(queryKey, saved);
      tellDone(t('app.saved'));
    },
    // Shows what somebody else has chosen meanwhile.
    onError: () => void queryClient.invalidateQueries({ queryKey }),
  });
  const failure = failureOf(change.error);
  return (
    <Loaded query={query} height={90}>
      {({ organizationCreation, version }) => (
        <Radio.Group
          label={t('administration.system.creation')}
          value={change.isPending ? change.variables.organizationCreation : organizationCreation}
          onChange={(value) => change.mutate({ organizationCreation: value, version })}
        >
          <Stack gap="xs" mt="xs">
            {creators.map((value) => (
              <Radio key={value} value={value} label={t(`administration.system.creators.${value}`)} />
            ))}
          </Stack>
          {failure && (
            <Text c="var(--mantine-color-error)" size="sm" mt="xs" role="alert">
              {failure}
            </Text>
          )}
        </Radio.Group>
      )}
    </Loaded>
  );
}
