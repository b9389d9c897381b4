import { Group, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { RequirePermission } from '../app/require-permission';
import { useOrganization } from '../app/use-me';
import { BackLink } from '../components/layout/back-link';
import { DownloadButton } from '../components/download-button';
import { PageHeader } from '../components/layout/page-header';
import { Section } from '../components/layout/section';
import { PeopleImport } from './people-import';

/** The people of an organization as a file, out and in. */
export function PeopleFilePage(): React.ReactNode {
  return (
    <RequirePermission needs="member.manage">
      <Content />
    </RequirePermission>
  );
}

function Content(): React.ReactNode {
  const { t } = useTranslation();
  const { id: organizationId } = useOrganization();
  const path = `/api/v1/organizations/${organizationId}/people`;
  return (
    <>
      <BackLink to="/organizations/$organizationId/users" params={{ organizationId }}>
        {t('people.all')}
      </BackLink>
      <PageHeader title={t('users.file.title')} text={t('users.file.text')} />
      <Stack gap="lg" maw={860}>
        <Section title={t('users.file.export.title')} text={t('users.file.export.text')}>
          <Group gap="sm">
            <DownloadButton path={path} accept="text/csv" fileName="people.csv">
              {t('users.file.export.csv')}
            </DownloadButton>
            <DownloadButton path={path} accept="application/json" fileName="people.json">
              {t('users.file.export.json')}
            </DownloadButton>
          </Group>
        </Section>
        <PeopleImport organizationId={organizationId} />
      </Stack>
    </>
  );
}
