import { Code, Stack, Text } from '@mantine/core';
import i18next from 'i18next';
import { ScrollText } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { AuditEventView } from '../../generated/api';
import { answer, api } from '../api/client';
import { EmptyState } from '../components/empty-state';
import { Time } from '../components/time';
import type { Column } from '../table/column';
import { ServerTable } from '../table/server-table';
import type { Page, PageRequest } from '../table/list-request';
import type { queryOf } from './audit-filter';
import { describeDetails } from './describe-details';

interface Props {
  /** Of this organization; absent: of the whole server. */
  organizationId?: number;
  wanted: ReturnType<typeof queryOf>;
}

/** Events of the audit log, the newest first. */
export function AuditEvents({ organizationId, wanted }: Props): React.ReactNode {
  const { t } = useTranslation();
  const filtered = Object.values<unknown>(wanted).some((value) => value !== undefined);
  return (
    <ServerTable
      label={t('audit.title')}
      queryKey={['audit', organizationId ?? 'server', wanted]}
      polled
      fetchPage={({ page, size, sort }) => eventsOf(organizationId, { ...wanted, page, size, sort })}
      columns={useAuditColumns(organizationId)}
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
  );
}

function useAuditColumns(organizationId: number | undefined): Column<AuditEventView>[] {
  const { t } = useTranslation();
  return [
    {
      key: 'occurredAt',
      title: t('audit.time'),
      sortable: true,
      render: ({ occurredAt }) => <Time value={occurredAt} as="full" />,
    },
    {
      key: 'actor',
      title: t('audit.actor'),
      minWidth: 210,
      render: (row) => <Actor {...row} />,
    },
    {
      key: 'action',
      title: t('audit.action'),
      render: ({ action }) => <Action action={action} />,
    },
    {
      key: 'target',
      title: t('audit.details'),
      minWidth: 380,
      render: (row) => <Details event={row} isOfServer={organizationId === undefined} />,
    },
  ];
}

function Actor({ actor, address }: AuditEventView): React.ReactNode {
  return (
    <Stack gap={0}>
      <Text className="break" fw={500} lh={1.35} inherit>
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

function Action({ action }: { action: string }): React.ReactNode {
  const words = actionWords(action);
  return (
    <Stack gap={2} align="flex-start">
      {words && <Text size="sm">{words}</Text>}
      <Code>{action}</Code>
    </Stack>
  );
}

interface DetailsProps {
  event: AuditEventView;
  /** Events of several organizations stand in one list. */
  isOfServer: boolean;
}

function Details({ event, isOfServer }: DetailsProps): React.ReactNode {
  const { t } = useTranslation();
  const { targetType, targetId, details, organizationId: where } = event;
  return (
    <Text size="sm" className="break" maw={460} lh={1.45}>
      {[
        targetType && [targetType, targetId].filter(Boolean).join(' '),
        isOfServer && where !== null && targetType !== 'organization' && t('audit.inOrganization', { id: where }),
        describeDetails(details),
      ]
        .filter(Boolean)
        .join(' · ')}
    </Text>
  );
}

function eventsOf(
  organizationId: number | undefined,
  query: PageRequest & ReturnType<typeof queryOf>,
): Promise<Page<AuditEventView>> {
  return answer(
    organizationId === undefined
      ? api.GET('/api/v1/audit-events', { params: { query } })
      : api.GET('/api/v1/organizations/{organizationId}/audit-events', {
          params: { path: { organizationId }, query },
        }),
  );
}

/** The action in the reader's language; in English it is its own name, by which the filter finds it, too. */
function actionWords(action: string): string | undefined {
  return i18next.getResource(i18next.language, 'translation', `audit|actions|${action}`, { keySeparator: '|' }) as
    string | undefined;
}
