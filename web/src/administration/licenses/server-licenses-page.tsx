import { Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { PageHeader } from '../../components/layout/page-header';
import { Section } from '../../components/layout/section';
import { Allocations } from './allocations';
import { LicenseFiles } from './license-files';

/** What the vendor grants to this server, and who gets how much of it. */
export function ServerLicensesPage(): React.ReactNode {
  const { t } = useTranslation();
  return (
    <>
      <PageHeader title={t('administration.licenses.title')} text={t('administration.licenses.text')} />
      <Stack gap="lg">
        <Section title={t('administration.licenses.files')}>
          <LicenseFiles />
        </Section>
        <Section title={t('administration.allocations.title')} text={t('administration.allocations.text')}>
          <Allocations />
        </Section>
      </Stack>
    </>
  );
}
