import { Alert, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { answer, api } from '../api/client';
import { AsyncContent } from '../components/async-content';
import { Section } from '../components/section';
import { Time } from '../components/time';

/** The last backup, with a warning when it is old, and the next one. */
export function BackupSection(): React.ReactNode {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: ['server-backups'], queryFn: () => answer(api.GET('/api/v1/server-backups')) });
  return (
    <Section title={t('administration.system.backup.title')}>
      <AsyncContent query={query} height={80}>
        {({ last, isOld, nextAt, failure }) => (
          <Stack gap="xs">
            {isOld && <Alert color="yellow">{t(`administration.system.backup.${last ? 'old' : 'none'}`)}</Alert>}
            {failure && <Alert color="red">{t('administration.system.backup.failure', { failure })}</Alert>}
            {last && (
              <Text size="sm">
                {t('administration.system.backup.last')} <Time value={last.at} /> ·{' '}
                {t(`administration.system.backup.${last.encrypted ? 'encrypted' : 'plain'}`, { file: last.file })}
              </Text>
            )}
            <Text size="sm" c={nextAt ? undefined : 'dimmed'}>
              {nextAt ? (
                <>
                  {t('administration.system.backup.next')} <Time value={nextAt} />
                </>
              ) : (
                t('administration.system.backup.manual')
              )}
            </Text>
          </Stack>
        )}
      </AsyncContent>
    </Section>
  );
}
