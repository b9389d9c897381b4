import { Alert, Button, Group, Loader, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { ShieldAlert, ShieldCheck } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { AuditVerification, BrokenPlace } from '../../generated/api';
import { answer, api } from '../api/client';
import { Time } from '../components/time/time';

/** Verifying reads the whole log, so a visit does not repeat it within this time. */
const staleMillis = 10 * 60_000;

/** Whether the audit log is as the server has sealed it, and if not, where it was changed. */
export function Integrity(): React.ReactNode {
  const { t } = useTranslation();
  const { data, dataUpdatedAt, isFetching, isError, refetch } = useQuery({
    queryKey: ['audit-verification'],
    queryFn: () => answer(api.GET('/api/v1/audit-events/verification')),
    staleTime: staleMillis,
    refetchOnWindowFocus: false,
  });
  const again = (
    <Button variant="default" size="xs" loading={isFetching} onClick={() => void refetch()}>
      {t('audit.verifyAgain')}
    </Button>
  );
  if (!data) {
    return (
      <Group gap="sm" mb="md" role="status">
        {isError ? <Text size="sm">{t('audit.notVerified')}</Text> : <Loader size="xs" />}
        {isError ? again : <Text size="sm">{t('audit.verifying')}</Text>}
      </Group>
    );
  }
  return <Verified result={data} at={new Date(dataUpdatedAt).toISOString()} again={again} />;
}

interface VerifiedProps {
  result: AuditVerification;
  /** When it was verified. */
  at: string;
  again: React.ReactNode;
}

function Verified({ result, at, again }: VerifiedProps): React.ReactNode {
  const { t } = useTranslation();
  const { intact, events, firstBroken, notes, checkpoint } = result;
  const Icon = intact ? ShieldCheck : ShieldAlert;
  return (
    <Alert
      mb="md"
      color={intact ? undefined : 'red'}
      variant="light"
      role="status"
      icon={<Icon size={20} aria-hidden />}
      title={
        firstBroken ? (
          t('audit.changedAt', { place: t(`audit.broken.${firstBroken.problem}`, placeOf(firstBroken)) })
        ) : (
          <>
            {t('audit.verifiedUntil')} <Time value={at} as="full" />
          </>
        )
      }
    >
      <Group justify="space-between" gap="sm">
        <Text size="sm" className="break" maw={640}>
          {intact
            ? t('audit.verifiedText', { count: events, checkpoint: checkpoint?.number ?? 0 })
            : t('audit.changedText', { count: events })}
          {notes.map(({ block, from, to }) => (
            <span key={block}>
              <br />
              {t('audit.clockSetBack', { block })} <Time value={from} as="full" /> → <Time value={to} as="full" />
            </span>
          ))}
        </Text>
        {again}
      </Group>
    </Alert>
  );
}

/** Block, checkpoint and event, as far as it has them. */
function placeOf({ block, checkpoint, event }: BrokenPlace): Record<'block' | 'checkpoint' | 'event', string | number> {
  return { block: block ?? '–', checkpoint: checkpoint ?? '–', event: event ?? '–' };
}
