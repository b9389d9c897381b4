import { Alert, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { answer, api } from '../../api/client';
import { AsyncContent } from '../../components/async-content';
import { Section } from '../../components/layout/section';
import { Time } from '../../components/time/time';

/** The time by which licenses count, and what was done when the clock was wrong. */
export function ClockSection(): React.ReactNode {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: ['server-clock'], queryFn: () => answer(api.GET('/api/v1/server-clock')) });
  return (
    <Section title={t('administration.system.clock')}>
      <AsyncContent query={query} height={60}>
        {({ isAhead, recordedTime, now, setBack, corrected }) => (
          <Stack gap="xs">
            {isAhead ? (
              <Alert color="red" p="sm">
                {t('administration.system.clockAhead')} <Time value={recordedTime} as="full" />.{' '}
                {t('administration.system.clockAheadAdvice')}
              </Alert>
            ) : (
              <Text size="sm">
                {t('administration.system.clockRight')} <Time value={now} as="full" />
              </Text>
            )}
            {setBack && (
              <Text size="sm" c="dimmed">
                {t('administration.system.clockSetBack')} <Time value={setBack.from} as="full" /> →{' '}
                <Time value={setBack.at} as="full" />.{' '}
                {t('administration.system.clockPulled', {
                  count: Object.values(setBack.rows).reduce((sum, rows) => sum + rows, 0),
                })}
              </Text>
            )}
            {corrected && (
              <Text size="sm" c="dimmed">
                {t('administration.system.clockCorrected', { proof: corrected.proof })}{' '}
                <Time value={corrected.from} as="full" /> → <Time value={corrected.to} as="full" />.
              </Text>
            )}
          </Stack>
        )}
      </AsyncContent>
    </Section>
  );
}
