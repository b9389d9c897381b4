import { Alert, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { LicensePreview } from '../../../generated/api';
import { Time } from '../../components/time/time';

/** What the installation of a license file changes beside its seats: begin, other files, the recorded time. */
export function PreviewChanges({ preview }: { preview: LicensePreview }): React.ReactNode {
  const { t } = useTranslation();
  const { beginsLater, startsAt, replaces, addsTo, follows, correctsTime } = preview;
  const isFollowed = (jti: string): boolean => follows.some((each) => each.jti === jti);
  return (
    <Stack gap={4}>
      {beginsLater && (
        <Text size="sm" fw={600}>
          {t('administration.licenses.begins')} <Time value={startsAt} as="utcDay" />
        </Text>
      )}
      {replaces && (
        <Text size="sm">
          {t('administration.licenses.replaces')} <Time value={replaces.issuedAt} as="utcDay" />.
        </Text>
      )}
      {addsTo.map(({ jti, expiresAt }) => (
        <Text key={jti} size="sm">
          {t(isFollowed(jti) ? 'administration.licenses.overlaps' : 'administration.licenses.addsTo', { id: jti })}{' '}
          <Time value={expiresAt} as="utcDay" />.
        </Text>
      ))}
      {follows
        .filter(({ jti }) => !addsTo.some((each) => each.jti === jti))
        .map(({ jti, expiresAt }) => (
          <Text key={jti} size="sm">
            {t('administration.licenses.follows', { id: jti })} <Time value={expiresAt} as="utcDay" />.
          </Text>
        ))}
      {correctsTime && (
        <Alert color="yellow" p="sm">
          {t('administration.licenses.corrects')} <Time value={correctsTime.recordedBefore} as="full" /> →{' '}
          <Time value={correctsTime.recordedTime} as="full" />
        </Alert>
      )}
    </Stack>
  );
}
