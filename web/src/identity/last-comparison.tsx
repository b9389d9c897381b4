import { Alert, Text } from '@mantine/core';
import { TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { IdentityProviderView } from '../../generated/api';
import { Section } from '../components/layout/section';
import { Time } from '../components/time/time';

/** How the accounts were last compared with the directory, and why none was changed if so. */
export function LastComparison({
  provider: { lastSyncAt, lastSync },
}: {
  provider: IdentityProviderView;
}): React.ReactNode {
  const { t } = useTranslation();
  return (
    <Section title={t('singleSignOn.comparison.title')} text={t('singleSignOn.comparison.text')}>
      {lastSyncAt === null || lastSync === null ? (
        <Text c="dimmed">{t('singleSignOn.comparison.none')}</Text>
      ) : (
        <>
          <Text size="sm">
            <Time value={lastSyncAt} />
            {' · '}
            {t('singleSignOn.comparison.linked', { count: lastSync.linked })}
            {' · '}
            {t('singleSignOn.comparison.removed', { count: lastSync.removed })}
          </Text>
          {lastSync.problem !== null && (
            <Alert color="yellow" icon={<TriangleAlert size={18} aria-hidden />} mt="sm">
              {lastSync.problem}
            </Alert>
          )}
        </>
      )}
    </Section>
  );
}
