import { Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { ServerSettings } from '../../generated/api';
import { answer, api } from '../api/client';
import { infoQuery, queryClient } from '../api/queries';
import { LogoForm } from '../branding/logo-form';
import { AsyncContent } from '../components/async-content';
import { notifyDone } from '../components/notify';
import { Section } from '../components/layout/section';
import { NameForm } from '../forms/name-form';
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
            <SiteName settings={read} />
            <LogoForm logo={site?.logo ?? null} onChanged={refreshSite} />
          </Stack>
        )}
      </AsyncContent>
    </Section>
  );
}

function SiteName({ settings }: { settings: ServerSettings }): React.ReactNode {
  const { t } = useTranslation();
  const versioned = useVersionedForm<ServerSettings, { name: string }>({
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
    <NameForm
      versioned={versioned}
      label={t('administration.system.siteName')}
      placeholder={t('app.product')}
      maxLength={60}
    />
  );
}
