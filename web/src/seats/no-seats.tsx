import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { PackageOpen } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useMe } from '../app/use-me';
import { EmptyState } from '../components/layout/empty-state';

/** Nobody has given the organization seats yet: without them no invitation and no client gets anywhere. */
export function NoSeats(): React.ReactNode {
  const { t } = useTranslation();
  const { root } = useMe();
  return (
    <EmptyState
      icon={PackageOpen}
      title={t('licenses.none')}
      text={root ? t('licenses.noneRoot') : t('licenses.noneText')}
    >
      {root && (
        <Anchor component={Link} to="/server/licenses">
          {t('administration.licenses.title')}
        </Anchor>
      )}
    </EmptyState>
  );
}
