import { Select, Skeleton, Stack, Switch } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { answer, api } from '../api/client';
import { mutableMails } from '../api/enums';
import { queryClient } from '../api/queries';
import { useCapacityMails } from '../capacity/use-capacity-mails';
import { type Language, languages } from '../language';
import { Section } from '../components/layout/section';
import { notifyFailure } from '../components/notify';

type Kind = (typeof mutableMails)[number];

const queryKey = ['mail-preferences'];

interface Preferences {
  muted: Kind[];
  language: Language | null;
}

/** Which mails one wants, and in which language. Each choice is saved at once. */
export function MailPreferences(): React.ReactNode {
  const { t } = useTranslation();
  const { data } = useQuery({ queryKey, queryFn: () => answer(api.GET('/api/v1/users/me/mail-preferences')) });
  const saving = useMutation({
    mutationFn: (body: Partial<Preferences>) => answer(api.PUT('/api/v1/users/me/mail-preferences', { body })),
    onMutate: (change) => queryClient.setQueryData(queryKey, { ...data, ...change }),
    onError: notifyFailure,
    onSettled: () => queryClient.invalidateQueries({ queryKey }),
  });
  const muted: readonly Kind[] = data?.muted ?? [];
  return (
    <Section id="mail" title={t('profile.mail.title')} text={t('profile.mail.text')}>
      {data ? (
        <Stack gap="sm">
          <Select
            label={t('profile.mail.language')}
            allowDeselect={false}
            maw={320}
            data={[
              { value: '', label: t('profile.mail.serverLanguage') },
              ...Object.entries(languages).map(([value, label]) => ({ value, label })),
            ]}
            value={data.language ?? ''}
            onChange={(language) => saving.mutate({ language: (language || null) as Language | null })}
          />
          {mutableMails.map((kind) => (
            <Switch
              key={kind}
              label={t(`profile.mail.kind.${kind}`)}
              checked={!muted.includes(kind)}
              onChange={({ currentTarget }) =>
                saving.mutate({
                  muted: currentTarget.checked ? muted.filter((each) => each !== kind) : [...muted, kind],
                })
              }
            />
          ))}
          <CapacityMails />
        </Stack>
      ) : (
        <Skeleton h={200} />
      )}
    </Section>
  );
}

/** These are off until one wants them. */
function CapacityMails(): React.ReactNode {
  const { t } = useTranslation();
  const { mails, choose } = useCapacityMails();
  return mails?.map(({ organization, subscribed }) => (
    <Switch
      key={organization.id}
      label={t('profile.mail.capacity', { organization: organization.name })}
      checked={subscribed}
      onChange={({ currentTarget }) => choose({ organization, subscribed: currentTarget.checked })}
    />
  ));
}
