import { Alert, Button, Stack, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Archive } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, api } from '../../api/client';
import type { components } from '../../../generated/api';
import { AsyncContent } from '../../components/async-content';
import { Confirm } from '../../components/confirm';
import { Section } from '../../components/layout/section';
import { Time } from '../../components/time/time';

type Backups = components['schemas']['BackupsView'];

const queryKey = ['server-backups'];

/** Milliseconds between two looks at a backup that is being made. */
const lookMillis = 2_000;

/** The last backup, with a warning when it is old, and the next one; or one at once. */
export function BackupSection(): React.ReactNode {
  const { t } = useTranslation();
  const query = useQuery({
    queryKey,
    queryFn: () => answer(api.GET('/api/v1/server-backups')),
    refetchInterval: ({ state }) => (state.data?.isUnderWay ? lookMillis : false),
  });
  const { data } = query;
  return (
    <Section
      title={t('administration.system.backup.title')}
      actions={data?.schedule && <BackUpNow folder={data.schedule.folder} isUnderWay={data.isUnderWay} />}
    >
      <AsyncContent query={query} height={80}>
        {(backups) => <State {...backups} />}
      </AsyncContent>
    </Section>
  );
}

function State({ last, isOld, nextAt, schedule, copies, isUnderWay, failure }: Backups): React.ReactNode {
  const { t } = useTranslation();
  return (
    <Stack gap="xs">
      {isOld && <Alert color="yellow">{t(`administration.system.backup.${last ? 'old' : 'none'}`)}</Alert>}
      {failure && <Alert color="red">{t('administration.system.backup.failure', { failure })}</Alert>}
      {isUnderWay && (
        <Text size="sm" role="status">
          {t('administration.system.backup.underWay')}
        </Text>
      )}
      {last && (
        <Text size="sm" className="break">
          {t('administration.system.backup.last')} <Time value={last.at} /> ·{' '}
          {t(`administration.system.backup.${last.encrypted ? 'encrypted' : 'plain'}`, { file: last.file })}
        </Text>
      )}
      {copies && <Copies {...copies} />}
      {nextAt && schedule ? (
        <>
          <Text size="sm">
            {t('administration.system.backup.next')} <Time value={nextAt} />
          </Text>
          <Text size="sm" c="dimmed" className="break">
            {t('administration.system.backup.schedule', { ...schedule, count: schedule.keep })}
          </Text>
        </>
      ) : (
        <Text size="sm" c="dimmed">
          {t('administration.system.backup.manual')}
        </Text>
      )}
    </Stack>
  );
}

function Copies({ url, last }: NonNullable<Backups['copies']>): React.ReactNode {
  const { t } = useTranslation();
  return (
    <Text size="sm" className="break">
      {last ? (
        <>
          {t('administration.system.backup.lastCopy')} <Time value={last.at} /> · {last.file}
        </>
      ) : (
        t('administration.system.backup.noCopy')
      )}{' '}
      · {t('administration.system.backup.copies', { url })}
    </Text>
  );
}

interface BackUpNowProps {
  folder: string;
  isUnderWay: boolean;
}

function BackUpNow({ folder, isUnderWay }: BackUpNowProps): React.ReactNode {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [isAsked, setIsAsked] = useState(false);
  const begin = async (): Promise<void> => {
    queries.setQueryData(queryKey, await answer(api.POST('/api/v1/server-backups')));
  };
  return (
    <>
      <Button
        variant="default"
        leftSection={<Archive size={16} aria-hidden />}
        disabled={isUnderWay}
        onClick={() => setIsAsked(true)}
      >
        {t('administration.system.backup.now')}
      </Button>
      {isAsked && (
        <Confirm
          title={t('administration.system.backup.question')}
          text={t('administration.system.backup.text', { folder })}
          action={t('administration.system.backup.now')}
          run={begin}
          onClose={() => setIsAsked(false)}
        />
      )}
    </>
  );
}
