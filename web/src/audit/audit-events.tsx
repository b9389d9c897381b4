import { Code, Stack, Text } from '@mantine/core';
import { ScrollText } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AuditEventView } from '../../generated/api';
import { answer, api } from '../api/client';
import { Dialog } from '../components/dialog';
import { EmptyState } from '../components/layout/empty-state';
import { Time } from '../components/time/time';
import { fullDay } from '../components/time/time-texts';
import { locale } from '../language';
import type { Column } from '../table/column';
import { RowButton } from '../table/row-button';
import { ServerTable } from '../table/server-table';
import { numbered, type Page, type PageRequest } from '../table/list-request';
import type { auditQueryOf } from './audit-filter';
import { EventSentence } from './event-sentence';

interface Props {
  /** Of this organization; absent: of the whole server. */
  organizationId?: number;
  wanted: ReturnType<typeof auditQueryOf>;
}

/** Events of the audit log, the newest first. */
export function AuditEvents({ organizationId, wanted }: Props): React.ReactNode {
  const { t } = useTranslation();
  const filtered = Object.values<unknown>(wanted).some((value) => value !== undefined);
  const [shown, setShown] = useState<AuditEventView>();
  return (
    <>
      <ServerTable
        label={t('audit.title')}
        queryKey={['audit', organizationId ?? 'server', wanted]}
        polled
        fetchPage={({ page, size, sort }) => eventsOf(organizationId, { ...wanted, page, size, sort })}
        columns={useAuditColumns(organizationId, setShown)}
        headingOf={({ occurredAt }) => fullDay(occurredAt, locale())}
        rowKey={({ id }) => id}
        defaultSort="occurredAt,desc"
        searchable={false}
        empty={
          <EmptyState
            icon={ScrollText}
            title={filtered ? t('audit.noMatch') : t('audit.none')}
            text={filtered ? t('audit.noMatchText') : undefined}
          />
        }
      />
      {shown && <RawEvent event={shown} onClose={() => setShown(undefined)} />}
    </>
  );
}

function useAuditColumns(
  organizationId: number | undefined,
  onShow: (event: AuditEventView) => void,
): Column<AuditEventView>[] {
  const { t } = useTranslation();
  return [
    {
      key: 'occurredAt',
      title: t('audit.time'),
      sortable: true,
      render: ({ occurredAt }) => <Time value={occurredAt} as="seconds" />,
    },
    {
      key: 'what',
      title: t('audit.details'),
      minWidth: 320,
      render: (event) => <EventSentence event={event} isOfServer={organizationId === undefined} />,
    },
    { key: 'actor', title: t('audit.actor'), render: (row) => <Actor {...row} /> },
    {
      key: 'actions',
      title: '',
      end: true,
      render: (event) => (
        <RowButton label={t('audit.showEvent', { id: event.id })} onClick={() => onShow(event)}>
          {t('audit.show')}
        </RowButton>
      ),
    },
  ];
}

function Actor({ actor, address }: AuditEventView): React.ReactNode {
  return (
    <Stack gap={0}>
      <Text className="break" size="sm" lh={1.35}>
        {actor}
      </Text>
      {address && (
        <Text size="sm" c="dimmed" className="break" lh={1.35}>
          {address}
        </Text>
      )}
    </Stack>
  );
}

/** All that was recorded of an event, as the API tells it. */
function RawEvent({ event, onClose }: { event: AuditEventView; onClose: () => void }): React.ReactNode {
  const { t } = useTranslation();
  return (
    <Dialog title={t('audit.event', { id: event.id })} onClose={onClose} size="lg">
      <Code block>{JSON.stringify(event, undefined, 2)}</Code>
    </Dialog>
  );
}

async function eventsOf(
  organizationId: number | undefined,
  query: PageRequest & ReturnType<typeof auditQueryOf>,
): Promise<Page<AuditEventView>> {
  return numbered(
    await answer(
      organizationId === undefined
        ? api.GET('/api/v1/audit-events', { params: { query } })
        : api.GET('/api/v1/organizations/{organizationId}/audit-events', {
            params: { path: { organizationId }, query },
          }),
    ),
  );
}
