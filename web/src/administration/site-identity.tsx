import { Button, Group, Stack, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { ServerSettings } from '../../generated/api';
import { answer, api } from '../api/client';
import { infoQuery, queryClient } from '../api/queries';
import { LogoForm } from '../branding/logo-form';
import { AsyncContent } from '../components/async-content';
import { notifyDone } from '../components/notify';
import { Section } from '../components/section';
import { Failure } from '../forms/failure';
import { LeaveGuard } from '../forms/leave-guard';
import { Stale } from '../forms/stale';
import { useVersionedForm } from '../forms/use-versioned-form';
import { serverSettingsQuery } from './server-settings-form';

const refreshSite = (): Promise<void> => queryClient.invalidateQueries({ queryKey: infoQuery.queryKey });

/** The name and logo of the server, which everyone sees before they sign in. */
export function SiteIdentity(): React.ReactNode {
  const { t } = useTranslation();
  const settings = useQuery(serverSettingsQuery);
  const { data: site } = useQuery(infoQuery);
  return (
    <Section title={t('administration.system.identity')} text={t('administration.system.identityText')}>
      <AsyncContent query={settings} height={120}>
        {(read) => (
          <Stack maw={560}>
            <NameForm settings={read} />
            <LogoForm logo={site?.logo ?? null} onChanged={refreshSite} />
          </Stack>
        )}
      </AsyncContent>
    </Section>
  );
}

function NameForm({ settings }: { settings: ServerSettings }): React.ReactNode {
  const { t } = useTranslation();
  const { form, submit, pending, failure, unsaved, conflict } = useVersionedForm<ServerSettings, { name: string }>({
    read: settings,
    valuesOf: ({ name }) => ({ name }),
    readAgain: () => answer(api.GET('/api/v1/server-settings')),
    save: async (body, { version }) => {
      const saved = await answer(api.PATCH('/api/v1/server-settings', { body: { ...body, version } }));
      queryClient.setQueryData(serverSettingsQuery.queryKey, saved);
      await refreshSite();
      notifyDone(t('app.saved'));
      return saved;
    },
  });
  return (
    <form onSubmit={submit}>
      <LeaveGuard unsaved={unsaved} />
      <Stack gap="sm">
        <Group align="flex-end" gap="sm">
          <TextInput
            flex={1}
            miw={200}
            label={t('administration.system.siteName')}
            placeholder={t('app.product')}
            maxLength={60}
            {...form.getInputProps('name')}
          />
          <Button type="submit" loading={pending} disabled={!form.isDirty()}>
            {t('organization.rename')}
          </Button>
        </Group>
        {conflict ? <Stale conflict={conflict} /> : <Failure>{failure}</Failure>}
      </Stack>
    </form>
  );
}
