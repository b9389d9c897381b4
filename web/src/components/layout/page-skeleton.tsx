import { Skeleton, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';

/** Stands for a page that is on its way. */
export function PageSkeleton(): React.ReactNode {
  const { t } = useTranslation();
  return (
    <Stack role="status" aria-label={t('app.loading')} p="md">
      <Skeleton h={32} w="30%" />
      <Skeleton h={140} />
      <Skeleton h={240} />
    </Stack>
  );
}
