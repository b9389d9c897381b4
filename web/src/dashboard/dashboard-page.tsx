import { Stack, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useTitle } from '../app/use-title';
import { Holders } from '../seats/holders';

export function DashboardPage(): React.ReactNode {
  const { t } = useTranslation();
  useTitle(t('dashboard.title'));
  return (
    <Stack gap="lg">
      <Title order={1}>{t('dashboard.title')}</Title>
      <Stack gap="sm" component="section">
        <Title order={2}>{t('dashboard.holders.title')}</Title>
        <Holders />
      </Stack>
    </Stack>
  );
}
