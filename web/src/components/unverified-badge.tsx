import { Badge } from '@mantine/core';
import { useTranslation } from 'react-i18next';

/** Beside a person who has not shown yet that the e-mail address is theirs. */
export function UnverifiedBadge(): React.ReactNode {
  const { t } = useTranslation();
  return (
    <Badge color="yellow" title={t('users.unverifiedHint')}>
      {t('users.unverified')}
    </Badge>
  );
}
