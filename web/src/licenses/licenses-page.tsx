import { Button, Stack, Tabs } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { KeyRound } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { serverRoot } from '../api/client';
import { useOrganization } from '../app/use-me';
import { Holders } from '../seats/holders';
import { PageHeader } from '../components/layout/page-header';
import { LicensedUsers } from './licensed-users';
import { licenseTabs, type LicenseTab } from './license-tabs';
import { Machines } from './machines';
import { OfflineLicenses } from './offline-licenses';
import { OwnSeats } from './own-seats';
import { Subscriptions } from './subscriptions';
import { SavedViews } from '../views/saved-views';

/** What the organization has, who holds it, and what can be done about it (manual, "Licenses"). */
export function LicensesPage(): React.ReactNode {
  const { t } = useTranslation();
  return (
    <>
      <PageHeader title={t('licenses.title')} text={t('licenses.text')}>
        <SavedViews />
        <Button
          component="a"
          href={`${serverRoot}/api/v1/signing-key.pem`}
          download
          variant="default"
          leftSection={<KeyRound size={16} aria-hidden />}
        >
          {t('licenses.signingKey')}
        </Button>
      </PageHeader>
      <Stack gap="xl">
        <Subscriptions />
        <LicenseLists />
      </Stack>
    </>
  );
}

/** Who and what holds seats, each list under its own tab of the address. */
function LicenseLists(): React.ReactNode {
  const { t } = useTranslation();
  const { may } = useOrganization();
  const navigate = useNavigate();
  const { tab = 'users' } = useSearch({ from: '/shell/organizations/$organizationId/licenses' });
  const offered = licenseTabs.filter(
    (each) => !(each === 'offline' && !may('offline-license.view')) && !(each === 'machines' && !may('machine.view')),
  );
  return (
    <Tabs
      value={tab}
      onChange={(value) =>
        void navigate({ to: '.', search: { tab: value as LicenseTab }, replace: true, resetScroll: false })
      }
    >
      <Tabs.List mb="md">
        {offered.map((each) => (
          <Tabs.Tab key={each} value={each}>
            {t(`licenses.tab.${each}`)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value="users">
        <LicensedUsers />
      </Tabs.Panel>
      <Tabs.Panel value="online">
        <Holders />
      </Tabs.Panel>
      <Tabs.Panel value="own">
        <OwnSeats />
      </Tabs.Panel>
      {offered.includes('offline') && (
        <Tabs.Panel value="offline">
          <OfflineLicenses />
        </Tabs.Panel>
      )}
      {offered.includes('machines') && (
        <Tabs.Panel value="machines">
          <Machines />
        </Tabs.Panel>
      )}
    </Tabs>
  );
}
