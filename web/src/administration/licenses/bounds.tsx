import { Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { duration } from '../../components/time/time-texts';
import { locale } from '../../language';
import type { Grant } from './license-claims';

/** What the vendor allows an administrator to decide at most, line by line. */
export function Bounds({ grant }: { grant: Grant }): React.ReactNode {
  const { t } = useTranslation();
  const lines: string[] = [
    t('administration.licenses.boundLease', { length: length(grant.maxLeaseMinutes) }),
    t('administration.licenses.boundRelease', { length: length(grant.freeOnReleaseMinutes) }),
  ];
  if (grant.maxOveragePercent > 0) {
    lines.push(t('administration.licenses.boundOverage', { percent: grant.maxOveragePercent }));
  }
  if (grant.offline) {
    const percent = Math.round(grant.offlineMaxShare * 100);
    lines.push(t('administration.licenses.boundOffline', { count: grant.offlineMaxDays, percent }));
  }
  if (grant.borrowMaxDays > 0) lines.push(t('administration.licenses.boundBorrow', { count: grant.borrowMaxDays }));
  return (
    <Stack gap={2}>
      {lines.map((line) => (
        <Text key={line} size="sm">
          {line}
        </Text>
      ))}
    </Stack>
  );
}

function length(minutes: number): string {
  return duration(minutes * 60_000, locale());
}
