import { ChartNoAxesColumn } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../components/layout/empty-state';

/** In the place of a list: nothing was used in this time. */
export function NoUse(): React.ReactNode {
  const { t } = useTranslation();
  return (
    <EmptyState
      icon={ChartNoAxesColumn}
      title={t('utilization.sessions.none')}
      text={t('utilization.sessions.noneText')}
    />
  );
}
