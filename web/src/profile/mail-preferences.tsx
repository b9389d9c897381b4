import { Skeleton, Stack, Switch } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { answer, api } from '../api/client';
import { queryClient } from '../api/queries';
import { Section } from '../show/section';
import { tellFailure } from '../show/tell';

const kinds = [
  'member-added',
  'role-changed',
  'team-added',
  'team-removed',
  'team-role-changed',
  'seats-exhausted',
  'over-quota',
  'license-expiring',
  'execution-notification',
] as const;
type Kind = (typeof kinds)[number];

const queryKey = ['mail-preferences'];

/** Which mails one wants. Each switch is saved at once. */
export function MailPreferences(): React.ReactNode {
  const { t } = useTranslation();
  const { data } = useQuery({ queryKey, queryFn: () => answer(api.GET('/api/v1/users/me/mail-preferences')) });
  const saving = useMutation({
    mutationFn: (muted: Kind[]) => answer(api.PUT('/api/v1/users/me/mail-preferences', { body: { muted } })),
    onMutate: (muted) => queryClient.setQueryData(queryKey, { muted }),
    onError: tellFailure,
    onSettled: () => queryClient.invalidateQueries({ queryKey }),
  });
  const muted: readonly Kind[] = data?.muted ?? [];
  return (
    <Section title={t('profile.mail.title')} text={t('profile.mail.text')}>
      {data ? (
        <Stack gap="sm">
          {kinds.map((kind) => (
            <Switch
              key={kind}
              label={t(`profile.mail.kind.${kind}`)}
              checked={!muted.includes(kind)}
              onChange={({ currentTarget }) =>
                saving.mutate(currentTarget.checked ? muted.filter((each) => each !== kind) : [...muted, kind])
              }
            />
          ))}
        </Stack>
      ) : (
        <Skeleton h={200} />
      )}
    </Section>
  );
}
